"""Chapters as notebooks: reading them, finding them in the table of contents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FRONT_MATTER = re.compile(r"---[ ]*\n(.*?)\n---[ ]*(?:\n|$)", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A code cell: its source, and the line of the file on which its fence opens."""

    source: str
    line: int


@dataclass(frozen=True)
class Notebook:
    """A chapter as it stands in its file."""

    path: Path
    front_matter: dict[str, Any]
    code: list[Cell]
    node: Any
    """The whole notebook, an ``nbformat`` node."""


def read_notebook(path: Path) -> Notebook:
    """Return the MyST notebook in a file.

    Raises ``ValueError`` naming the file if it is not one.
    """
    from myst_nb.core.read import read_myst_markdown_notebook

    text = path.read_text(encoding="utf-8")
    opening = _FRONT_MATTER.match(text)
    if not opening:
        raise ValueError(f"{path}: not a chapter: it does not open with front matter")
    try:
        front_matter = yaml.safe_load(opening[1]) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: the front matter is not YAML: {_one_line(error)}") from None
    node = read_myst_markdown_notebook(text, path=str(path), add_source_map=True)
    lines = node.metadata.get("source_map", [])
    code = [
        Cell(cell.source, line)
        for cell, line in zip(node.cells, lines, strict=True)
        if cell.cell_type == "code"
    ]
    return Notebook(path, front_matter, code, node)


def where(renderer: Any, data: Any) -> str:
    """Return file and line of the cell that gave an output, as MyST-NB hands them to its plugins.

    MyST-NB counts from two lines below the one on which the cell's fence opens.
    """
    return f"{renderer.source}, line {data.line - 2}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def pages(root: Path) -> list[Path]:
    """Return the files of the book at ``root`` in reading order.

    Raises ``ValueError`` if its ``_toc.yml`` is malformed.
    """
    try:
        toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
        files = [toc["root"], *_files(toc)]
    except yaml.YAMLError as error:
        raise ValueError(f"_toc.yml is not YAML: {_one_line(error)}") from None
    except (KeyError, TypeError, AttributeError):
        raise ValueError("_toc.yml is malformed: it needs root:, and parts: of chapters:") from None
    return [root / f"{file}.md" for file in files]


def _files(entry: dict[str, Any]) -> Iterator[str]:
    """Yield the files below an entry of the table of contents, at every depth."""
    for below in ("parts", "chapters", "sections"):
        for child in entry.get(below, []):
            if "file" in child:
                yield child["file"]
            yield from _files(child)


def runs_code(path: Path) -> bool:
    """Whether a page's front matter names a kernel to run its code."""
    return "kernelspec:" in path.read_text(encoding="utf-8").split("\n---", 1)[0]


def notebooks(root: Path) -> dict[str, Path]:
    """Return the book's pages that run code, in reading order: page name to file."""
    found = {}
    for path in pages(root):
        if not path.exists():
            raise ValueError(f"_toc.yml names {path.relative_to(root)}, which does not exist")
        if runs_code(path):
            found[path.relative_to(root).with_suffix("").as_posix()] = path
    return found


def select(root: Path, name: str) -> dict[str, Path]:
    """Return the one page whose file is called ``name``.

    Raises ``ValueError`` naming the chapters there are.
    """
    found = notebooks(root)
    for page, path in found.items():
        if name in (page, path.stem):
            return {page: path}
    names = ", ".join(path.stem for path in found.values())
    raise ValueError(f"no chapter is called {name!r}; the chapters are: {names}")
