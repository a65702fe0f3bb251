"""A build that is killed, interrupted or doubled loses nothing, and the next one succeeds."""

import errno
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.site.tiny_book import CHAPTER, Book, Outcome, outcome_of


@dataclass(frozen=True)
class Blocked:
    """A build that waits to read from a named pipe, and the pipe's other end."""

    process: subprocess.Popen[str]
    pipe: Path
    end: int

    def release(self, text: str = "") -> None:
        """Let the build read a text and go on; put a file with that text in the pipe's place."""
        self.pipe.unlink()
        self.pipe.write_text(text)
        with suppress(BrokenPipeError):
            os.write(self.end, text.encode())
        os.close(self.end)


def blocked(book: Book, pipe: Path) -> Blocked:
    """Start a build and return it once something in it waits to read from a named pipe."""
    os.mkfifo(pipe)
    process = book.start("build")
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return Blocked(process, pipe, os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            assert error.errno == errno.ENXIO, "nobody reads yet"
            time.sleep(0.05)
    raise AssertionError(f"the build never reached the pipe: {outcome_of(process)}")


def blocked_in_a_chapter(book: Book) -> Blocked:
    """Start a build whose chapter waits in its first cell."""
    pipe = book.root / "pipe"
    book.edit(CHAPTER, "tell(four=4)", f"tell(four=4)\nopen({str(pipe)!r}).read()")
    return blocked(book, pipe)


def blocked_in_the_pages(book: Book) -> Blocked:
    """Start a build that waits after writing most pages: the coverage page reads ``rows.yml``."""
    rows = book.root / "book/reference/rows.yml"
    rows.unlink()
    return blocked(book, rows)


def kill_all(process: subprocess.Popen[str]) -> None:
    """Kill a build with all that it started, as when a machine goes down."""
    family = [*psutil.Process(process.pid).children(recursive=True), process]
    for member in family:
        member.send_signal(signal.SIGKILL)


def kill_driver(process: subprocess.Popen[str]) -> None:
    """Kill the driver alone; what it started lives on for a while."""
    process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    ("stop_in", "kill"),
    [
        (blocked_in_a_chapter, kill_all),
        (blocked_in_the_pages, kill_driver),
    ],
)
def test_a_killed_build_leaves_the_old_site_and_the_next_one_succeeds(
    stop_in: Callable[[Book], Blocked],
    kill: Callable[[subprocess.Popen[str]], None],
    book: Book,
    pristine: Book,
) -> None:
    stopped = stop_in(book)
    kill(stopped.process)
    stopped.process.wait()
    assert book.site() == pristine.site()
    if kill is kill_driver:
        assert "another build" in book.build().complaint, "its pages are still being written"
    stopped.release(pristine.read("book/reference/rows.yml"))
    book.write(CHAPTER, pristine.read(CHAPTER))
    assert patiently(book).code == 0
    assert book.site() == pristine.site()


def patiently(book: Book) -> Outcome:
    """Build; where a process of the killed build still holds the book, try again."""
    for _ in range(50):
        outcome = book.build()
        if "another build of this book is running" not in outcome.err:
            return outcome
        time.sleep(0.2)
    raise AssertionError("the book stays locked")


@pytest.mark.parametrize("stop_in", [blocked_in_a_chapter, blocked_in_the_pages])
def test_an_interrupted_build_says_that_it_stopped(
    stop_in: Callable[[Book], Blocked], book: Book, pristine: Book
) -> None:
    stopped = stop_in(book)
    stopped.process.send_signal(signal.SIGINT)
    outcome = outcome_of(stopped.process)
    assert outcome.code == 1
    assert outcome.err == "stopped; the site of the last build is untouched\n"
    assert book.site() == pristine.site()
    stopped.release()


def test_a_second_build_at_the_same_time_is_refused_and_harms_nothing(
    book: Book, pristine: Book
) -> None:
    first = blocked_in_the_pages(book)
    second = book.build()
    assert second.code == 1
    assert "another build of this book is running; wait for it to end" in second.complaint
    assert book.site() == pristine.site()
    first.release(pristine.read("book/reference/rows.yml"))
    assert outcome_of(first.process).code == 0
    assert book.site() == pristine.site()
