"""The tiny book as fixtures."""

from pathlib import Path

import pytest

from tests.site.tiny_book import Book, write_book


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
