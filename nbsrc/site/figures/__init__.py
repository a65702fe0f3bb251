"""Figures: from a chart to a still picture and a live one in a page."""
