"""Pages: what Sphinx makes of chapters, claims, coverage, downloads, maths."""
