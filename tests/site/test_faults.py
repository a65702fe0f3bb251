"""Whatever goes wrong in a build, one message says what to do and the old site stays as it was."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.site.tiny_book import CHAPTER, Book

ONE_MEGABYTE = 1_000_000
CLAIM = 'claim("slope-double"'
SECOND_CLAIM = 'claim("slope-triple", "Thrice.", holds=True, measured={"x": 3})\n'

FAULTS = {
    "failing cell": (
        [(CHAPTER, "tell(four=4)", "tell(four=4)\n1 / 0")],
        ["book/lines/slope.md, line 18, code cell 1: ZeroDivisionError: division by zero"],
    ),
    "cell that never ends": (
        [
            (CHAPTER, "answers: [T1.1]\n", "answers: [T1.1]\nexecution: {timeout: 2}\n"),
            (CHAPTER, "tell(four=4)", "while True: pass"),
        ],
        ["book/lines/slope.md, line 19, code cell 1: ran longer than 2 s"],
    ),
    "kernel that dies": (
        [(CHAPTER, "tell(four=4)", "import os; os._exit(3)")],
        ["book/lines/slope.md", "Kernel died"],
    ),
    "false claim": (
        [(CHAPTER, "holds=2 * 1 == 2", "holds=2 * 1 == 3")],
        [
            "book/lines/slope.md, line 44, code cell 3",
            "claim 'slope-double' does not hold: Twice one is two.",
            "Measured: twice one: 2",
        ],
    ),
    "missing alt text": (
        [(CHAPTER, '.properties(description="a line that turns around the origin")', "")],
        ["book/lines/slope.md", "line 29", "fig-slope has no alt text", ".properties(description="],
    ),
    "missing caption": (
        [(CHAPTER, "    caption: A line and its slope.\n", "")],
        ["book/lines/slope.md", "line 29", "fig-slope has no caption", "mystnb: figure: caption"],
    ),
    "missing figure name": (
        [(CHAPTER, "    name: fig-slope\n", "")],
        ["book/lines/slope.md", "line 29", "has no name", "mystnb: figure: name"],
    ),
    "chart without nbsrc.charts": (
        [(CHAPTER, "import nbsrc.charts\n", "")],
        ["book/lines/slope.md", "line 28", "import nbsrc.charts"],
    ),
    "claim of nobody who is known": (
        [
            (
                CHAPTER,
                'claimed_by="euclid1956elements"',
                'claimed_by="euclid1956elements, nobody2000"',
            )
        ],
        ["line 44", "'slope-double' cites 'nobody2000'", "references.bib", "claimed_by="],
    ),
    "evidence that is not known": (
        [(CHAPTER, 'claimed_by="euclid1956elements"', 'evidence="nobody2000"')],
        ["line 44", "'slope-double' cites 'nobody2000'", "references.bib", "evidence="],
    ),
    "claim inside a sentence": (
        [(CHAPTER, ": {claim}`slope-double`", ", {claim}`slope-double`")],
        ["book/lines/slope.md:49", "inside a sentence", "{claim}`words <slope-double>`"],
    ),
    "dead cross-reference": (
        [(CHAPTER, "{numref}`fig-slope`", "{numref}`fig-nowhere`")],
        ["book/lines/slope.md:49", "fig-nowhere"],
    ),
    "formula that KaTeX cannot read": (
        [(CHAPTER, "$x^2$", "$x^{2$")],
        ["book/lines/slope.md", "x^{2", "Expected '}'"],
    ),
    "duplicate claim": (
        [(CHAPTER, CLAIM, SECOND_CLAIM.replace("triple", "double") + CLAIM)],
        ["two claims are called 'slope-double'", "book/lines/slope", "rename one"],
    ),
    "reference to no claim": (
        [(CHAPTER, "{claim}`slope-double`", "{claim}`slope-halved`")],
        ["book/lines/slope.md:49", "no claim is called 'slope-halved'"],
    ),
    "unknown row": (
        [(CHAPTER, "answers: [T1.1]", "answers: [T1.3]")],
        ["book/lines/slope.md answers T1.3, which no founding document has"],
    ),
    "unknown cover": (
        [(CHAPTER, "cover: fig-slope", "cover: fig-none")],
        ["book/lines/slope.md", "cover: must name one of fig-slope"],
    ),
    "front matter without a question": (
        [(CHAPTER, "  question: What does a slope do?\n", "")],
        ["book/lines/slope.md", "needs question: (str)"],
    ),
    "front matter that is not YAML": (
        [(CHAPTER, "  needs: nothing", "  needs: [nothing")],
        ["book/lines/slope.md", "front matter is not YAML"],
    ),
    "page that does not exist": (
        [("_toc.yml", "book/reference/coverage", "book/reference/absent")],
        ["_toc.yml names book/reference/absent.md, which does not exist"],
    ),
    "contents that are not YAML": ([("_toc.yml", "parts:", "parts: [")], ["_toc.yml is not YAML"]),
    "contents without a root": ([("_toc.yml", "root:", "boot:")], ["_toc.yml is malformed"]),
    "package not as pinned": (
        [("requirements.txt", "altair==", "no-such-package==1.0\naltair==0.")],
        [
            "no-such-package (not installed)",
            "altair",
            "is pinned",
            "pip install -r requirements.txt",
        ],
    ),
}


@pytest.fixture(scope="module")
def faulty(pristine: Book, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A copy of the built tiny book that suffers one fault after another, mended in between."""
    return pristine.copy(tmp_path_factory.mktemp("faulty") / "book")


