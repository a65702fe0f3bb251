"""Renditions: the forms in which a page holds a chart.

As authored, and, where that is wider than a phone, a narrow one with the same marks. A rendition is
a still SVG; where the chart reacts to its reader it is also a Vega spec that the page runs.
"""

import datetime
import functools
import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import vl_convert

from nbsrc.site.figures import formulas
from nbsrc.site.figures.contract import Parameter, Spec, parameters, wishes_of
from nbsrc.site.figures.gestures import with_gestures, with_moving_ends
from nbsrc.site.figures.layout import laid_out
from nbsrc.site.figures.narrow import NARROW, VEGALITE_VERSION, narrowed
from nbsrc.site.figures.svg import inline_svg, side

KEPT_FOR = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Rendition:
    """One form of a chart: its still picture, its size, and its live form where it has one."""

    svg: str
    width: float
    height: float
    vega: str | None
    script: str = ""
    """What the page loads before it runs ``vega``."""


@dataclass(frozen=True)
class Made:
    """All that a page needs of a chart."""

    renditions: tuple[Rendition, ...]
    parameters: tuple[Parameter, ...]


def make(spec: Spec, name: str) -> Made:
    """Return a chart as authored and, where that is wider than a phone, for a phone.

    Raises ``ValueError`` if the spec does not compile, and :class:`FigureFault`, which is one, if
    it breaks the book's contract.
    """
    wide = rendition(spec, name)
    known = parameters(spec, vl_convert.vegalite_to_vega(spec, vl_version=VEGALITE_VERSION))
    made = (wide,) if wide.width <= NARROW else (wide, rendition(narrowed(spec), f"{name}-narrow"))
    return Made(made, tuple(known.values()))


def remembered(spec: Spec, name: str, folder: Path) -> Made:
    """Return what :func:`make` does, from an earlier build where it was made before."""
    memory = joblib.Memory(folder, verbose=0)
    made: Made = memory.cache(_made)(json.dumps(spec, sort_keys=True), name, _makers())
    return made


def forget_unused(folder: Path) -> None:
    """Remove what no build has asked for in a month."""
    joblib.Memory(folder, verbose=0).reduce_size(age_limit=KEPT_FOR)


def _made(spec: str, name: str, makers: str) -> Made:
    return make(json.loads(spec), name)


@functools.cache
def _makers() -> str:
    """Return a digest of everything beside the chart that a rendition depends on."""
    digest = hashlib.sha256(importlib.metadata.version("vl-convert-python").encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def rendition(spec: Spec, prefix: str) -> Rendition:
    """Compile a Vega-Lite spec to its still and, where it reacts, its live form."""
    svg = vl_convert.vegalite_to_svg(opened(spec), vl_version=VEGALITE_VERSION)
    vega = vl_convert.vegalite_to_vega(spec, vl_version=VEGALITE_VERSION)
    live, script = _live(spec, vega, svg) if _reacts(spec) else (None, "")
    still = inline_svg(svg, prefix, spec["description"])
    return Rendition(still, side(svg, "width"), side(svg, "height"), live, script)


def opened(spec: Spec) -> Spec:
    """Return a chart as it stands once its question is answered: its hidden truths are shown.

    That is the still picture, in print and without scripts, where nobody can lock a guess.
    """
    closed = set(wishes_of(spec).get("hidden", []))
    return _with_truths(spec, closed) if closed else spec


def _with_truths(part: Any, closed: set[str]) -> Any:
    if isinstance(part, list):
        return [_with_truths(p, closed) for p in part]
    if not isinstance(part, dict):
        return part
    if part.get("name") in closed and part.get("value") is False:
        return {**part, "value": True}
    return {
        k: v if k in ("datasets", "usermeta") else _with_truths(v, closed) for k, v in part.items()
    }


def _reacts(spec: Any) -> bool:
    """Whether a Vega-Lite spec has parameters that react or tooltips."""
    if isinstance(spec, dict):
        if wishes_of(spec).get("gestures"):
            return True
        if any("bind" in p or "select" in p for p in spec.get("params", []) if isinstance(p, dict)):
            return True
        if "tooltip" in spec and spec["tooltip"] is not None:
            return True
        return any(_reacts(value) for key, value in spec.items() if key not in ("datasets", "data"))
    if isinstance(spec, list):
        return any(_reacts(value) for value in spec)
    return False


def _live(spec: Spec, vega: Spec, svg: str) -> tuple[str, str]:
    """Return the spec that the page runs, and the script that it needs before.

    The page has controls and a place in the text of its own: input bindings and the description
    are left out.
    """
    wishes, known = wishes_of(spec), parameters(spec, vega)
    told = with_gestures(vega, wishes.get("gestures", []), known)
    with_moving_ends(vega, known)
    vega, script = formulas.prepare(spec, laid_out(vega, svg))
    for signal in vega.get("signals", []):
        if isinstance(signal.get("bind"), dict) and "input" in signal["bind"]:
            del signal["bind"]
    shipped = {k: v for k, v in vega.items() if k not in ("$schema", "description", "usermeta")}
    shipped["usermeta"] = {k: v for k, v in (("gestures", told), ("win", wishes.get("win"))) if v}
    text = json.dumps(shipped, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text, script
