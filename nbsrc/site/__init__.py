"""The Sphinx side of the book: what turns executed chapters into pages.

An ordinary Sphinx extension: ``nbsrc.site`` in the list of extensions is all that a plain
``jupyter-book build .`` needs. ``python -m nbsrc.site`` is the command line behind the Makefile.
"""

from importlib import import_module
from typing import Any

PARTS = (
    "build.execution",
    "pages.maths",
    "pages.claim_marks",
    "figures.node",
    "pages.chapters",
    "pages.coverage",
    "pages.downloads",
    "pages.highlighting",
    "pages.words",
    "pages.predictions",
    "pages.layout",
)


def setup(app: Any) -> dict[str, Any]:
    """Register every part of the site with Sphinx."""
    for part in PARTS:
        import_module(f"{__name__}.{part}").setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True, "env_version": 1}
