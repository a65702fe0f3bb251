"""The book's look for Altair charts; importing this module puts it on.

In a build, charts become static pictures and live ones that the site serves itself. In JupyterLab
they are drawn by Altair's own renderer, from the installed packages: no network is needed.
"""

import os
from typing import Any

import altair as alt

from nbsrc.charts.theme import AXIS, BAND, FIRE, GRID, INK, PALETTE, REST, SOFT, theme

__all__ = ["AXIS", "BAND", "FIRE", "GRID", "INK", "PALETTE", "REST", "SOFT", "enable", "theme"]


def enable() -> None:
    """Enable the theme and the renderer that suits where the chapter runs."""
    alt.theme.register("book", enable=True)(theme)
    alt.data_transformers.disable_max_rows()
    if os.environ.get("BOOK_BUILD"):
        alt.renderers.register("book", _as_spec)
        alt.renderers.enable("book")
    else:
        alt.renderers.enable("jupyter", offline=True)


def _as_spec(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    # Altair's own "mimetype" renderer names a type that nbformat rejects for JSON objects.
    return {"application/vnd.vegalite.v6+json": spec, "text/plain": "<chart>"}


enable()
