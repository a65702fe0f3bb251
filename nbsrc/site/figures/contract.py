"""What a chart carries to the page: its parameters, and the wishes in ``usermeta: book:``.

``controls`` say more about a parameter's input than Vega-Lite can, ``gestures`` what a pointer in
the picture sets, ``hidden`` which parameters only the page sets, ``win`` which signal tells that a
figure is won.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Spec = dict[str, Any]

MOVED_BY = {"range", "select", "radio", "checkbox"}


class FigureFault(ValueError):  # noqa: N818 - not an exception of its own, but a message
    """What is wrong with a figure, as a sentence whose subject is the figure."""


@dataclass(frozen=True)
class Parameter:
    """A value that readers or the page set: its start, its input, and what is said about that."""

    name: str
    value: Any
    bind: Spec = field(default_factory=dict)
    wishes: Spec = field(default_factory=dict)
    hidden: bool = False

    @property
    def input(self) -> str:
        """The kind of its input, ``""`` where it has none."""
        return str(self.bind.get("input", ""))

    @property
    def step(self) -> float:
        """The step of a range."""
        low, high = self.bind["min"], self.bind["max"]
        return float(self.bind.get("step") or (high - low) / 100)

    @property
    def decimals(self) -> int:
        """How many decimals tell its values apart."""
        if "decimals" in self.wishes:
            return int(self.wishes["decimals"])
        return max(decimals_of(self.step), decimals_of(self.bind["min"]))

    def refuses(self, value: Any) -> str:
        """Return why it cannot have a value, ``""`` if it can."""
        if self.input == "range":
            low, high = self.bind["min"], self.bind["max"]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                return f"{self.name} is a number from {low} to {high}, not {value!r}"
            steps = (value - low) / self.step
            if not low <= value <= high or abs(steps - round(steps)) > 1e-6:
                return (
                    f"{self.name} goes from {low} to {high} in steps of {self.step:g}: "
                    f"{value} is not among them"
                )
        elif self.input == "checkbox" and not isinstance(value, bool):
            return f"{self.name} is true or false, not {value!r}"
        elif self.input in ("select", "radio") and value not in self.bind["options"]:
            return f"{self.name} is one of {self.bind['options']}, not {value!r}"
        return ""


def decimals_of(number: float) -> int:
    """Return how many decimals a number is written with, at most six.

    >>> decimals_of(0.25), decimals_of(3)
    (2, 0)
    """
    return len(f"{number:.6f}".rstrip("0").split(".")[1])


def wishes_of(spec: Spec) -> Spec:
    """Return what a Vega-Lite spec asks of the page."""
    return dict((spec.get("usermeta") or {}).get("book") or {})


def parameters(spec: Spec, vega: Spec) -> dict[str, Parameter]:
    """Return the parameters of a chart that can be set, by name, in the order of the chart.

    Those are the inputs that the compiled ``vega`` binds, and the variables that ``spec`` declares
    with a single value; tables are no settings. Raises :class:`FigureFault` where a wish names none
    of them.
    """
    wishes = wishes_of(spec)
    hidden = set(wishes.get("hidden", []))
    single = [p for p in _declared(spec) if not isinstance(p.get("value", []), list)]
    declared = {p["name"] for p in single if "select" not in p}
    found = {}
    for signal in vega.get("signals", []):
        bind = signal.get("bind")
        bind = bind if isinstance(bind, dict) and "input" in bind else {}
        name = signal["name"]
        if bind or (name in declared and "update" not in signal):
            about = wishes.get("controls", {}).get(name, {})
            found[name] = Parameter(name, signal.get("value"), bind, about, name in hidden)
    for name in [*hidden, *wishes.get("controls", {})]:
        if name not in found:
            raise FigureFault(f"speaks of {name!r}, which is no parameter that can be set")
    return found


def _declared(spec: Any) -> Iterator[Spec]:
    """Yield the parameters of a spec, at every depth."""
    if isinstance(spec, list):
        for part in spec:
            yield from _declared(part)
    elif isinstance(spec, dict):
        yield from (p for p in spec.get("params", []) if isinstance(p, dict))
        for key in ("layer", "concat", "hconcat", "vconcat", "spec"):
            yield from _declared(spec.get(key, []))
