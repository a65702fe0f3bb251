"""What readers move: sliders, steps, stages, menus and boxes, each a live value of the figure.

A control is a :class:`~nbsrc.charts.live.Live` number, truth or text; ``param`` is its Altair
parameter, and ``page`` what the page's control needs to know beyond Vega-Lite's own binding.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from nbsrc.charts.live import Live, Named
from nbsrc.formulas import parameter


class Control(Live):
    """A live value that the reader sets."""

    __hash__ = object.__hash__

    def __init__(
        self, param: alt.Parameter, kind: str = "number", role: str = "", **page: Any
    ) -> None:
        self.param = param
        self.name: str = param.name
        given = {"kind": role, **page}
        self.page = {key: value for key, value in given.items() if value not in (None, "")}
        super().__init__(parameter(self.name, kind, self))


class Menu(Control):
    """A choice among texts or numbers; :attr:`index` counts from 0."""

    def __init__(self, param: alt.Parameter, options: Sequence[Any]) -> None:
        self.options = list(options)
        super().__init__(param, "text" if isinstance(self.options[0], str) else "number")

    @property
    def index(self) -> Live:
        """The place of the chosen option, from 0."""
        tests = [self == option for option in self.options]
        return Live(np.select(tests, list(range(len(tests)))))


def slider(
    name: str,
    value: float,
    low: float,
    high: float,
    label: str,
    step: float = 0.1,
    *,
    unit: str = "",
    decimals: int | None = None,
    end: Any = None,
) -> Control:
    """Return a number from ``low`` to ``high``.

    ``end``, live: what its upper end follows, at most ``high``; the number is never above it.
    """
    bind = alt.binding_range(min=low, max=high, step=step, name=label)
    param = alt.param(name, value=value, bind=bind)
    if end is None:
        return Control(param, unit=unit, decimals=decimals)
    upper = end if isinstance(end, (Control, Named)) else Named(f"{name}_end", end)
    made = Control(param, unit=unit, decimals=decimals, end=upper.name)
    made.cells = Live(np.minimum(Live(made.cells), upper)).cells
    return made


def steps(
    name: str,
    value: int,
    high: int,
    label: str = "steps",
    *,
    low: int = 0,
    labels: Sequence[str] | None = None,
    end: "Control | Named | None" = None,
) -> Control:
    """Return a whole number that stands for time: it can be played, paused and stepped.

    ``end`` names what its upper end follows.
    """
    bind = alt.binding_range(min=low, max=high, step=1, name=label)
    shown = list(labels) if labels is not None else None
    _check_labels(name, shown, high - low + 1)
    upper = None if end is None else end.name
    return Control(alt.param(name, value=value, bind=bind), role="time", labels=shown, end=upper)


def levels(name: str, labels: Sequence[str], label: str, value: int = 0) -> Control:
    """Return the place, from 0, of one of a few ordered values; the slider shows their labels."""
    bind = alt.binding_range(min=0, max=len(labels) - 1, step=1, name=label)
    return Control(alt.param(name, value=value, bind=bind), labels=[str(text) for text in labels])


def stages(name: str, labels: Sequence[str], label: str, value: int = 0) -> Control:
    """Return the place, from 0, of one of a few named stages: a row of buttons."""
    bind = alt.binding_range(min=0, max=len(labels) - 1, step=1, name=label)
    param = alt.param(name, value=value, bind=bind)
    return Control(param, role="stages", labels=[str(text) for text in labels])


def menu(name: str, options: Sequence[str | float], label: str, value: str | float) -> Menu:
    """Return one of ``options``, chosen from a menu; it starts at ``value``."""
    bind = alt.binding_select(options=list(options), name=label)
    return Menu(alt.param(name, value=value, bind=bind), options)


def box(name: str, label: str, value: bool = False) -> Control:
    """Return a truth that a box switches."""
    return Control(alt.param(name, value=value, bind=alt.binding_checkbox(name=label)), "bool")


def hidden(name: str, value: float | bool | str) -> Control:
    """Return a value without a control: gestures, predictions and words in the prose set it."""
    kind = "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return Control(alt.param(name, value=value), kind, hidden=True)


def _check_labels(name: str, labels: Sequence[str] | None, count: int) -> None:
    if labels is not None and len(labels) != count:
        raise ValueError(f"{name}: {count} values need as many labels; got {len(labels)}")
