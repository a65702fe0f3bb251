"""What the site's tests share: the built book."""

from pathlib import Path

import pytest

from nbsrc.site.build import build

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the book's site, built anew where anything changed."""
    return build(ROOT)
