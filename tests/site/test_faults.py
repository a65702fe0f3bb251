"""Whatever goes wrong in a build, one message says what to do and the old site stays as it was."""

import errno
import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.site.tiny_book import CHAPTER, Book, Outcome, outcome_of

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


@dataclass(frozen=True)
class Found:
    """What building a faulty book did, and the site that was there afterwards."""

    outcome: Outcome
    site: dict[str, str]


def build_with(book: Book, fault: str) -> Found:
    """Put a fault into a book, build it, and mend it."""
    edits, _ = FAULTS[fault]
    texts = {name: book.read(name) for name, _, _ in edits}
    for name, old, new in edits:
        book.edit(name, old, new)
    outcome = book.build()
    for name, text in texts.items():
        book.write(name, text)
    return Found(outcome, book.site())


@pytest.fixture(scope="module")
def found(
    pristine: Book, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Found]:
    """What became of every fault, and at last of the mended book.

    As many books as there are cores suffer the faults one after another, so that each build also
    starts from what a failed one left.
    """
    tests = [getattr(test, "callspec", None) for test in request.session.items]
    wanted = [f for f in FAULTS if f in {t.params.get("fault") for t in tests if t}]
    folder, cores = tmp_path_factory.mktemp("faulty"), os.cpu_count() or 1

    def suffer(core: int) -> dict[str, Found]:
        book = pristine.copy(folder / f"book {core}")
        results = {fault: build_with(book, fault) for fault in wanted[core::cores]}
        return results | {f"mended {core}": Found(book.build(), book.site())}

    with ThreadPoolExecutor(cores) as pool:
        return {
            name: found for part in pool.map(suffer, range(cores)) for name, found in part.items()
        }


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_book_is_named_and_leaves_the_old_site(
    fault: str, found: dict[str, Found], pristine: Book
) -> None:
    outcome, site = found[fault].outcome, found[fault].site
    assert outcome.code == 1
    for part in FAULTS[fault][1]:
        assert part in outcome.complaint
    assert "/book/book/" not in outcome.err, "files are named from the top of the book"
    assert site == pristine.site()


def test_the_build_after_all_these_faults_succeeds(found: dict[str, Found], pristine: Book) -> None:
    mended = [result for name, result in found.items() if name.startswith("mended")]
    assert [result.outcome.code for result in mended] == [0] * len(mended)
    assert all(result.site == pristine.site() for result in mended)


def test_a_chapter_that_turns_bad_fails_again_and_again_though_its_good_run_is_cached(
    book: Book, pristine: Book
) -> None:
    with book.edited(CHAPTER, "tell(four=4)", "tell(four=4 / 0)"):
        for _ in range(2):
            assert "code cell 1: ZeroDivisionError" in book.build().complaint
            assert book.site() == pristine.site()
    assert "unchanged since its last run" in book.run("chapter", "slope").out


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
    (cache,) = (book.root / "_build/cache").iterdir()
    damage(cache)
    outcome = book.run("chapter", "slope")
    assert outcome.code == 0
    assert "The execution cache was damaged" in outcome.out
    assert "Running 1 of 1 chapters" in outcome.out
    assert book.site() == pristine.site()


def test_a_full_disk_is_said_and_leaves_the_old_site(book: Book, pristine: Book) -> None:
    """The process may write no file beyond a size, which stops it as a full disk does."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))

    outcome = outcome_of(book.start("build", preexec=limit))
    assert outcome.code == 1
    assert "error: the disk is full" in outcome.complaint
    assert "free some space and build again" in outcome.err
    assert book.site() == pristine.site()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 MB, which only root can make."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def filled(disk: Path, but: int) -> Iterator[None]:
    """Fill a disk for a while, but for so many bytes."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_bsize - but)
    yield
    filler.unlink()


def test_a_disk_that_fills_up_at_any_point_leaves_the_old_site(
    small_disk: Path, pristine: Book
) -> None:
    book = pristine.copy(small_disk / "book")
    book.edit(CHAPTER, "tell(four=4)", "tell(four=2 + 2)")
    for room in (0, ONE_MEGABYTE):
        with filled(small_disk, but=room):
            outcome = book.build()
            assert outcome.code == 1, room
            assert "error: the disk is full" in outcome.complaint, room
            assert book.site() == pristine.site(), room
    assert book.build().code == 0


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
