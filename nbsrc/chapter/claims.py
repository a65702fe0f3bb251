"""Claims: sentences that can be wrong, each tied to a check that runs with the chapter.

A chapter calls :func:`claim` right where it says the sentence. Where the check fails the chapter
stops with :class:`ClaimFailed`, and so does the build. The book shows each claim with what was
measured and gathers all of them in a register.

Where the environment variable ``BOOK_CLAIM_LOG`` names a file, claims are written to it, one JSON
object a line, and none stops the chapter: this is how claims are replayed under other seeds.
"""

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from numbers import Integral, Real
from pathlib import Path

import numpy as np

VERDICTS = ("reproduced", "qualified", "refuted")
MIME_TYPE = "application/vnd.nbsrc.claim+json"
LOG_VARIABLE = "BOOK_CLAIM_LOG"
LIMITED = "Up to a point:"
"""What a sentence that is true with a limit begins with wherever it is shown."""

NUMERICALLY_ZERO = 1e-9
WRITTEN_OUT = range(-4, 9)
"""Powers of ten of the numbers that are written out; others show the power."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_KEY = re.compile(r"[\w:-]+")
_MINUS = re.compile(r"(?<![\w\-)\]])-(?=\d)")
_TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class ClaimFailed(AssertionError):  # noqa: N818 - the name says what happened
    """A claim does not hold in this run."""


@dataclass(frozen=True)
class Claim:
    """One checked sentence: what a chapter shows and the register collects.

    Raises ``ValueError`` where it is malformed.
    """

    id: str
    sentence: str
    measured: dict[str, str]
    holds: bool
    claimed_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    verdict: str = "reproduced"
    but: str = ""
    quiet: bool = False

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.id):
            raise ValueError(f"claim id {self.id!r} must be lower-case words joined by hyphens")
        for text in filter(None, (self.sentence, self.but)):
            if not text.endswith((".", "?", "!")):
                raise ValueError(f"claim {self.id!r}: {text!r} must be a full sentence")
        if self.verdict not in VERDICTS:
            raise ValueError(
                f"claim {self.id!r}: verdict {self.verdict!r} must be one of {', '.join(VERDICTS)}"
            )
        if (self.verdict == "reproduced") == bool(self.but):
            raise ValueError(
                f"claim {self.id!r}: a qualified or refuted claim says in but= what holds; "
                "a reproduced one has no but="
            )
        if not self.measured:
            raise ValueError(f"claim {self.id!r}: measured= must give at least one figure")

    @property
    def what_holds(self) -> str:
        """What the check asserts, true as it stands: the sentence, with its limit, or ``but``."""
        if self.verdict == "refuted":
            return self.but
        return f"{LIMITED} {self.sentence} {self.but}" if self.but else self.sentence

    @property
    def figures(self) -> str:
        """What was measured, in one line."""
        return "; ".join(f"{name}: {value}" for name, value in self.measured.items())

    def __str__(self) -> str:
        verdict = self.verdict if self.holds else "DOES NOT HOLD"
        said = f" Often said: “{self.sentence}”" if self.verdict == "refuted" else ""
        return f"[{verdict}] {self.what_holds}{said} ({self.figures})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        # A list of pairs: notebooks sort the keys of objects, and the figures have an order.
        fields = {**asdict(self), "measured": list(self.measured.items())}
        return {MIME_TYPE: fields | {"what_holds": self.what_holds}, "text/plain": str(self)}


def claim(
    id: str,
    sentence: str,
    *,
    holds: object,
    measured: Mapping[str, object],
    claimed_by: str = "",
    evidence: str = "",
    verdict: str = "reproduced",
    but: str = "",
    quiet: bool = False,
) -> None:
    """Check a sentence and show it with what was measured.

    Parameters
    ----------
    id : words joined by hyphens, unique in the book; the first says which chapter it belongs to.
    sentence : what is claimed, a full sentence in Markdown.
    holds : whether the check passed, a bool (NumPy's too). Where ``verdict`` is ``"refuted"`` it
        says whether what ``but`` states holds.
    measured : the numbers that the check rests on, by what they are; at least one.
    claimed_by : keys in the bibliography, separated by commas, of those who say the sentence;
        empty where the book or everyone does, and never someone who says the opposite.
    evidence : keys of those whose results bear on it, for or against.
    verdict : ``"reproduced"``; ``"qualified"``, true with a limit; or ``"refuted"``, the
        well-known claim does not hold here.
    but : for ``"qualified"`` the limit, for ``"refuted"`` what holds instead: full sentences that
        can be read alone, for they stand first.
    quiet : whether a mark in the margin is enough, because the sentence surprises nobody.

    Raises
    ------
    ClaimFailed : the check did not pass (unless claims are being logged, see above).
    ValueError : the claim is malformed; nothing is shown or logged.

    >>> claim("doctest-sum", "One and one is two.", holds=1 + 1 == 2, measured={"sum": 1 + 1})
    [reproduced] One and one is two. (sum: 2)
    """
    for name, truth in (("holds", holds), ("quiet", quiet)):
        if not isinstance(truth, (bool, np.bool_)):
            raise ValueError(f"claim {id!r}: {name}= must be a bool, got {type(truth).__name__}")
    made = Claim(
        id,
        sentence.strip(),
        {name: measured_text(value) for name, value in measured.items()},
        bool(holds),
        _keys(id, "claimed_by", claimed_by),
        _keys(id, "evidence", evidence),
        verdict,
        but.strip(),
        bool(quiet),
    )
    log = os.environ.get(LOG_VARIABLE)
    if log:
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
        return
    if not made.holds:
        raise ClaimFailed(
            f"claim {id!r} does not hold: {made.what_holds} Measured: {made.figures}."
        )
    _show(made)


def measured_text(value: object) -> str:
    """Return a measured value as readers see it, numbers rounded for people.

    Four significant digits, thousands grouped; whole numbers in full; what is zero but for rounding
    by the power of ten that it stays below. A text is taken as it is, but for the minus signs of
    numbers. Raises ``ValueError`` for anything else than a number,
    a truth or a text.

    >>> [measured_text(v) for v in (0.123456, -13002, 3e6, 5.3e-15, True, "3 of 4")]
    ['0.1235', '−13,002', '3,000,000', 'below 10⁻¹⁴', 'yes', '3 of 4']
    """
    if isinstance(value, str):
        return _MINUS.sub("−", value)
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}".replace("-", "−")
    if isinstance(value, Real):
        sign = "−" if value <= -NUMERICALLY_ZERO else ""
        return sign + _rounded(abs(float(value)))
    raise ValueError(f"a measured value is a {type(value).__name__}; give a number or a text")


def _rounded(size: float) -> str:
    """Return a number that is not negative as readers see it."""
    if not math.isfinite(size):
        return "∞" if size > 0 else "undefined"
    if 0 < size < NUMERICALLY_ZERO:
        return f"below {_power_of_ten(Decimal(size).adjusted() + 1)}"
    digits, exponent = f"{size:.3e}".split("e")
    power = int(exponent)
    if power in WRITTEN_OUT:
        written = f"{Decimal(f'{size:.3e}'):,.{max(3 - power, 0)}f}"
        return written.rstrip("0").rstrip(".") if "." in written else written
    return f"{digits.rstrip('0').rstrip('.')}{_TIMES}{_power_of_ten(power)}"


def _power_of_ten(power: int) -> str:
    return "10" + str(power).translate(_SUPERSCRIPTS)


def _keys(id: str, field: str, text: str) -> tuple[str, ...]:
    """Return the bibliography's keys that a text lists, separated by commas."""
    keys = tuple(key.strip() for key in text.split(",")) if text else ()
    if not all(_KEY.fullmatch(key) for key in keys):
        raise ValueError(
            f"claim {id!r}: {field}={text!r} must be keys of the bibliography, separated by commas"
        )
    return keys


def _show(made: Claim) -> None:
    """Show the claim in a notebook, or print it where there is none."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(made)
        return
    if get_ipython() is None:
        print(made)
    else:
        display(made)
