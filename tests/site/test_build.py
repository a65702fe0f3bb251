"""One book gives one site: on any path, by either command, built anew or step by step."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nbsrc.site.build import execution, notebooks, publishing, replication
from tests.site.tiny_book import CHAPTER, REPOSITORY, Book, digest, environment, write_book


def test_a_clean_build_elsewhere_and_under_another_hash_seed_gives_the_same_bytes(
    pristine: Book, tmp_path: Path
) -> None:
    other = write_book(tmp_path / "a folder of another name")
    outcome = other.build(PYTHONHASHSEED="12345", TZ="Pacific/Auckland", LC_ALL="C")
    assert outcome.code == 0, outcome.err
    assert other.site() == pristine.site()


def test_plain_jupyter_book_gives_the_same_site(pristine: Book, tmp_path: Path) -> None:
    other = write_book(tmp_path / "plain")
    done = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", "."],
        cwd=other.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert digest(other.root / "_build" / "html") == pristine.site()


def test_the_site_holds_every_page_and_what_readers_download(pristine: Book) -> None:
    site = pristine.site()
    pages = {f"book/{name}" for name in ("index.html", "lines/slope.html", "lines/slope.ipynb")}
    pages |= {f"book/reference/{name}.html" for name in ("claims", "coverage", "bibliography")}
    assert pages | {"index.html", "search.html", "searchindex.js", "claims.json"} <= set(site)
    assert "1 of 2 rows are answered so far" in pristine.page("book/reference/coverage")
    assert "Twice one is two." in pristine.page("book/reference/claims")
    assert "Four halves are <span" in pristine.page("book/lines/slope")


def test_rebuilding_after_changes_gives_what_a_clean_build_of_the_changed_book_gives(
    book: Book, tmp_path: Path
) -> None:
    entry = "  - file: book/reference/claims\n"
    book.edit("_toc.yml", entry, f"{entry}  - file: book/reference/spare\n")
    book.write("book/reference/spare.md", "# Spare\n")
    book.write("book/_static/spare.txt", "spare")
    assert book.build().code == 0
    assert {"book/reference/spare.html", "_static/spare.txt"} <= set(book.site())

    book.edit(CHAPTER, "is a square", "is the area of a square")
    after_prose = book.build()
    assert "unchanged since its last run" in after_prose.out
    assert "is the area of a square" in book.page("book/lines/slope")

    book.edit(CHAPTER, "# The slope", "# The steepness")
    book.edit(CHAPTER, "## It turns", "## It revolves")
    book.edit(CHAPTER, '"Twice one is two."', '"Two is twice one."')
    assert book.build().code == 0
    assert "Two is twice one." in book.page("book/reference/bibliography")
    assert_as_built_anew(book, tmp_path / "edited")

    book.edit("_toc.yml", "  - file: book/reference/spare\n", "")
    (book.root / "book/reference/spare.md").unlink()
    (book.root / "book/_static/spare.txt").unlink()
    assert book.build().code == 0
    assert not {"book/reference/spare.html", "_static/spare.txt"} & set(book.site())


def assert_as_built_anew(book: Book, elsewhere: Path) -> None:
    """Compare a book's site with that of a copy that Sphinx has never seen."""
    clean = book.copy(elsewhere)
    shutil.rmtree(clean.root / "_build" / "stage")
    assert clean.build().code == 0
    assert book.site() == clean.site()


LEVEL = "book/lines/level.md"
TINY = {
    "__init__.py": "from nbsrc.tiny.first import FIRST\nfrom nbsrc.tiny.second import SECOND\n",
    "first.py": "FIRST = 5\n",
    "second.py": "SECOND = 50\n",
}


