"""What the chapters of *Seeing Neural Networks* import: small modules of one idea each.

The packages stand in one order, and each imports from those before it: :mod:`~nbsrc.chapter`,
:mod:`~nbsrc.data`, :mod:`~nbsrc.neurons`, :mod:`~nbsrc.networks`, :mod:`~nbsrc.learning`. Beside
them stand :mod:`nbsrc.charts` and :mod:`nbsrc.site`, which builds the book.
"""
