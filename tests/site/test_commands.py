"""Bad input gets one clear line and a non-zero exit, and loses nothing."""

import re
import signal
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.tiny_book import CHAPTER, Book

BAD_INPUT = {
    "unknown chapter": (
        ["chapter", "steepness"],
        {},
        "no chapter is called 'steepness'; the chapters are: slope",
    ),
    "malformed SEEDS": (
        ["replicate", "0-20"],
        {},
        "SEEDS is '0-20'; write a range such as 0:20 or a list such as 1,5,7",
    ),
    "SEEDS without any": (["replicate", ""], {}, "SEEDS is ''"),
    "replicate of an unknown chapter": (
        ["replicate", "0:2", "--chapter", "steepness"],
        {},
        "no chapter is called 'steepness'",
    ),
    "bad BOOK_SEED": (
        ["build"],
        {"BOOK_SEED": "-1"},
        "BOOK_SEED is '-1'; it must be a whole number from 0",
    ),
    "BOOK_MNIST that is no folder": (
        ["build"],
        {"BOOK_MNIST": "no/such/folder"},
        "BOOK_MNIST is 'no/such/folder', which is not a folder",
    ),
    "BOOK_MNIST without the files": (
        ["chapter", "slope"],
        {"BOOK_MNIST": "book"},
        "BOOK_MNIST: book/train-images-idx3-ubyte is missing",
    ),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_gets_one_clear_line(case: str, shared_book: Book, pristine: Book) -> None:
    arguments, variables, expected = BAD_INPUT[case]
    outcome = shared_book.run(*arguments, **variables)
    assert outcome.code == 1
    assert outcome.complaint.startswith(f"error: {expected}")
    assert outcome.out == ""
    assert len(outcome.err.splitlines()) == 1
    assert shared_book.site() == pristine.site()


def test_a_folder_without_a_book_is_said_to_be_one(tmp_path: Path) -> None:
    outcome = Book(tmp_path).build()
    assert outcome.code == 1
    assert "holds no book (no _toc.yml); run this at its top folder" in outcome.complaint
    assert list(tmp_path.iterdir()) == []


def test_a_book_without_pins_is_told_which_file_is_missing(shared_book: Book) -> None:
    pins = shared_book.root / "requirements.txt"
    text = pins.read_text()
    pins.unlink()
    outcome = shared_book.build()
    pins.write_text(text)
    assert outcome.code == 1
    assert "requirements.txt" in outcome.complaint


def test_an_unknown_command_gets_the_usage(tmp_path: Path) -> None:
    outcome = Book(tmp_path).run("bake")
    assert outcome.code == 2
    assert "invalid choice: 'bake'" in outcome.err


def test_one_chapter_is_run_and_checked_and_no_other(book: Book, pristine: Book) -> None:
    book.write("book/lines/broken.md", book.read(CHAPTER).replace("tell(four=4)", "1 / 0"))
    book.edit(
        "_toc.yml",
        "- file: book/lines/slope",
        "- file: book/lines/slope\n  - file: book/lines/broken",
    )
    book.edit(CHAPTER, "tell(four=4)", "tell(four=2 + 2)")
    outcome = book.run("chapter", "slope")
    assert outcome.code == 0, outcome.err
    assert "Running 1 of 1 chapters" in outcome.out
    assert "book/lines/slope holds: every cell ran and every claim was checked." in outcome.out
    assert "broken" not in outcome.out
    again = book.run("chapter", "slope")
    assert "book/lines/slope holds, unchanged since its last run" in again.out
    failing = book.run("chapter", "broken")
    assert failing.code == 1
    assert "book/lines/broken.md, line 18, code cell 1: ZeroDivisionError" in failing.complaint
    assert book.site() == pristine.site()


def listening(process: subprocess.Popen[str]) -> list[str]:
    """Return a list to which all that a process says is added as it says it."""
    said: list[str] = []
    for stream in (process.stdout, process.stderr):
        threading.Thread(target=lambda lines=stream: said.extend(lines), daemon=True).start()
    return said


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def test_the_site_is_served_on_loopback_and_built_again_on_a_change(book: Book) -> None:
    process = book.start("serve", "--port", "0")
    said = listening(process)
    try:
        until(lambda: "Serving" in "".join(said))
        address = re.search(r"http://127\.0\.0\.1:\d+/", "".join(said))
        assert address, said

        def page() -> str:
            with urllib.request.urlopen(f"{address[0]}book/lines/slope.html", timeout=30) as answer:
                return str(answer.read(), "utf-8")

        assert "is a square" in page()
        book.edit(CHAPTER, "{numref}`fig-slope`", "{numref}`fig-nowhere`")
        until(lambda: "fig-nowhere" in "".join(said))
        assert "is a square" in page(), "a failing build leaves the served site"
        book.edit(CHAPTER, "{numref}`fig-nowhere`", "{numref}`fig-slope`")
        book.edit(CHAPTER, "is a square", "is the area of a square")
        until(lambda: "is the area of a square" in page())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in "".join(said)


def test_a_port_that_is_taken_is_said_to_be(book: Book) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        outcome = book.run("serve", "--port", str(taken.getsockname()[1]))
    assert outcome.code == 1
    assert "cannot be served" in outcome.err
    assert "try another" in outcome.err