@contextmanager
def suffering(book: Book, fault: str) -> Iterator[None]:
    """Put a fault into a book for a while."""
    edits, _ = FAULTS[fault]
    texts = {name: book.read(name) for name, _, _ in edits}
    for name, old, new in edits:
        book.edit(name, old, new)
    try:
        yield
    finally:
        for name, text in texts.items():
            book.write(name, text)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_book_is_named_and_leaves_the_old_site(
    fault: str, faulty: Book, pristine: Book
) -> None:
    with suffering(faulty, fault):
        outcome = faulty.build()
    assert outcome.code == 1
    for part in FAULTS[fault][1]:
        assert part in outcome.complaint
    assert str(faulty.root) not in outcome.err, "files are named from the top of the book"
    assert faulty.site() == pristine.site()


def test_the_build_after_such_faults_succeeds(book: Book, pristine: Book) -> None:
    """One fault stops a chapter, and one the pages at their very end."""
    for fault in ("failing cell", "unknown cover"):
        with suffering(book, fault):
            assert book.build().code == 1
    assert book.build().code == 0
    assert book.site() == pristine.site()


def test_a_chapter_that_turns_bad_fails_again_and_again_though_its_good_run_is_cached(
    book: Book, pristine: Book
) -> None:
    with book.edited(CHAPTER, "tell(four=4)", "tell(four=4 / 0)"):
        for _ in range(2):
            assert "code cell 1: ZeroDivisionError" in book.build().complaint
            assert book.site() == pristine.site()
    assert "unchanged since its last run" in book.run("chapter", "slope").out


def test_what_a_kernel_says_as_it_ends_is_no_message_of_the_build(book: Book) -> None:
    last_words = "import atexit, os, sys; say = os.dup(2); atexit.register(os.write, say, b'Bye!')"
    with book.edited(CHAPTER, "tell(four=4)", f"tell(four=4)\n{last_words}\n1 / 0"):
        assert "Bye!" not in book.build().complaint


def test_several_faults_of_the_text_are_told_in_one_build_that_leaves_no_process_behind(
    book: Book, pristine: Book
) -> None:
    book.edit(CHAPTER, "## Exercises", "[gone](gone.md)\n\n{cite}`nobody2000`\n\n## Exercises")
    book.edit(CHAPTER, "{glue:text}`four`", "{glue:text}`five`")
    mark = str(book.root)
    outcome = book.build(TINY_BOOK=mark)
    assert outcome.code == 1
    for line, name in ((51, "gone.md"), (53, "nobody2000"), (17, "five")):
        assert re.search(
            rf"^(error: )?book/lines/slope.md:{line}: .*{name}", outcome.err, re.MULTILINE
        )
    assert "Traceback" not in outcome.err
    assert book.site() == pristine.site()
    assert not [process for process in psutil.process_iter() if marked(process, mark)]


def marked(process: psutil.Process, mark: str) -> bool:
    """Whether a process, or the one that started it, was given a mark in its environment."""
    try:
        return process.environ().get("TINY_BOOK") == mark
    except psutil.Error:
        return False


def garbage_database(cache: Path) -> None:
    """Overwrite the cache's index."""
    (cache / "global.db").write_bytes(b"garbage" * 1000)


def truncated_notebook(cache: Path) -> None:
    """Cut a cached notebook in half."""
    notebook = next(cache.rglob("base.ipynb"))
    notebook.write_bytes(notebook.read_bytes()[: notebook.stat().st_size // 2])


@pytest.mark.parametrize("damage", [garbage_database, truncated_notebook])
def test_a_damaged_cache_is_made_anew(
    damage: Callable[[Path], None], book: Book, pristine: Book
) -> None:
    (cache,) = (book.root / "_build/cache/book.lines.slope").iterdir()
    damage(cache)
    outcome = book.run("chapter", "slope")
    assert outcome.code == 0
    assert "The execution cache was damaged" in outcome.out
    assert "Running 1 of 1 chapters" in outcome.out
    assert book.site() == pristine.site()


@pytest.mark.parametrize("package", ["joblib", "sphinx_exercise"])
def test_a_package_that_cannot_be_imported_is_named(
    package: str, book: Book, pristine: Book, tmp_path: Path
) -> None:
    """Installed by its metadata, but gone: neither the driver nor Sphinx can import it."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Gone:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {package!r}:\n"
        f"            raise ModuleNotFoundError('No module named {package}', name={package!r})\n"
        "sys.meta_path.insert(0, Gone())\n"
    )
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    outcome = book.build(PYTHONPATH=path)
    assert outcome.code == 1
    assert package in outcome.complaint
    assert "pip install -r requirements.txt" in outcome.err
    assert book.site() == pristine.site()
