"""A figure is one function that a maintainer can read, and nothing of it stays in the chapter."""

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from nbsrc.site.build import notebooks

ROOT = Path(__file__).parents[2]
LONGEST, MEDIAN = 40, 30


def figure_cells() -> dict[str, str]:
    """Return the source of every figure's cell, by the figure's name."""
    found = {}
    for path in notebooks.notebooks(ROOT).values():
        for cell in notebooks.read_notebook(path).node.cells:
            name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
            if name:
                found[name] = cell.source
    return found


CELLS = figure_cells()


@pytest.mark.parametrize("name", CELLS)
def test_a_figure_is_one_function_and_leaves_no_other_name_behind(name: str) -> None:
    *others, function, call = ast.parse(CELLS[name]).body
    assert not others
    assert isinstance(function, ast.FunctionDef)
    assert function.name == name.replace("-", "_")
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    assert ast.unparse(call) == f"{function.name}()"


def formatted_lines() -> dict[str, int]:
    """Return how many lines each figure's function has once it is formatted."""
    mark = "\n\n# ---- the next figure ----\n"
    text = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--line-length", "100", "-"],
        input=mark.join(CELLS.values()),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    parts = text.split(mark.strip())
    assert len(parts) == len(CELLS)
    calls_aside = 1  # the last line of a cell calls its function
    return {
        name: sum(bool(line.strip()) for line in part.splitlines()) - calls_aside
        for name, part in zip(CELLS, parts, strict=True)
    }


def test_figures_have_at_most_forty_lines_and_half_of_them_at_most_thirty() -> None:
    lines = formatted_lines()
    assert not {name: n for name, n in lines.items() if n > LONGEST}
    assert statistics.median(lines.values()) <= MEDIAN, sorted(lines.values())


@pytest.mark.parametrize("path", notebooks.notebooks(ROOT).values(), ids=lambda p: p.stem)
def test_no_formula_is_typed_as_a_string(path: Path) -> None:
    for cell in notebooks.read_notebook(path).code:
        for typed in (r"\bdatum\.", r"' \+ '", r"\balt\.(?!hconcat|vconcat)", r"\btransform_"):
            assert not re.search(typed, cell.source), f"{path.name}, line {cell.line}: {typed}"
