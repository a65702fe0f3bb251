"""Claims: sentences that can be wrong, each tied to a check that runs with the chapter.

A chapter calls :func:`claim` right where it says the sentence. Where the check fails the chapter
stops with :class:`ClaimFailed`, and so does the build. The book shows each claim with what was
measured and gathers all of them in a register.

Where the environment variable ``BOOK_CLAIM_LOG`` names a file, claims are written to it, one JSON
object a line, and none stops the chapter: this is how claims are replayed under other seeds.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from numbers import Integral, Real
from pathlib import Path

VERDICTS = ("reproduced", "qualified", "refuted")
MIME_TYPE = "application/vnd.nbsrc.claim+json"
LOG_VARIABLE = "BOOK_CLAIM_LOG"

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


class ClaimFailed(AssertionError):  # noqa: N818 - the name says what happened
    """A claim does not hold in this run."""


@dataclass(frozen=True)
class Claim:
    """One checked sentence: what a chapter shows and the register collects."""

    id: str
    sentence: str
    source: str
    measured: dict[str, str]
    verdict: str
    but: str
    holds: bool

    def __str__(self) -> str:
        figures = "; ".join(f"{name}: {value}" for name, value in self.measured.items())
        verdict = self.verdict if self.holds else "DOES NOT HOLD"
        return (
            f"[{verdict}] {self.sentence}" + (f" {self.but}" if self.but else "") + f" ({figures})"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        # A list of pairs: notebooks sort the keys of objects, and the figures have an order.
        fields = {**asdict(self), "measured": list(self.measured.items())}
        return {MIME_TYPE: fields, "text/plain": str(self)}


def claim(
    id: str,
    sentence: str,
    *,
    holds: object,
    measured: Mapping[str, object],
    source: str = "",
    verdict: str = "reproduced",
    but: str = "",
) -> None:
    """Check a sentence and show it with what was measured.

    Parameters
    ----------
    id : words joined by hyphens, unique in the book; the first says which chapter it belongs to.
    sentence : what is claimed, a full sentence in Markdown.
    holds : whether the check passed, a bool (NumPy's too). Where ``verdict`` is ``"refuted"`` it
        says whether what ``but`` states holds.
    measured : the numbers that the check rests on, by what they are; at least one.
    source : key in the bibliography of whoever claimed it first; empty where the book does.
    verdict : ``"reproduced"``; ``"qualified"``, true with a limit; or ``"refuted"``, the
        well-known claim does not hold here.
    but : for ``"qualified"`` the limit, for ``"refuted"`` what holds instead: a full sentence.

    Raises
    ------
    ClaimFailed : the check did not pass (unless claims are being logged, see above).
    ValueError : the claim is malformed; nothing is shown or logged.

    >>> claim("doctest-sum", "One and one is two.", holds=1 + 1 == 2, measured={"sum": 1 + 1})
    [reproduced] One and one is two. (sum: 2)
    """
    made = _checked(id, sentence, holds, measured, source, verdict, but)
    log = os.environ.get(LOG_VARIABLE)
    if log:
        with Path(log).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
        return
    if not made.holds:
        figures = "; ".join(f"{name}: {value}" for name, value in made.measured.items())
        raise ClaimFailed(f"claim {id!r} does not hold: {sentence} Measured: {figures}.")
    _show(made)


def measured_text(value: object) -> str:
    """Return a measured value as readers see it: four significant digits, grouped thousands.

    >>> measured_text(0.123456), measured_text(13002), measured_text("3 of 4")
    ('0.1235', '13,002', '3 of 4')
    """
    if isinstance(value, str):
        return value
    if _is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, Real):
        return f"{float(value):.4g}"
    raise ValueError(f"a measured value is a {type(value).__name__}; give a number or a text")


def _is_bool(value: object) -> bool:
    """Whether a value is Python's bool or NumPy's, which has two names."""
    return type(value).__name__ in ("bool", "bool_")


def _checked(
    id: str,
    sentence: str,
    holds: object,
    measured: Mapping[str, object],
    source: str,
    verdict: str,
    but: str,
) -> Claim:
    if not _SLUG.fullmatch(id):
        raise ValueError(f"claim id {id!r} must be lower-case words joined by hyphens")
    if not sentence.rstrip().endswith((".", "?", "!")):
        raise ValueError(f"claim {id!r}: the sentence must be a full sentence; got {sentence!r}")
    if verdict not in VERDICTS:
        raise ValueError(f"claim {id!r}: verdict {verdict!r} must be one of {', '.join(VERDICTS)}")
    if (verdict == "reproduced") == bool(but):
        raise ValueError(
            f"claim {id!r}: a qualified or refuted claim says in but= what holds; "
            "a reproduced one has no but="
        )
    if not measured:
        raise ValueError(f"claim {id!r}: measured= must give at least one figure")
    if not _is_bool(holds):
        raise ValueError(f"claim {id!r}: holds= must be a bool, got {type(holds).__name__}")
    figures = {name: measured_text(value) for name, value in measured.items()}
    return Claim(id, sentence.strip(), source, figures, verdict, but.strip(), bool(holds))


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
