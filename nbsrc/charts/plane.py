"""Charts of what a network does to the plane of two inputs, computed live in the reader's browser.

Expressions are Vega expressions over ``datum.x1`` and ``datum.x2`` and the chart's parameters.
"""

from collections.abc import Sequence
from typing import Any

import altair as alt

from nbsrc.charts.theme import FIRE, INK, REST

WHOLE = (-3.0, 3.0)
"""From where to where both inputs are drawn, where nothing else is said."""

Domain = tuple[float, float]


def coordinates(
    domain: Domain = WHOLE, titles: tuple[str, str] = ("input x₁", "input x₂")
) -> dict[str, Any]:
    """Return the x and y channels that all layers of one plane share."""
    scale = alt.Scale(domain=list(domain), nice=False)
    axis = alt.Axis(grid=False, tickCount=6)
    return {
        "x": alt.X("x1:Q", title=titles[0], scale=scale, axis=axis),
        "y": alt.Y("x2:Q", title=titles[1], scale=scale, axis=axis),
    }


def shades(steps: int = 5, strongest: float = 0.6) -> tuple[list[float], list[str]]:
    """Return thresholds between 0 and 1 and see-through colours from "rests" to "fires".

    See-through, so that the page shows between them, on paper as in the dark.

    >>> thresholds, colours = shades(2)
    >>> thresholds, len(colours)
    ([0.25, 0.5, 0.75], 4)
    """
    strengths = [strongest * (i + 1) / steps for i in range(steps)]
    thresholds = [round((i + 1) / (2 * steps), 6) for i in range(2 * steps - 1)]
    return thresholds, [_rgba(REST, s) for s in reversed(strengths)] + [
        _rgba(FIRE, s) for s in strengths
    ]


def decision_map(
    activation: str, cells: int = 40, domain: Domain = WHOLE, steps: int = 5
) -> alt.Chart:
    """Return a layer that colours the plane by an activation between 0 and 1.

    ``activation`` is an expression; the plane is cut into ``cells`` × ``cells`` squares, each
    coloured by the value at its centre.
    """
    low, high = domain
    size = (high - low) / cells
    scale = alt.Scale(domain=list(domain), nice=False)
    thresholds, colours = shades(steps)
    return (
        alt.Chart(alt.sequence(0, cells * cells, as_="cell"))
        .mark_rect(clip=True)
        .transform_calculate(
            x1=f"{size} * (datum.cell % {cells} + 0.5) + {low}",
            x2=f"{size} * (floor(datum.cell / {cells}) + 0.5) + {low}",
        )
        .transform_calculate(
            activation=activation,
            left=f"datum.x1 - {size / 2}",
            right=f"datum.x1 + {size / 2}",
            low=f"datum.x2 - {size / 2}",
            high=f"datum.x2 + {size / 2}",
        )
        .encode(
            x=alt.X("left:Q", scale=scale),
            x2="right:Q",
            y=alt.Y("low:Q", scale=scale),
            y2="high:Q",
            color=alt.Color(
                "activation:Q",
                scale=alt.Scale(type="threshold", domain=thresholds, range=colours),
                legend=None,
            ),
        )
    )


def boundary(w1: str, w2: str, b: str, domain: Domain = WHOLE, **mark: object) -> alt.Chart:
    """Return a layer with the line w₁x₁ + w₂x₂ + b = 0; the arguments are expressions."""
    far = 3 * (domain[1] - domain[0])
    return (
        one(**_foot(w1, w2, b))
        .mark_rule(clip=True, **{"strokeWidth": 2.5, **mark})
        .transform_calculate(
            x1=f"datum.foot1 - {far} * datum.n2",
            x2=f"datum.foot2 + {far} * datum.n1",
            end1=f"datum.foot1 + {far} * datum.n2",
            end2=f"datum.foot2 - {far} * datum.n1",
        )
        .encode(**coordinates(domain), x2="end1:Q", y2="end2:Q")
    )


def normal_arrow(
    w1: str, w2: str, b: str, domain: Domain = WHOLE, length: float = 0.9
) -> alt.LayerChart:
    """Return layers with an arrow from the boundary towards where the neuron fires."""
    foot = one(**_foot(w1, w2, b)).transform_calculate(
        x1="datum.foot1",
        x2="datum.foot2",
        end1=f"datum.foot1 + {length} * datum.n1",
        end2=f"datum.foot2 + {length} * datum.n2",
        turn="90 - atan2(datum.n2, datum.n1) * 180 / PI",
    )
    shaft = foot.mark_rule(clip=True, strokeWidth=2.5).encode(
        **coordinates(domain), x2="end1:Q", y2="end2:Q"
    )
    tip = foot.mark_point(clip=True, shape="triangle-up", size=110, fill=INK, stroke=None).encode(
        x=alt.X("end1:Q", scale=alt.Scale(domain=list(domain))),
        y=alt.Y("end2:Q", scale=alt.Scale(domain=list(domain))),
        angle=alt.Angle("turn:Q", scale=None),
    )
    return shaft + tip


def labelled_points(
    rows: alt.Chart, fires: str, domain: Domain = WHOLE, size: int = 80
) -> alt.Chart:
    """Return a layer of points (fields x1, x2): discs where ``fires`` holds, rings elsewhere."""
    return rows.mark_point(size=size, opacity=1, strokeWidth=2).encode(
        **coordinates(domain),
        fill=alt.condition(fires, alt.value(FIRE), alt.value("transparent")),
        stroke=alt.condition(fires, alt.value(FIRE), alt.value(REST)),
    )


def live_text(lines: Sequence[str], width: int = 320, size: int = 14) -> alt.Chart:
    """Return a view of text lines, each an expression over the chart's parameters."""
    text = alt.Chart(alt.sequence(0, len(lines), as_="line"), width=width, height=24 * len(lines))
    chosen = " : ".join(f"datum.line == {i} ? ({line})" for i, line in enumerate(lines[:-1]))
    expression = f"{chosen} : ({lines[-1]})" if chosen else lines[-1]
    return (
        text.mark_text(align="left", fontSize=size, clip=False)
        .transform_calculate(text=expression)
        .encode(
            x=alt.value(0),
            y=alt.Y("line:O", axis=None).scale(domain=list(range(len(lines)))),
            text="text:N",
        )
    )


def one(**fields: str) -> alt.Chart:
    """Return a chart of one row whose fields are expressions over the parameters."""
    return alt.Chart(alt.InlineData(values=[{"row": 0}])).transform_calculate(**fields)


def _foot(w1: str, w2: str, b: str) -> dict[str, str]:
    """Expressions for the boundary's point nearest to the origin and its unit normal."""
    norm = f"max(sqrt(({w1}) * ({w1}) + ({w2}) * ({w2})), 1e-9)"
    return {
        "n1": f"({w1}) / {norm}",
        "n2": f"({w2}) / {norm}",
        "foot1": f"-({b}) * ({w1}) / ({norm} * {norm})",
        "foot2": f"-({b}) * ({w2}) / ({norm} * {norm})",
    }


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
