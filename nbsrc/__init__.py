"""What the chapters of *Seeing Neural Networks* import: small modules of one idea each.

Imports point one way: chapters → :mod:`nbsrc.charts` → the mathematics (every other module
here), with :mod:`nbsrc.site`, which builds the book, beside them.
"""
