"""A tiny but complete book, and builds of it in processes of their own."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).parents[2]
CHAPTER = "book/lines/slope.md"

PAGES = {
    "book/index.md": "# A tiny book\n\n```{chapter-gallery}\n```\n",
    CHAPTER: """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, name: python3}
chapter:
  question: What does a slope do?
  can: [read a slope]
  needs: nothing
  working_minutes: 5
  description: A line and its slope.
  cover: fig-slope
answers: [T1.1]
---
# The slope

Four halves are {glue:text}`four`, and $x^2$ is a square {cite:p}`euclid1956elements`.

```{code-cell} ipython3
import altair as alt
import nbsrc.charts
from nbsrc.chapter.claims import claim
from nbsrc.chapter.prose import tell
from nbsrc.chapter.seed import book_seed
tell(four=4)
```
(turning)=
## It turns

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure:
    name: fig-slope
    caption: A line and its slope.
---
slope = alt.param("k", value=2, bind=alt.binding_range(min=-5, max=5, step=0.1, name="slope"))
points = alt.sequence(-3, 3, 1, as_="x")
line = alt.Chart(points, width=200, height=200).mark_line()
line = line.transform_calculate(y="datum.x * k").encode(x="x:Q", y="y:Q").add_params(slope)
line.properties(description="a line that turns around the origin")
```

```{code-cell} ipython3
claim("slope-double", "Twice one is two.", holds=2 * 1 == 2,
      measured={"twice one": 2 * 1}, claimed_by="euclid1956elements")
```

See {numref}`fig-slope`: {claim}`slope-double`

## Exercises

```{exercise} Turn it
:label: exercise-turn
Make it level.
```

```{solution} exercise-turn
:class: dropdown
Slope zero.
```
""",
    "book/reference/claims.md": "# Claims\n\n```{claims-register}\n```\n",
    "book/reference/coverage.md": "# Coverage\n\n```{coverage-table}\n```\n",
    "book/reference/bibliography.md": """# Bibliography

Said in {doc}`../lines/slope` and {ref}`turning`: {claim}`slope-double`

```{bibliography}
```
""",
    "book/reference/rows.yml": 'T1:\n  title: "A document"\n  rows: {1: "a line", 2: "a plane"}\n',
    "book/references.bib": """@book{euclid1956elements,
  author = {Euclid}, title = {The thirteen books}, publisher = {Dover}, year = {1956}
}
""",
}


@dataclass(frozen=True)
class Outcome:
    """What a command did: its exit code, what it printed, and its complaint."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """Standard error, which must be readable: no traceback, a handful of lines, ``error:``."""
        assert "Traceback" not in self.err + self.out, self.err
        assert self.err.startswith("error: "), self.err
        assert len(self.err.strip().splitlines()) <= 3, self.err
        return self.err


@dataclass(frozen=True)
class Book:
    """A book in a folder, with what tests do to it."""

    root: Path

    def run(self, *arguments: str, **variables: str) -> Outcome:
        """Run ``python -m nbsrc.site`` in the book and wait for it."""
        process = self.start(*arguments, preexec=None, **variables)
        return outcome_of(process)

    def build(self, **variables: str) -> Outcome:
        """Build the site."""
        return self.run("build", **variables)

    def start(
        self, *arguments: str, preexec: Callable[[], None] | None = None, **variables: str
    ) -> subprocess.Popen[str]:
        """Start ``python -m nbsrc.site`` in a session of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "nbsrc.site", *arguments],
            cwd=self.root,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=preexec,
        )

    def site(self) -> dict[str, str]:
        """Return the digest of every file of the finished site."""
        return digest(self.root / "_build" / "site")

    def page(self, name: str) -> str:
        """Return a page of the finished site."""
        return (self.root / "_build" / "site" / f"{name}.html").read_text(encoding="utf-8")

    def read(self, name: str) -> str:
        """Return a source file."""
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        """Write a source file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a passage that a source file must have."""
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new))

    @contextmanager
    def edited(self, name: str, old: str, new: str) -> Iterator[None]:
        """Replace a passage for a while."""
        text = self.read(name)
        self.edit(name, old, new)
        try:
            yield
        finally:
            self.write(name, text)

    def copy(self, root: Path) -> "Book":
        """Return a copy of the book, what it has built included, in another folder."""
        shutil.copytree(self.root, root, symlinks=True)
        return Book(root)


def outcome_of(process: subprocess.Popen[str]) -> Outcome:
    """Wait for a started command."""
    try:
        out, err = process.communicate(timeout=200)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return Outcome(process.returncode, out, err)


def digest(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path there."""
    top = folder.resolve()
    return {
        path.relative_to(top).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a build: this one's, without what would change the book."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BOOK_", "DASK_"))}
    paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)} | variables


def write_book(root: Path) -> Book:
    """Write the tiny book: pages of its own, settings and static files of the real one."""
    book = Book(root)
    for name, text in PAGES.items():
        book.write(name, text)
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(REPOSITORY / name, root / name)
    for name in ("_static", "_vendor"):
        shutil.copytree(REPOSITORY / "book" / name, root / "book" / name)
    contents = yaml.safe_load((REPOSITORY / "_toc.yml").read_text(encoding="utf-8"))
    names = [name.removesuffix(".md") for name in PAGES if name.endswith(".md")]
    contents["parts"] = [
        {"caption": "Lines", "chapters": [{"file": names[1]}]},
        {"caption": "Reference", "chapters": [{"file": name} for name in names[2:]]},
    ]
    book.write("_toc.yml", yaml.safe_dump(contents, sort_keys=False))
    return book
