"""Axes of fixed extent, which all layers of a panel share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt


@dataclass(frozen=True)
class Axis:
    """One axis: from ``low`` to ``high``, or with a place for each of ``options``.

    ``title`` None hides the axis altogether. ``values`` are where ticks stand; ``format`` is d3's.
    """

    title: str | None
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    values: Sequence[float] | None = None
    format: str | None = None
    ticks: int = 6
    grid: bool = False
    reverse: bool = False
    options: Sequence[Any] | None = None
    padding: float = 0.1

    @property
    def is_ordinal(self) -> bool:
        """Whether the axis has places for options in place of numbers."""
        return self.options is not None

    def encode(self, channel: Any, field: str) -> Any:
        """Return an Altair channel of ``field`` along this axis."""
        made = channel(f"{field}:{'O' if self.is_ordinal else 'Q'}", title=self.title)
        return made.scale(**self._scale()).axis(self._axis())

    def _scale(self) -> dict[str, Any]:
        if self.is_ordinal:
            return {"domain": list(self.options or ()), "padding": self.padding}
        kind = {"type": "log"} if self.log else {}
        turned = {"reverse": True} if self.reverse else {}
        return {"domain": [self.low, self.high], "nice": False, "zero": False, **kind, **turned}

    def _axis(self) -> alt.Axis | None:
        if self.title is None:
            return None
        look: dict[str, Any] = {"grid": self.grid}
        if self.is_ordinal:
            look["labelAngle"] = 0
        elif self.values is not None:
            look["values"] = list(self.values)
        else:
            look["tickCount"] = self.ticks
        if self.format:
            look["format"] = self.format
        return alt.Axis(**look)


def axis(title: str | None, low: float, high: float, **look: Any) -> Axis:
    """Return an axis of numbers from ``low`` to ``high``, no more and no less.

    ``look``: ``log``, ``values``, ``format``, ``ticks``, ``grid``, ``reverse`` of :class:`Axis`.
    """
    return Axis(title, low, high, **look)


def places(title: str | None, options: Sequence[Any], padding: float = 0.1) -> Axis:
    """Return an axis with a place for each option."""
    return Axis(title, options=list(options), padding=padding)


def hidden_axis(low: float, high: float, reverse: bool = False) -> Axis:
    """Return an axis that is not drawn."""
    return Axis(None, low, high, reverse=reverse)
