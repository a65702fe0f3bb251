"""Each chapter as a Jupyter notebook that runs anywhere: Jupyter, Colab, offline.

Its first cell unpacks the parts of ``nbsrc`` that the chapter needs from the notebook itself where
that is not installed, so that one file is all that a reader needs beside NumPy, scikit-learn and
Altair.
"""

import ast
import base64
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from nbsrc.site.build.execution import last_run
from nbsrc.site.build.notebooks import notebooks, read_notebook
from nbsrc.site.pages.claim_marks import all_claims
from nbsrc.site.pages.predictions import plain_predictions
from nbsrc.site.pages.words import plain_words

PACKAGE = Path(__file__).parents[2]
TOLD = "application/papermill.record/text/plain"
_GLUE = re.compile(r"\{glue:text\}`([^`]+)`")
_CLAIM = re.compile(r"\{claim\}`(?:([^`]+?)\s*<[^`>]+>|([^`<]+))`")
_DIRECTIVE = re.compile(r"^(`{3,}|:{3,})\{(\w[\w:-]*)\}\s*(.*)$")


def files_needed(cells: Iterable[str]) -> set[Path]:
    """Return the files of ``nbsrc`` that code needs: what it imports, what that imports, ...

    A file that is no module, such as data, is needed where a module beside it names it.

    >>> sorted(path.name for path in files_needed(["from nbsrc.arrays import Array"]))
    ['__init__.py', 'arrays.py']
    """
    waiting, needed = [name for cell in cells for name in _imports(cell)], set[Path]()
    while waiting:
        parts = waiting.pop().split(".")
        for length in range(1, len(parts) + 1):
            place = PACKAGE.parent.joinpath(*parts[:length])
            for path in (place / "__init__.py", place.with_suffix(".py")):
                if path.is_file() and path not in needed:
                    needed.add(path)
                    waiting += _imports(path.read_text(encoding="utf-8"))
    texts = {path: path.read_text(encoding="utf-8") for path in needed}
    beside = {path for module in needed for path in module.parent.iterdir() if path.is_file()}
    data = {path for path in beside if path.suffix not in (".py", ".pyc")}
    return needed | {
        d for d in data if any(d.name in texts[m] for m in needed if m.parent == d.parent)
    }


def _imports(source: str) -> list[str]:
    """Return the dotted names that code imports from nbsrc, at its top or inside functions."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.split(".")[0] == "nbsrc"]


def bundled_package(cells: Iterable[str]) -> bytes:
    """Return what of ``nbsrc`` these cells need as a zip, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files_needed(cells)):
            name = path.relative_to(PACKAGE.parent).as_posix()
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def setup_source(cells: Iterable[str]) -> str:
    """Return the code of the first cell, for a notebook with these code cells."""
    packed = base64.b64encode(bundled_package(cells)).decode()
    return (
        "# The book's own small library, nbsrc, travels in this notebook; an installed one "
        "is preferred.\n"
        "import base64, importlib.util, pathlib, sys, tempfile\n"
        "if importlib.util.find_spec('nbsrc') is None:\n"
        "    archive = pathlib.Path(tempfile.mkdtemp()) / 'nbsrc.zip'\n"
        f"    archive.write_bytes(base64.b64decode('{packed}'))\n"
        "    sys.path.insert(0, str(archive))\n"
    )


def notebook_for_download(
    path: Path, told: dict[str, str], found: dict[str, str], title: str
) -> Any:
    """Return a chapter as an ``nbformat`` notebook for readers.

    ``told`` gives the numbers that the prose takes from the run, ``found`` what holds by the ids of
    claims; ids of cells are their positions.
    """
    source = read_notebook(path).node
    cells = [
        nbformat.v4.new_code_cell(
            setup_source([cell.source for cell in source.cells if cell.cell_type == "code"]),
            metadata={"jupyter": {"source_hidden": True}},
        )
    ]
    for cell in source.cells:
        if cell.cell_type == "code":
            tags = cell.metadata.get("tags", [])
            cells.append(
                nbformat.v4.new_code_cell(cell.source, metadata={"tags": tags} if tags else {})
            )
        else:
            cells.append(nbformat.v4.new_markdown_cell(plain_markdown(cell.source, told, found)))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "title": title,
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def plain_markdown(text: str, told: dict[str, str], found: dict[str, str]) -> str:
    """Return MyST text as Jupyter shows it best: numbers and claims filled in, all else plain.

    >>> plain_markdown("Best: {glue:text}`best`, see {numref}`fig-a`.", {"best": "0.75"}, {})
    'Best: 0.75, see *fig-a*.'
    """
    text = _CLAIM.sub(lambda m: m[1] or found.get(m[2], m[2]), text)
    text = plain_words(plain_predictions(text))
    text = _GLUE.sub(lambda m: told.get(m[1], m[1]), text)
    text = re.sub(r"\{math\}`([^`]+)`", r"$\1$", text)
    text = re.sub(r"\{(?:term|doc|ref)\}`([^`<]+?)(?:\s*<[^`>]*>)?`", r"\1", text)
    text = re.sub(r"\{[\w:+-]+\}`([^`]+)`", r"*\1*", text)
    lines = []
    for line in text.splitlines():
        opening = _DIRECTIVE.match(line)
        if opening:
            name = opening[2].removesuffix("-start").capitalize()
            lines.append(f"**{name}: {opening[3]}**" if not name.endswith("-end") else "")
        elif re.fullmatch(r"`{3,}|:{3,}|:[\w-]+:.*|\([\w-]+\)=", line):
            lines.append("")
        else:
            lines.append(line)
    return "\n".join(lines)


def _write(app: Any, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    found = {id: claim["what_holds"] for id, (_, claim) in all_claims(app.env).items()}
    for page, path in notebooks(Path(app.srcdir)).items():
        if "chapter" not in app.env.metadata[page]:
            continue
        told = told_numbers(last_run(Path(app.srcdir), read_notebook(path)))
        made = notebook_for_download(path, told, found, app.env.titles[page].astext())
        target = Path(app.outdir) / f"{page}.ipynb"
        target.write_text(nbformat.writes(made) + "\n", encoding="utf-8")


def told_numbers(ran: Any) -> dict[str, str]:
    """Return what a chapter told its prose, by name, from the notebook of its run."""
    outputs = [out for cell in ran.cells for out in cell.get("outputs", [])]
    told = {}
    for output in outputs:
        name = output.get("metadata", {}).get("scrapbook", {}).get("name")
        if name:
            told[name] = str(ast.literal_eval(output["data"][TOLD]))
    return told


def setup(app: Any) -> None:
    """Register the writing of notebooks."""
    app.connect("build-finished", _write)
