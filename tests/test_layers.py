"""Imports point one way: site and charts know the mathematics, never the other way round."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "nbsrc"
MODULES = sorted(PACKAGE.rglob("*.py"))
PAGES = (
    "sphinx",
    "docutils",
    "myst_nb",
    "myst_parser",
    "jupyter_book",
    "sphinx_exercise",
    "pybtex",
)


def layer(path: Path) -> str:
    """Return the layer of a module: mathematics, charts or site."""
    top = path.relative_to(PACKAGE).parts[0]
    return top if top in ("charts", "site") else "mathematics"


def module_name(path: Path) -> str:
    """Return the dotted name of a module."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Return what a module imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(names: set[str], *packages: str) -> set[str]:
    """Return those names that lie in one of some packages."""
    return {n for n in names for p in packages if n == p or n.startswith(f"{p}.")}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_module_imports_only_from_its_layer_and_below(path: Path) -> None:
    forbidden = {
        "mathematics": ("altair", "vl_convert", "nbsrc.charts", "nbsrc.site", *PAGES),
        "charts": ("nbsrc.site", *PAGES),
        "site": ("nbsrc.charts",),
    }
    assert not within(imports(path), *forbidden[layer(path)])


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) == "mathematics"], ids=module_name)
def test_mathematics_asks_for_a_notebook_only_when_it_shows_something(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = ast.Module([n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)], [])
    names = {alias.name for n in top.body if isinstance(n, ast.Import) for alias in n.names}
    names |= {str(n.module) for n in top.body if isinstance(n, ast.ImportFrom)}
    assert not within(names, "IPython")


LAYERS = {
    name: [p for p in MODULES if layer(p) == name] for name in ("mathematics", "charts", "site")
}


@pytest.mark.parametrize("name", LAYERS)
def test_modules_import_alone_in_silence_and_without_the_layers_above(name: str) -> None:
    """One process forks for each module, after the packages that all need have been loaded."""
    names = [module_name(p) for p in LAYERS[name] if p.stem != "__main__"]
    script = f"""
import importlib, json, os, sys
import numpy
found = {{}}
for name in {names!r}:
    out, into = os.pipe()
    if os.fork() == 0:
        importlib.import_module(name)
        loaded = [m for m in ("altair", "sphinx", "nbsrc.charts", "nbsrc.site") if m in sys.modules]
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
    found = json.loads(done.stdout)
    assert set(found) == set(names)
    above = {
        "mathematics": {"altair", "sphinx", "nbsrc.charts", "nbsrc.site"},
        "charts": {"sphinx", "nbsrc.site"},
    }
    for module, loaded in found.items():
        assert loaded is not None, f"{module} cannot be imported alone"
        assert not above.get(name, set()) & set(loaded), module
