"""Chapters as notebooks: reading them, finding them in the table of contents."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


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
    if not text.startswith("---"):
        raise ValueError(f"{path}: not a chapter: it does not open with front matter")
    node = read_myst_markdown_notebook(text, path=str(path), add_source_map=True)
    lines = node.metadata.get("source_map", [])
    code = [
        Cell(cell.source, line + 1)
        for cell, line in zip(node.cells, lines, strict=True)
        if cell.cell_type == "code"
    ]
    try:
        front_matter = yaml.safe_load(text.split("---", 2)[1]) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{path}: the front matter is not YAML: {error}") from None
    return Notebook(path, front_matter, code, node)


def pages(root: Path) -> list[Path]:
    """Return the files of the book at ``root`` in reading order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    entries = [{"file": toc["root"]}]
    for part in toc.get("parts", [toc]):
        entries += part.get("chapters", [])
    return [root / f"{entry['file']}.md" for entry in entries]


def notebooks(root: Path) -> dict[str, Path]:
    """Return the book's pages that run code, in reading order: page name to file."""
    found = {}
    for path in pages(root):
        if not path.exists():
            raise ValueError(f"_toc.yml names {path.relative_to(root)}, which does not exist")
        if "kernelspec:" in path.read_text(encoding="utf-8").split("\n---", 1)[0]:
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
