"""Colours, type and axes of every chart.

Text and axes are drawn in ``currentColor``, so that they follow the page from light to dark. Data
colours are Okabe and Ito's (2008), which readers with colour-vision deficiencies tell apart and
which stand out on paper and on black; colour is never the only signal.
"""

import altair as alt

INK = "currentColor"
PAPER = "var(--paper, white)"
"""The page behind a figure."""
FIRE = "#d55e00"
"""Vermilion: where a neuron fires, class 1, what is positive."""
REST = "#0072b2"
"""Blue: where it rests, class 0, what is negative."""
SOFT = "#8a8f98"
"""Grey: what is there for comparison."""
PALETTE = [REST, FIRE, "#009e73", "#cc79a7", "#56b4e9", "#e69f00"]

FONT = "Liberation Sans, Arial, sans-serif"
"""What text is measured with, at build time and in the browser; pages draw it in one as wide."""


def theme() -> alt.theme.ThemeConfig:
    """Return the book's Vega-Lite configuration."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "titleFontSize": 13}
    return {
        "config": {
            "background": "transparent",
            "font": FONT,
            "view": {"stroke": None, "continuousWidth": 320, "continuousHeight": 260},
            "axis": {
                **text,
                "titleFontWeight": "normal",
                "domainColor": INK,
                "domainOpacity": 0.4,
                "tickColor": INK,
                "tickOpacity": 0.4,
                "gridColor": INK,
                "gridOpacity": 0.12,
                "labelOpacity": 0.8,
                "titlePadding": 8,
            },
            "legend": {
                **text,
                "titleFontWeight": "normal",
                "orient": "top",
                "symbolStrokeWidth": 2,
            },
            "header": {**text, "titleFontWeight": "normal"},
            "title": {
                "color": INK,
                "fontSize": 14,
                "fontWeight": 600,
                "anchor": "start",
                "subtitleColor": INK,
                "subtitleFontSize": 13,
                "offset": 10,
            },
            "text": {"color": INK, "fontSize": 13},
            "rule": {"color": INK},
            "line": {"strokeWidth": 2.2, "color": FIRE},
            "point": {"size": 60, "filled": True},
            "range": {"category": PALETTE, "diverging": [REST, "#f4f1ea", FIRE]},
            "mark": {"aria": False},
            "aria": False,
        }
    }