@dataclass(frozen=True)
class WithLibrary:
    """A book of two chapters, one for each module of a package of a library of its own."""

    book: Book
    library: Path

    def build(self, **variables: str) -> str:
        """Build the site; return what was said."""
        outcome = self.book.build(**self.variables(), **variables)
        assert outcome.code == 0, outcome.err
        return outcome.out

    def build_plainly(self) -> str:
        """Build the site with jupyter-book's own command; return what was said."""
        done = subprocess.run(
            [Path(sys.executable).with_name("jupyter-book"), "build", "."],
            cwd=self.book.root,
            env=environment(**self.variables()),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def variables(self) -> dict[str, str]:
        """Return what makes Python import the library."""
        return {"PYTHONPATH": str(self.library.parent), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture
def with_library(book: Book, tmp_path: Path) -> WithLibrary:
    library = tmp_path / "nbsrc"
    shutil.copytree(REPOSITORY / "nbsrc", library)
    (library / "tiny").mkdir()
    for name, text in TINY.items():
        (library / "tiny" / name).write_text(text)
    level = book.read(CHAPTER).replace("slope-double", "level-double")
    for name in ("fig-slope", "exercise-turn", "(turning)="):
        level = level.replace(name, name.replace("slope", "level").replace("turn", "lift"))
    book.write(LEVEL, level)
    contents = book.read("_toc.yml")
    entry = "- file: book/lines/slope\n"
    book.write("_toc.yml", contents.replace(entry, f"{entry}  - file: book/lines/level\n"))
    for page, number in ((CHAPTER, "FIRST"), (LEVEL, "SECOND")):
        given = f"from nbsrc.tiny import {number}\ntell(four=f'{{{number}}}, {{book_seed()}}')"
        book.edit(page, "tell(four=4)", given)
    return WithLibrary(book, library)


def test_an_edit_of_a_module_is_seen_and_runs_again_the_chapters_that_reach_it_alone(
    with_library: WithLibrary,
) -> None:
    book, tiny = with_library.book, with_library.library / "tiny"
    assert "Running 2 of 2 chapters" in with_library.build(BOOK_SEED="7")
    (tiny / "first.py").write_text("FIRST = 6\n")
    said = with_library.build(BOOK_SEED="7")
    assert "Running 1 of 2 chapters" in said
    assert "book/lines/level  unchanged since its last run" in said
    assert ">6, 7<" in book.page("book/lines/slope")
    assert ">50, 7<" in book.page("book/lines/level")


def test_plain_jupyter_book_runs_the_same_chapters_again_and_shares_their_results(
    with_library: WithLibrary,
) -> None:
    slope = with_library.book.root / "_build/html/book/lines/slope.html"
    tiny = with_library.library / "tiny"
    assert with_library.build_plainly().count("Executing notebook") == 2
    assert ">5, 0<" in slope.read_text()
    (tiny / "first.py").write_text("FIRST = 6\n")
    assert with_library.build_plainly().count("Executing notebook") == 1
    assert ">6, 0<" in slope.read_text()
    (tiny / "__init__.py").write_text(TINY["__init__.py"] + "THIRD = 3\n")
    assert "Running 2 of 2 chapters" in with_library.build()
    assert "Executing notebook" not in with_library.build_plainly()


@pytest.mark.parametrize(
    ("module", "reached"),
    [
        ("chapter/prose.py", True),
        ("chapter/__init__.py", True),
        ("chapter/words.txt", True),
        ("charts/__init__.py", True),
        ("charts/theme.py", True),
        ("__init__.py", True),
        ("charts/board.py", False),
        ("data/images.py", False),
        ("neurons/activations.py", False),
        ("site/build/execution.py", False),
    ],
)
def test_the_fingerprint_of_results_follows_the_modules_that_the_chapter_reaches(
    module: str, reached: bool, pristine: Book, tmp_path: Path
) -> None:
    library, chapter = tmp_path / "nbsrc", notebooks.read_notebook(pristine.root / CHAPTER)
    shutil.copytree(REPOSITORY / "nbsrc", library)
    before = execution.fingerprint(pristine.root, chapter, library)
    counted = replication.code_hash(chapter, library)
    with (library / module).open("a") as file:
        file.write("\nEDITED = True\n")
    assert (execution.fingerprint(pristine.root, chapter, library) != before) == reached
    counts = reached and "charts" not in module and module.endswith(".py")
    assert (replication.code_hash(chapter, library) != counted) == counts


def test_the_fingerprint_of_results_follows_pins_seed_and_data(
    tmp_path: Path, pristine: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = notebooks.read_notebook(pristine.root / CHAPTER)
    data = tmp_path / "mnist"
    data.mkdir()
    monkeypatch.delenv("BOOK_SEED", raising=False)
    monkeypatch.delenv("BOOK_MNIST", raising=False)
    seen = [execution.fingerprint(tmp_path, chapter)]
    (tmp_path / "requirements.txt").write_text("numpy==1\n")
    seen.append(execution.fingerprint(tmp_path, chapter))
    monkeypatch.setenv("BOOK_SEED", "3")
    seen.append(execution.fingerprint(tmp_path, chapter))
    monkeypatch.setenv("BOOK_MNIST", str(data))
    seen.append(execution.fingerprint(tmp_path, chapter))
    (data / "train-labels-idx1-ubyte").write_bytes(b"x")
    seen.append(execution.fingerprint(tmp_path, chapter))
    assert len(set(seen)) == len(seen)
    assert execution.fingerprint(tmp_path, chapter) == seen[-1]


def stage_with(root: Path, text: str) -> Path:
    """Return a finished stage of one page."""
    stage = root / "stage"
    stage.mkdir(exist_ok=True)
    (stage / "index.html").write_text(text)
    return stage


def test_a_site_is_published_by_replacing_one_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / publishing.SITE / "index.html"
    publishing.publish(tmp_path, stage_with(tmp_path, "old"))
    steps: list[str] = []

    def watched(done: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **more: object) -> object:
            before = page.read_text()
            result = done(*given, **more)
            steps.append(f"{before} {page.read_text()}")
            return result

        return step

    for module, names in ((shutil, ("copytree", "rmtree")), (os, ("symlink", "replace"))):
        for name in names:
            monkeypatch.setattr(module, name, watched(getattr(module, name)))
    publishing.publish(tmp_path, stage_with(tmp_path, "new"))
    assert steps.count("old new") == 1
    assert set(steps) == {"old old", "old new", "new new"}
    assert len(list((tmp_path / "_build" / "sites").iterdir())) == 1


def test_a_copy_that_breaks_off_is_removed_and_the_site_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(tmp_path, stage_with(tmp_path, "old"))
    before = digest(tmp_path / "_build")

    def broken(source: Path, target: Path) -> None:
        target.mkdir()
        (target / "half").write_text("half")
        raise OSError("No space left on device")

    monkeypatch.setattr(shutil, "copytree", broken)
    with pytest.raises(OSError, match="No space"):
        publishing.publish(tmp_path, stage_with(tmp_path, "new"))
    assert digest(tmp_path / "_build") == before
