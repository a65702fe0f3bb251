"""Heavy formulas of a figure as compiled functions, which the page's static scripts define.

A chart's ``usermeta`` carries its formulas as trees (see :mod:`nbsrc.charts.figure`). The light
ones stay Vega expressions, which the runtime interprets. A heavy one becomes a JavaScript function,
registered with the runtime before the spec is read: seven times faster, under the same policy
without ``eval``.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from nbsrc.formulas import javascript, unpacked

Spec = dict[str, Any]

_FIELD = re.compile(r"\bdatum\.(_\w+)")


def prepare(spec: Spec, vega: Spec) -> tuple[Spec, str]:
    """Return a compiled spec whose heavy formulas are calls, and the script that defines those.

    ``spec`` is the Vega-Lite spec that ``vega`` was compiled from. The formulas themselves are
    taken out of what is shipped.
    """
    formulas = spec.get("usermeta", {}).get("book", {}).get("formulas", {})
    (vega.get("usermeta") or {}).get("book", {}).pop("formulas", None)
    functions: dict[str, str] = {}
    tables = list(_tables(vega))
    for step in (step for table in tables for step in table.get("transform", [])):
        known = formulas.get(step.get("expr"))
        if step.get("type") == "formula" and known and known["heavy"]:
            step["expr"], name, code = _call(known["formula"])
            functions[name] = code
    _drop_unused_steps(tables)
    return vega, "\n".join(functions[name] for name in sorted(functions))


def calls(spec: Spec) -> dict[str, str]:
    """Return, for each heavy formula of a Vega-Lite spec, the call that stands for it."""
    formulas = spec.get("usermeta", {}).get("book", {}).get("formulas", {})
    return {text: _call(f["formula"])[0] for text, f in formulas.items() if f["heavy"]}


def _call(rows: list[list[Any]]) -> tuple[str, str, str]:
    """Return the expression that calls a formula's function, its name, and its definition."""
    arguments, body = javascript(unpacked(rows))
    signature = ", ".join(f"a{k}" for k in range(len(arguments)))
    name = "f_" + hashlib.sha256(f"{signature}:{body}".encode()).hexdigest()[:12]
    code = f'vega.expressionFunction("{name}", function ({signature}) {{ {body} }});'
    return f"{name}({', '.join(arguments)})", name, code


def _tables(part: Any) -> Iterator[Spec]:
    """Yield every table of a compiled spec, each after those that it reads from."""
    yield from part.get("data", [])
    for mark in part.get("marks", []):
        yield from _tables(mark)


def _drop_unused_steps(tables: list[Spec]) -> None:
    """Remove the fields of shared parts that nothing after them reads any more.

    What a table reads may be computed in the table that it stands on: Vega-Lite moves the steps
    that several layers begin with into one table.
    """
    read_after: dict[str, set[str]] = {}
    for table in reversed(tables):
        used, kept = read_after.get(table["name"], set()), []
        for step in reversed(table.get("transform", [])):
            name = step.get("as") if step.get("type") == "formula" else None
            if isinstance(name, str) and name.startswith("_") and name not in used:
                continue
            used |= set(_FIELD.findall(str(step)))
            kept.append(step)
        if "transform" in table:
            table["transform"] = kept[::-1]
        if isinstance(table.get("source"), str):
            read_after.setdefault(table["source"], set()).update(used)
