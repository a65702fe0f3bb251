"""What the site's tests share: the built book, a tiny book to break, and a browser to read them."""

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nbsrc.site.build.publishing import SITE, build
from tests import browser as browsers
from tests.site.lively_book import write_lively_book
from tests.site.reader import Reader, reading
from tests.site.tiny_book import Book, write_book

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the folder for what the processes that share the tests make once for all."""
    folder = tmp_path_factory.getbasetemp()
    return folder if worker_id == "master" else folder.parent


def once(made: Path, make: Callable[[], object]) -> None:
    """Make something, unless another process has; wait where one is making it."""
    with made.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not lock.read():
            make()
            lock.write("made")


def built(book: Book) -> Book:
    """Build a book that must build."""
    outcome = book.build()
    assert outcome.code == 0, outcome.err
    return book


@pytest.fixture(scope="session")
def site(made_once: Path) -> Path:
    """Return the folder of the book's site, built anew where anything changed."""
    once(made_once / "site.made", lambda: build(ROOT))
    return ROOT / SITE


@pytest.fixture(scope="session")
def pristine(made_once: Path) -> Book:
    """The tiny book, built once. Tests read it or copy it, and never write to it."""
    root = made_once / "pristine" / "book"
    once(made_once / "pristine.made", lambda: built(write_book(root)))
    return Book(root)


@pytest.fixture
def book(pristine: Book, tmp_path: Path) -> Book:
    """A copy of the built tiny book."""
    return pristine.copy(tmp_path / "book")


@pytest.fixture(scope="module")
def shared_book(pristine: Book, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A copy of the built tiny book that a module's tests use one after another."""
    return pristine.copy(tmp_path_factory.mktemp("shared") / "book")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all pages of all tests."""
    if browsers.find() is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(browsers.ADVICE)
    with browsers.launched() as started:
        yield started


@pytest.fixture(scope="session")
def one_reader(browser: Any, site: Path) -> Iterator[Reader]:
    with reading(browser, site) as reader:
        yield reader


@pytest.fixture
def reader(one_reader: Reader) -> Iterator[Reader]:
    """A reader of the book; the pages that it opens are closed after each test."""
    yield one_reader
    one_reader.forget()


@pytest.fixture(scope="session")
def one_lively_reader(browser: Any, made_once: Path) -> Iterator[Reader]:
    root = made_once / "lively" / "book"
    once(made_once / "lively.made", lambda: built(write_lively_book(root)))
    with reading(browser, root / SITE) as reader:
        yield reader


@pytest.fixture
def lively(one_lively_reader: Reader) -> Iterator[Reader]:
    """A reader of the tiny book whose figures do everything."""
    yield one_lively_reader
    one_lively_reader.forget()
