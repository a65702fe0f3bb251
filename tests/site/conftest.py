"""What the site's tests share: the built book, and a tiny book to break."""

from pathlib import Path

import pytest

from nbsrc.site.build.publishing import build
from tests.site.tiny_book import Book, write_book

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the book's site, built anew where anything changed."""
    return build(ROOT)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The tiny book, built once. Tests read it or copy it, and never write to it."""
    book = write_book(tmp_path_factory.mktemp("pristine") / "book")
    outcome = book.build()
    assert outcome.code == 0, outcome.err
    return book


@pytest.fixture
def book(pristine: Book, tmp_path: Path) -> Book:
    """A copy of the built tiny book."""
    return pristine.copy(tmp_path / "book")


@pytest.fixture(scope="module")
def shared_book(pristine: Book, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A copy of the built tiny book that a module's tests use one after another."""
    return pristine.copy(tmp_path_factory.mktemp("shared") / "book")
