"""Formulas that the page runs compiled: taken out of a live spec into a static script."""

from nbsrc.site.figures.contract import Spec


def prepare(spec: Spec, vega: Spec) -> tuple[Spec, str]:
    """Return the compiled spec to ship for a Vega-Lite ``spec``, and a script to load before it.

    The script is ``""`` where the chart has no formula to compile.
    """
    return vega, ""
