"""Rooms in one order, and imports point one way in it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "nbsrc"
MODULES = sorted(PACKAGE.rglob("*.py"))

MATHEMATICS = ["arrays", "formulas", "chapter", "data", "neurons", "networks", "learning"]
MATHEMATICS += ["shapes", "maps", "information", "seeing", "memory", "beyond"]
SITE = ["site.build", "site.figures", "site.pages", "site.__main__"]
DRAWING = {"altair", "numpy", "pandas", "scipy"}
PUBLISHING = {"docutils", "jupyter_book", "myst_nb", "myst_parser", "pybtex", "sphinx"}
PUBLISHING |= {"sphinx_exercise", "sphinxcontrib"}


def module_name(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    """Return the room that a module of nbsrc lies in; "" for nbsrc itself."""
    inside = name.split(".")[1:]
    return ".".join(inside[: 2 if inside[:1] == ["site"] else 1])


def imports(path: Path) -> set[str]:
    """Return what a module imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_entered(path: Path) -> set[str]:
    """Return the other rooms that a module imports from."""
    inside = {name for name in imports(path) if name.split(".")[0] == "nbsrc"}
    return {room(name) for name in inside} - {room(module_name(path)), ""}


def packages(path: Path) -> set[str]:
    """Return the packages, neither Python's nor ours, that a module imports."""
    tops = {name.split(".")[0] for name in imports(path)}
    return tops - sys.stdlib_module_names - {"nbsrc"}


def in_rooms(rooms: list[str]) -> list[Path]:
    """Return the modules that lie in some rooms."""
    return [path for path in MODULES if room(module_name(path)) in rooms]


def test_every_module_lies_in_a_room_that_the_order_names() -> None:
    rooms = {room(module_name(path)) for path in MODULES}
    assert rooms - {"", "site"} <= {*MATHEMATICS, "charts", *SITE}


@pytest.mark.parametrize("path", in_rooms(MATHEMATICS), ids=module_name)
def test_mathematics_imports_from_rooms_before_its_own(path: Path) -> None:
    before = MATHEMATICS[: MATHEMATICS.index(room(module_name(path)))]
    assert rooms_entered(path) <= set(before)
    assert not packages(path) & (PUBLISHING | {"altair", "vl_convert"})


@pytest.mark.parametrize("path", in_rooms(["charts"]), ids=module_name)
def test_charts_know_no_mathematics_and_need_only_what_draws(path: Path) -> None:
    assert rooms_entered(path) <= {"formulas"}
    assert packages(path) <= DRAWING


@pytest.mark.parametrize("path", in_rooms(["site", *SITE]), ids=module_name)
def test_the_site_imports_claims_seed_and_data_and_from_its_parts_before(path: Path) -> None:
    order = ["formulas", "chapter", "data", *SITE]
    mine = room(module_name(path))
    before = [] if mine == "site" else order[: order.index(mine)]
    assert rooms_entered(path) <= set(before)


@pytest.mark.parametrize("path", in_rooms(MATHEMATICS), ids=module_name)
def test_mathematics_asks_for_a_notebook_only_when_it_shows_something(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert "IPython" not in "\n".join(map(ast.unparse, top))


@pytest.mark.parametrize(
    "path",
    [p for p in in_rooms(["", *MATHEMATICS, "charts"]) if module_name(p) != "nbsrc.charts"],
    ids=module_name,
)
def test_importing_a_module_defines_things_and_does_nothing_else(path: Path) -> None:
    """So that a chapter depends on those modules alone whose names it uses."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        names_things = isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
        names_things = names_things and all(isinstance(name, ast.Name) for name in targets)
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        defines = isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
        assert text or names_things or defines, f"line {node.lineno}"


@pytest.mark.parametrize(
    ("rooms", "above"),
    [
        (["", *MATHEMATICS], ["altair", "sphinx", "nbsrc.charts", "nbsrc.site"]),
        (["charts"], ["sphinx", "nbsrc.site", "nbsrc.neurons"]),
        (["site", *SITE[:-1]], ["nbsrc.charts", "nbsrc.neurons"]),
    ],
    ids=["mathematics", "charts", "site"],
)
def test_modules_import_alone_in_silence_and_without_what_lies_above(
    rooms: list[str], above: list[str]
) -> None:
    """One process forks for each module, after the packages that all need have been loaded."""
    names = [module_name(path) for path in in_rooms(rooms)]
    script = f"""
import importlib, json, os, sys
import numpy
found = {{}}
for name in {names!r}:
    out, into = os.pipe()
    if os.fork() == 0:
        importlib.import_module(name)
        loaded = [m for m in {above!r} if m in sys.modules]
        os.write(into, json.dumps(loaded).encode())
        os._exit(0)
    os.close(into)
    found[name] = json.loads(os.read(out, 10000) or "null")
    os.wait()
print(json.dumps(found))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1, done.stdout
    assert json.loads(done.stdout) == {name: [] for name in names}
