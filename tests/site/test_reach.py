"""What a chapter's code reaches: all that can change its results, and little more.

The oracle runs small libraries: each module's ``VALUE`` collects the names of all modules that it
was computed from, so a chapter's value names the modules that its results depend on.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.site.build import reach

ROOMS = ["first", "second", "third"]


@contextmanager
def importable(library: Path) -> Iterator[None]:
    """Put a library in the place of our own for a while."""
    ours = {name: m for name, m in sys.modules.items() if name.split(".")[0] == "nbsrc"}
    sys.path.insert(0, str(library.parent))
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    for name in ours:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in [n for n in sys.modules if n.split(".")[0] == "nbsrc"]:
            del sys.modules[name]
        sys.modules.update(ours)
        sys.path.remove(str(library.parent))
        sys.dont_write_bytecode = written


def module(name: str, earlier: list[tuple[str, str]]) -> str:
    """Return a module's code: its value is its own name and those of the values it imports."""
    lines = [line for line, _ in earlier]
    values = " | ".join([f"{{{name!r}}}", *(value for _, value in earlier)])
    return "\n".join([*lines, f"VALUE = {values}", f"{name.replace('.', '_')} = VALUE", ""])


@st.composite
def ways_to(draw: st.DrawFn, name: str) -> tuple[str, str]:
    """Return an import of a module's value, and the expression that it is then."""
    package, own = name.split(".")
    flat = f"{package}_{own}"
    return draw(
        st.sampled_from(
            [
                (f"from nbsrc.{name} import VALUE as {flat}", flat),
                (f"from nbsrc.{package} import {flat}", flat),
                (f"from nbsrc.{package} import {flat} as other_{flat}", f"other_{flat}"),
                (f"from nbsrc.{package} import {own}", f"{own}.VALUE"),
                (f"import nbsrc.{name} as it_{flat}", f"it_{flat}.VALUE"),
                (f"import nbsrc.{name}", f"nbsrc.{name}.VALUE"),
                (f"from nbsrc import {package}", f"{package}.{flat}"),
                (f"from nbsrc import {package} as p_{flat}", f"p_{flat}.{own}.VALUE"),
            ]
        )
    )


@st.composite
def libraries(draw: st.DrawFn) -> tuple[dict[str, str], str]:
    """Return a library's files, and a chapter's code whose result is ``value``."""
    names: list[str] = []
    files = {"__init__.py": ""}
    for room in ROOMS:
        here = [f"{room}.{room[0]}{number}" for number in range(draw(st.integers(1, 3)))]
        for name in here:
            some = st.lists(st.sampled_from(names), max_size=2, unique=True)
            chosen = draw(some) if names else []
            files[f"{name.replace('.', '/')}.py"] = module(name, [draw(ways_to(n)) for n in chosen])
        handed_on = [f"from nbsrc.{n} import {n.replace('.', '_')}" for n in here]
        files[f"{room}/__init__.py"] = "\n".join([*handed_on, ""])
        names += here
    wanted = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
    ways = [draw(ways_to(name)) for name in wanted]
    code = [line for line, _ in ways] + [f"value = {' | '.join(value for _, value in ways)}"]
    return files, "\n".join(code)


def written(folder: Path, files: dict[str, str]) -> Path:
    """Write a library's files; return its folder."""
    library = folder / "nbsrc"
    for name, text in files.items():
        (library / name).parent.mkdir(parents=True, exist_ok=True)
        (library / name).write_text(text, encoding="utf-8")
    return library


def reached(code: str, library: Path) -> set[str]:
    """Return the modules that code reaches, packages left out."""
    paths = [path.relative_to(library) for path in reach.files([code], library)]
    return {".".join(p.with_suffix("").parts) for p in paths if p.name != "__init__.py"}


@given(libraries())
def test_just_the_modules_that_a_result_was_computed_from_are_reached(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[dict[str, str], str]
) -> None:
    files, code = made
    library = written(tmp_path_factory.mktemp("library"), files)
    told: dict[str, set[str]] = {}
    with importable(library):
        exec(code, told)
    found = reached(code, library)
    assert told["value"] <= found
    imports = "".join(files.values())
    if "import nbsrc" not in imports and "from nbsrc import" not in imports:
        assert found == told["value"], "modules import names, so nothing else is reached"


LIBRARY = {
    "__init__.py": "",
    "first/__init__.py": "from nbsrc.first.a import a, again\nfrom nbsrc.first.b import b\n",
    "first/a.py": "a = 1\nagain = 2\n",
    "first/b.py": "b = 1\n",
    "first/numbers.csv": "1,2\n",
    "second/__init__.py": (
        "from nbsrc.second import look\nfrom nbsrc.second.c import c\nlook.look()\n"
    ),
    "second/look.py": "def look(): ...\n",
    "second/c.py": "from nbsrc.first import b\nc = b\n",
    "starry/__init__.py": "from nbsrc.first import *\n",
    "site/pages.py": "",
}
FIRST = {"first.a", "first.b", "first.numbers"}
ALL = FIRST | {"second.look", "second.c"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from nbsrc.first import a", {"first.a", "first.numbers"}),
        ("from nbsrc import first\nfirst.a", {"first.a", "first.numbers"}),
        ("from nbsrc import first\nprint(first)", FIRST),
        ("from nbsrc.first import *", FIRST),
        ("from nbsrc.first import c", FIRST),
        ("from nbsrc.starry import b", FIRST),
        ("import nbsrc.second", {"second.look"}),
        ("from nbsrc.second import c", {"second.look", "second.c", "first.b", "first.numbers"}),
        ("import nbsrc.first\nnbsrc.first.b", {"first.b", "first.numbers"}),
        ("import nbsrc.first\nprint(nbsrc)", ALL),
        ("import importlib\nimportlib.import_module('nbsrc.first.a')", ALL),
        ("__import__('nbsrc.first')", ALL),
        ("%timeit 1", ALL),
        ("import numpy", set()),
    ],
)
def test_what_the_text_does_not_tell_counts_as_a_whole(
    code: str, expected: set[str], tmp_path: Path
) -> None:
    assert reached(code, written(tmp_path, LIBRARY)) == expected


def test_cells_are_one_text(tmp_path: Path) -> None:
    cells = ["from nbsrc import first", "first.b"]
    found = reach.files(cells, written(tmp_path, LIBRARY))
    assert tmp_path / "nbsrc/first/b.py" in found
    assert tmp_path / "nbsrc/first/a.py" not in found


def test_a_package_that_imports_its_own_modules_is_walked_once(tmp_path: Path) -> None:
    files = {"__init__.py": "", "a/__init__.py": "from nbsrc.a import b\n", "a/b.py": "b = 1\n"}
    assert reached("from nbsrc.a import b", written(tmp_path, files)) == {"a.b"}


def test_a_folder_without_init_is_walked_through(tmp_path: Path) -> None:
    room = tmp_path / "nbsrc" / "room"
    room.mkdir(parents=True)
    for path in (tmp_path / "nbsrc" / "__init__.py", room / "one.py", room / "other.py"):
        path.write_text("", encoding="utf-8")
    reached = reach.files(["from nbsrc.room.one import VALUE"], tmp_path / "nbsrc")
    assert {path.name for path in reached} == {"__init__.py", "one.py"}


def test_docstrings_are_left_out_and_code_beside_them_stays() -> None:
    code = 'class A:\n    """Ä doc."""\n    b = "kept"\n\ndef f(): "doc"; return "kept"\n'
    bare = reach.without_docstrings(code)
    assert "doc" not in bare
    assert bare.count('"kept"') == 2
    assert reach.without_docstrings(bare) == bare
