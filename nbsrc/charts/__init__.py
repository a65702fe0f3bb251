"""The book's charts: a small vocabulary over Altair whose words return plain charts.

Importing this module puts the book's look on. In a build, charts become still pictures and live
ones that the site serves itself. In JupyterLab they are drawn by Altair's own renderer, from the
installed packages: no network is needed.
"""

import os
from typing import Any

import altair as alt

from nbsrc.charts.albums import Album
from nbsrc.charts.axes import Axis, axis, hidden_axis, places
from nbsrc.charts.board import Board
from nbsrc.charts.borders import held_border
from nbsrc.charts.controls import (
    Control,
    Menu,
    box,
    hidden,
    levels,
    menu,
    slider,
    stages,
    steps,
)
from nbsrc.charts.creases import held_crease
from nbsrc.charts.figure import figure
from nbsrc.charts.gestures import drag, hover, nearest, press
from nbsrc.charts.grids import Grid
from nbsrc.charts.layers import Layers
from nbsrc.charts.live import Live, Named, Table, here, live, pick, words
from nbsrc.charts.mosaic import mosaic
from nbsrc.charts.networks import GrowingBoard, NetworkBoard, Opening
from nbsrc.charts.panel import Panel, foot, see_through, told
from nbsrc.charts.space import Space
from nbsrc.charts.texts import bracketed, products
from nbsrc.charts.theme import FIRE, INK, PALETTE, PAPER, REST, SOFT, theme

__all__ = [
    "FIRE",
    "INK",
    "PALETTE",
    "PAPER",
    "REST",
    "SOFT",
    "Album",
    "Axis",
    "Board",
    "Control",
    "Grid",
    "GrowingBoard",
    "Layers",
    "Live",
    "Menu",
    "Named",
    "NetworkBoard",
    "Opening",
    "Panel",
    "Space",
    "Table",
    "axis",
    "box",
    "bracketed",
    "drag",
    "enable",
    "figure",
    "foot",
    "held_border",
    "held_crease",
    "here",
    "hidden",
    "hidden_axis",
    "hover",
    "levels",
    "live",
    "menu",
    "mosaic",
    "nearest",
    "pick",
    "places",
    "press",
    "products",
    "see_through",
    "slider",
    "stages",
    "steps",
    "theme",
    "told",
    "words",
]


def enable() -> None:
    """Enable the theme and the renderer that suits where the chapter runs."""
    alt.theme.register("book", enable=True)(theme)
    alt.data_transformers.disable_max_rows()
    if os.environ.get("BOOK_BUILD"):
        alt.renderers.register("book", _as_spec)
        alt.renderers.enable("book")
    else:
        alt.renderers.register("book-notebook", _as_widget)
        alt.renderers.enable("book-notebook")


def _as_spec(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    # Altair's own "mimetype" renderer names a type that nbformat rejects for JSON objects.
    return {"application/vnd.vegalite.v6+json": spec, "text/plain": "<chart>"}


def _as_widget(spec: dict[str, Any], **_: Any) -> Any:
    # Altair's own "jupyter" renderer makes a chart of the spec once more, and checks each part of
    # it against the schema: seconds a figure. It was checked when it was made.
    alt.JupyterChart.enable_offline(offline=True)
    widget = alt.JupyterChart(None)
    widget.spec = spec
    return widget._repr_mimebundle_()


enable()
