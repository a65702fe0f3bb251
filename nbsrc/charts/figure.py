"""Figures: a chart, its controls and gestures, and what is told to those who cannot see it."""

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from nbsrc.charts.controls import Control
from nbsrc.charts.gestures import Gesture
from nbsrc.charts.live import Formula, Live, Named, Table, formula, words
from nbsrc.formulas import walk

VEGAS_OWN = {"width", "height", "padding", "autosize", "background", "cursor", "parent"}
"""Names that Vega gives to signals of its own."""


def figure(
    chart: Any,
    *controls: Control,
    alt_text: str,
    say: Any = "",
    gestures: Sequence[Gesture] = (),
    win: Any = None,
) -> Any:
    """Return a chart with its controls, in their order, ready for the page: plain Altair.

    Tables and named values that its formulas use come along by themselves. ``say`` is the text
    read out as the figure changes, ``alt_text`` what is to be seen. ``win``: a live text, empty
    until the reader has done what the figure asks. Raises ``ValueError`` for a formula that uses a
    control which is not among ``controls``, and for two things of one name.
    """
    params = [c.param for c in controls]
    if isinstance(say, Live) or say:
        params.append(alt.param("readout", expr=formula(words(say))))
    if win is not None:
        params.append(alt.param("won", expr=formula(words(win))))
    texts = [*_formulas(chart), *_formulas(params), *_formulas([g.sets for g in gestures])]
    texts += _formulas([g.handle for g in gestures])
    owners: dict[str, Any] = {}
    for text in texts:
        _gather(text, owners)
    for control in controls:
        owners.setdefault(control.name, control)
    _check(owners, controls, gestures)
    others = [o for o in owners.values() if isinstance(o, (Named, Table))]
    known = {
        **{str(t): t for t in texts},
        **{str(f): f for o in others for f in _formulas(o.param)},
    }
    book = {
        "controls": {c.name: _page(c) for c in controls if _page(c)},
        "hidden": [c.name for c in controls if c.page.get("hidden")],
        "gestures": [_plain(g.described()) for g in gestures],
        "formulas": {text: f.packed() for text, f in known.items()},
        **({"win": "won"} if win is not None else {}),
    }
    meta = {"book": {key: value for key, value in book.items() if value}}
    whole = chart.copy(deep=False)  # add_params would copy every table once for each layer
    before = [] if whole.params is alt.Undefined else whole.params
    whole.params = [*before, *(p.param for p in (*(o.param for o in others), *params))]
    whole.description, whole.usermeta = " ".join(alt_text.split()), meta
    return whole


def _page(control: Control) -> dict[str, Any]:
    return {k: v for k, v in control.page.items() if k != "hidden"}


def _plain(described: dict[str, Any]) -> dict[str, Any]:
    """Return a gesture with formulas as plain texts."""
    return {
        key: {k: str(v) for k, v in value.items()} if isinstance(value, dict) else value
        for key, value in described.items()
    }


def _formulas(part: Any) -> Iterator[Formula]:
    """Yield all formulas in a chart, wherever they stand."""
    if isinstance(part, Formula):
        yield part
    elif isinstance(part, alt.Parameter):
        yield from _formulas(part.param)
    elif isinstance(part, alt.SchemaBase):
        yield from _formulas(list(part._kwds.values()))
        yield from _formulas(list(part._args))
    elif isinstance(part, dict):
        for value in part.values():
            yield from _formulas(value)
    elif isinstance(part, (list, tuple)):
        for value in part:
            yield from _formulas(value)


def _gather(text: Formula, owners: dict[str, Any]) -> None:
    """Add what a formula's parameters belong to, and what those need, before them."""
    for node in walk([text.node]):
        owner = node.owner
        if owner is None:
            continue
        if owner.name in owners:
            if owners[owner.name] is not owner:
                raise ValueError(f"two things of the figure are called {owner.name!r}")
            continue
        if isinstance(owner, Named):
            for inner in _formulas(owner.param):
                _gather(inner, owners)
        owners[owner.name] = owner


def _check(
    owners: dict[str, Any], controls: Sequence[Control], gestures: Sequence[Gesture]
) -> None:
    given = {c.name for c in controls}
    taken = sorted(VEGAS_OWN & owners.keys())
    if taken:
        raise ValueError(f"{', '.join(taken)}: Vega has a signal of that name; choose another")
    needed = {name for name, owner in owners.items() if isinstance(owner, Control)}
    needed |= {control.name for gesture in gestures for control in gesture.controls}
    missing = sorted(needed - given)
    if missing:
        raise ValueError(
            f"the figure's formulas use {', '.join(missing)}; pass them to figure() too"
        )


__all__ = ["Live", "figure"]
