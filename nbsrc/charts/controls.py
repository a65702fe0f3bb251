"""Inputs that a reader moves: parameters bound to sliders, menus and boxes, labelled in words."""

from collections.abc import Sequence

import altair as alt


def slider(
    name: str, value: float, low: float, high: float, label: str, step: float = 0.1
) -> alt.Parameter:
    """Return a parameter ``name`` with a slider from ``low`` to ``high``."""
    return alt.param(
        name, value=value, bind=alt.binding_range(min=low, max=high, step=step, name=label)
    )


def menu(
    name: str, options: Sequence[str | float], label: str, value: str | float
) -> alt.Parameter:
    """Return a parameter ``name`` with a menu of ``options``; it starts at ``value``."""
    return alt.param(name, value=value, bind=alt.binding_select(options=list(options), name=label))


def box(name: str, label: str, value: bool = False) -> alt.Parameter:
    """Return a parameter ``name`` that a box switches on and off."""
    return alt.param(name, value=value, bind=alt.binding_checkbox(name=label))


def announce(expression: str) -> alt.Parameter:
    """Return the parameter whose text the page reads out to those who cannot see the figure."""
    return alt.param("readout", expr=expression)
