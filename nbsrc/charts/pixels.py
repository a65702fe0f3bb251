"""Small grey or signed images as charts: one square a pixel."""

import altair as alt

from nbsrc.charts.theme import FIRE, INK, REST


def pixel_grid(
    rows: alt.Chart,
    value: str,
    pixels: int,
    title: str,
    size: int = 190,
    signed: float | None = None,
) -> alt.Chart:
    """Return an image: one square for each of ``rows``, at its fields ``row`` and ``column``.

    ``value`` names the field that is shown. Grey images run from 0 (see-through) to 1 (ink). With
    ``signed`` the largest magnitude, negative values are blue, positive ones vermilion, zero
    see-through.
    """
    places = list(range(pixels))
    chart = (
        rows.mark_rect()
        .properties(width=size, height=size, title=title)
        .encode(
            x=alt.X("column:O", axis=None).scale(domain=places, padding=0),
            y=alt.Y("row:O", axis=None).scale(domain=places, padding=0),
        )
    )
    if signed is None:
        return chart.encode(
            color=alt.value(INK),
            opacity=alt.Opacity(f"{value}:Q", legend=None).scale(domain=[0, 1], range=[0, 0.9]),
        )
    return chart.transform_calculate(strength=f"abs(datum.{value}) / {signed}").encode(
        color=alt.condition(f"datum.{value} > 0", alt.value(FIRE), alt.value(REST)),
        opacity=alt.Opacity("strength:Q", legend=None).scale(
            domain=[0, 1], range=[0, 0.95], clamp=True
        ),
    )
