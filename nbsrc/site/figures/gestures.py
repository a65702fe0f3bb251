"""Gestures: what a press, a drag or a hovering pointer in a picture does to its parameters.

The page's script tells a chart where the pointer is, in the units of a panel's axes, through the
signal ``<panel>_at``: ``{"x": ..., "y": ..., "of": number of the gesture}``. What is added here
makes values of that place: rounded to the steps of the parameter's control and kept between its
ends, so that gesture and control are always in step.
"""

from collections.abc import Iterator
from typing import Any

from nbsrc.site.figures.contract import FigureFault, Parameter, Spec

KINDS = ("drag", "press", "hover")


def with_gestures(vega: Spec, gestures: list[Spec], known: dict[str, Parameter]) -> list[Spec]:
    """Add what gestures need to a compiled spec; return what the page's script must know of each.

    Raises :class:`FigureFault` for a panel, a parameter or a kind of gesture that is not there.
    """
    signals = {s["name"]: s for s in vega.get("signals", [])}
    told: list[Spec] = []
    for number, gesture in enumerate(gestures):
        panel, kind = gesture["panel"], gesture["on"]
        if kind not in KINDS:
            raise FigureFault(f"has a gesture {kind!r}; there are {', '.join(KINDS)}")
        at = f"{panel}_at"
        for name, value in gesture["sets"].items():
            _check(name, known)
            update = f"{at}.of == {number} ? {_kept(value, known[name])} : {name}"
            signals[name].setdefault("on", []).append({"events": {"signal": at}, "update": update})
        place, has_handle = _place(vega, panel), bool(gesture.get("handle"))
        sets = list(gesture["sets"])
        told.append({"panel": panel, "on": kind, "sets": sets, "handle": has_handle, **place})
    for panel in dict.fromkeys(g["panel"] for g in gestures):
        vega["signals"].append({"name": f"{panel}_at", "value": None})
        handles = [g.get("handle") if g["panel"] == panel else None for g in gestures]
        if any(handles):
            update = f"[{', '.join(map(_object, handles))}]"
            vega["signals"].append({"name": f"{panel}_handle", "update": update})
    return told


def with_moving_ends(vega: Spec, known: dict[str, Parameter]) -> None:
    """Keep each parameter whose upper end follows a signal below that end."""
    names = {s["name"] for s in vega.get("signals", [])}
    for signal in vega.get("signals", []):
        end = known[signal["name"]].wishes.get("end") if signal["name"] in known else None
        if end is None:
            continue
        if end not in names:
            raise FigureFault(f"has a control that ends at {end!r}, which is no parameter of it")
        update = f"min({signal['name']}, {end})"
        signal.setdefault("on", []).append({"events": {"signal": end}, "update": update})


def _check(name: str, known: dict[str, Parameter]) -> None:
    if name not in known:
        raise FigureFault(
            f"has a gesture that sets {name!r}, which is no parameter that can be set; "
            f"there are: {', '.join(known) or 'none'}"
        )
    if not known[name].input and not known[name].hidden:
        raise FigureFault(
            f"has a gesture that sets {name!r}, which has no control: bind it to one, so that "
            "keyboards reach it, or list it as hidden"
        )


def _kept(value: str, parameter: Parameter) -> str:
    """Round an expression to a range's steps and keep it between the ends; leave others as is."""
    if parameter.input != "range":
        return f"({value})"
    low, high, step = parameter.bind["min"], parameter.bind["max"], parameter.step
    if "end" in parameter.wishes:
        high = f"min({high}, {parameter.wishes['end']})"
    unit = 10**parameter.decimals  # dividing by it gives 0.3 where steps add up to 0.30000000000004
    steps = f"{low} + round((({value}) - ({low})) / {step}) * {step}"
    return f"clamp(round(({steps}) * {unit}) / {unit}, {low}, {high})"


def _object(handle: Spec | None) -> str:
    return "null" if not handle else "{" + ", ".join(f"{k}: {v}" for k, v in handle.items()) + "}"


def _place(vega: Spec, panel: str) -> Spec:
    """Return the class of a panel's group, None for the chart itself, and its scales' names."""
    group = next((g for g in _groups(vega) if g.get("name") == f"{panel}_group"), None)
    names = {s["name"] for s in vega.get("scales", [])}
    used = _scales_of(vega if group is None else group)
    place: Spec = {"group": None if group is None else f"{panel}_group"}
    for channel in ("x", "y"):
        own = f"{panel}_{channel}"
        place[channel] = own if own in names else used.get(channel)
    is_named = group is not None or f"{panel}_x" in names or f"{panel}_y" in names
    is_alone = group is None and any(
        str(m.get("name", "")).startswith(f"{panel}_") for m in vega.get("marks", [])
    )
    if not (is_named or is_alone) or not (place["x"] or place["y"]):
        raise FigureFault(
            f"has a gesture in {panel!r}; no view with axes has that name: add "
            f'.properties(name="{panel}")'
        )
    return place


def _groups(vega: Spec) -> Iterator[Spec]:
    for mark in vega.get("marks", []):
        if mark.get("type") == "group":
            yield mark
            yield from _groups(mark)


def _scales_of(group: Spec) -> dict[str, Any]:
    """Return the scale of each position that the marks of a group are placed by."""
    found: dict[str, Any] = {}
    for mark in group.get("marks", []):
        if mark.get("type") == "group":
            for channel, name in _scales_of(mark).items():
                found.setdefault(channel, name)
        for channel, value in mark.get("encode", {}).get("update", {}).items():
            axis = channel[:1] if channel in ("x", "y", "x2", "y2", "xc", "yc") else ""
            for part in value if isinstance(value, list) else [value]:
                if axis and isinstance(part, dict) and isinstance(part.get("scale"), str):
                    found.setdefault(axis, part["scale"])
    return found
