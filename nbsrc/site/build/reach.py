"""Which files of the library a chapter's code reaches, read from the text of both.

A chapter's run depends on the modules that it imports, on what those import, and so on. A name
that a package re-exports leads to the module that defines it, and to no other of the package:
modules of the library define things and do nothing else when they are imported (a test holds
that). Packages' own ``__init__.py`` may do more, so what such a file uses itself counts always.
Where the text does not tell which name is meant (a star, a package handed on as a value, a name
that nothing defines), the whole package counts; where code makes the imports, the whole library.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NAME = "nbsrc"
LIBRARY = Path(__file__).parents[2]
IMPORTING = {"__import__", "eval", "exec", "globals", "importlib", "locals", "sys", "vars"}
"""Names with which code can reach modules that its text does not name."""

Chain = tuple[str, ...]


@dataclass(frozen=True)
class Import:
    """An import from the library: of ``name`` from ``module`` (``""``: of the module itself)."""

    module: str
    name: str
    bound: str
    """The name that it is given in the code."""


@dataclass(frozen=True)
class Text:
    """What code imports from the library, what it defines, and what it asks of which names."""

    imports: frozenset[Import] = frozenset()
    defines: frozenset[str] = frozenset()
    uses: frozenset[Chain] = frozenset()
    """Names with the attributes asked of them: ``data.digits()`` uses ``("data", "digits")``."""

    def asked_of(self, name: str) -> set[Chain]:
        """Return the attributes asked of a name: an empty chain where it stands by itself."""
        return {use[1:] for use in self.uses if use[0] == name}


ANYTHING = Text(imports=frozenset({Import(NAME, "*", "*")}))


@cache
def read(source: str) -> Text:
    """Return what a piece of code imports, defines and uses.

    >>> sorted(read("from nbsrc import data\\npoints = data.links(3)").uses)
    [('data', 'links')]
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:  # such as a notebook's own commands
        return ANYTHING
    imports, defines, uses, inner = set[Import](), set[str](), set[Chain](), set[ast.AST]()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                for alias in names:
                    bound = alias.asname or alias.name.split(".")[0]
                    imports.add(Import(alias.name, "", bound))
            case ast.ImportFrom(module, names, level):
                for alias in names:
                    found = Import(module or "", alias.name, alias.asname or alias.name)
                    imports.add(found if level == 0 else Import(NAME, "*", "*"))
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                defines.add(name)
            case ast.Name(name, ast.Store()):
                defines.add(name)
            case ast.Attribute() | ast.Name() if node not in inner:
                chain: list[str] = []
                while isinstance(node, ast.Attribute):
                    chain.insert(0, node.attr)
                    node = node.value
                    inner.add(node)
                if isinstance(node, ast.Name):
                    uses.add((node.id, *chain))
    called = {use[0] for use in uses} | {found.module.split(".")[0] for found in imports}
    if called & IMPORTING:
        return ANYTHING
    ours = {found for found in imports if found.module.split(".")[0] == NAME}
    return Text(frozenset(ours), frozenset(defines), frozenset(uses))


def files(cells: Iterable[str], library: Path = LIBRARY) -> list[Path]:
    """Return the files below ``library`` that a notebook's code cells reach, in order.

    A file that is no module, such as data, counts where a module beside it does.
    """
    texts = [read(cell) for cell in cells]
    walk = _Walk(library)
    walk.follow(
        Text(
            frozenset().union(*(text.imports for text in texts)),
            frozenset().union(*(text.defines for text in texts)),
            frozenset().union(*(text.uses for text in texts)),
        )
    )
    beside = {
        path
        for folder in {module.parent for module in walk.modules}
        for path in folder.iterdir()
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }
    return sorted(walk.modules | beside)


class _Walk:
    """A walk from import to import; ``modules`` are the files met so far."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._asked: set[tuple[str, str, frozenset[Chain]]] = set()
        self.modules: set[Path] = set()

    def follow(self, text: Text) -> None:
        """Follow all imports of a notebook's code."""
        for found in text.imports:
            asked = text.asked_of(found.bound)
            if found.name:
                self._member(found.module, found.name, asked)
            elif found.bound == found.module.split(".")[0]:  # import nbsrc.charts binds nbsrc
                self._visit(found.module)
                self._ask(NAME, asked)
            else:
                self._ask(found.module, asked)

    def _visit(self, module: str) -> None:
        """Count a module, and the packages that it lies in, with what they import."""
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            path = self._file(".".join(parts[:length]))
            if path is None and self._library.parent.joinpath(*parts[:length]).is_dir():
                if length == len(parts):
                    self._whole(module)
                continue  # a folder without __init__.py
            if path is None:
                self._whole(".".join(parts[: length - 1]))
                return
            if path in self.modules:
                continue
            self.modules.add(path)
            text = read(path.read_text(encoding="utf-8"))
            for found in text.imports:
                named = path.name == "__init__.py" and found.name not in ("", "*")
                if named and not text.asked_of(found.bound):
                    continue  # handed on; whoever asks for it follows it
                self._visit(found.module)
                if found.name:
                    self._member(found.module, found.name, {()})
                else:
                    self._ask(found.module, {()})

    def _ask(self, module: str, asked: set[Chain]) -> None:
        """Count a module, or of a package what is asked of it: all for an empty chain."""
        self._visit(module)
        path = self._file(module)
        if path is not None and path.name == "__init__.py":
            for chain in asked:
                if chain:
                    self._member(module, chain[0], {chain[1:]})
                else:
                    self._whole(module)

    def _member(self, module: str, name: str, asked: set[Chain]) -> None:
        """Count what a name of a module stands for."""
        self._visit(module)
        path, question = self._file(module), (module, name, frozenset(asked))
        if path is None or path.name != "__init__.py" or question in self._asked:
            return
        self._asked.add(question)
        text = read(path.read_text(encoding="utf-8"))
        handed_on = [found for found in text.imports if found.bound == name]
        for found in handed_on:
            self._member(found.module, found.name, asked)
        if self._file(f"{module}.{name}"):
            self._ask(f"{module}.{name}", asked)
        elif not handed_on and name not in text.defines:
            self._whole(module)

    def _whole(self, package: str) -> None:
        """Count every module of a package; of the library, all but those that build the site."""
        folder = self._library.parent.joinpath(*package.split("."))
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(self._library.parent).with_suffix("").parts
            if package != NAME or parts[1] != "site":
                self._visit(".".join(parts[:-1] if parts[-1] == "__init__" else parts))

    def _file(self, module: str) -> Path | None:
        """Return the file of a module, the ``__init__.py`` of a package; None if there is none."""
        place = self._library.parent.joinpath(*module.split("."))
        for path in (place / "__init__.py", place.with_suffix(".py")):
            if path.is_file():
                return path
        return None


def without_docstrings(source: str) -> str:
    """Return code without its docstrings, which change nothing that it computes."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = source.encode()
    for node in sorted(ast.walk(tree), key=lambda n: -getattr(n, "lineno", 0)):
        body = getattr(node, "body", [])
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            said = body[0].value
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                begin = starts[said.lineno - 1] + said.col_offset
                end = starts[(said.end_lineno or said.lineno) - 1] + (said.end_col_offset or 0)
                text = text[:begin] + b"''" + text[end:]
    return text.decode()
