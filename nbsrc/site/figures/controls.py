"""Controls: the ordinary HTML inputs by which readers move a figure's parameters.

They stand in the page from the start, so that nothing moves when the chart comes alive, and are
shared by its renditions. Each input carries ``data-signal``, the name of its parameter;
``controls.js`` connects it.
"""

import html
import json
from typing import Any

from nbsrc.site.figures.contract import FigureFault, Parameter

KINDS = ("plain", "time", "stages")


def control(parameter: Parameter, figure: str) -> str:
    """Return the HTML of a parameter's control, with ids that begin with the figure's name.

    Raises :class:`FigureFault` for an input that the book has no control for.
    """
    _check(parameter)
    makers = {"range": _range, "checkbox": _box, "select": _menu, "radio": _menu}
    if parameter.wishes.get("kind") == "stages":
        return _stages(parameter, figure)
    return makers[parameter.input](parameter, figure)


def value_text(parameter: Parameter, value: float) -> str:
    """Return a range's value as readers see it: its label, or a number with its unit.

    >>> value_text(Parameter("t", 2, {"min": 0, "max": 9, "step": 1}, {"unit": "ms"}), -2)
    '−2 ms'
    """
    if parameter.wishes.get("labels"):
        number = round((value - parameter.bind["min"]) / parameter.step)
        return str(parameter.wishes["labels"][number])
    unit = str(parameter.wishes.get("unit", ""))
    gap = " " if unit[:1].isalpha() else ""
    return f"{value:.{parameter.decimals}f}".replace("-", "−") + gap + unit


def _check(parameter: Parameter) -> None:
    name, wishes = parameter.name, parameter.wishes
    kind, labels = wishes.get("kind", "plain"), wishes.get("labels")
    if parameter.input not in ("range", "checkbox", "select", "radio"):
        raise FigureFault(f"has an input of type {parameter.input!r}, which the book has not")
    if kind not in KINDS:
        raise FigureFault(f"has a control of the kind {kind!r}; there are {', '.join(KINDS)}")
    if kind == "time" and parameter.input != "range":
        raise FigureFault(f"plays {name!r} through time: it needs a range, not {parameter.input!r}")
    if parameter.input != "range":
        return
    if not isinstance(parameter.value, (int, float)):
        raise FigureFault(f"has the range {name!r} without a value to begin with: add value=")
    values = round((parameter.bind["max"] - parameter.bind["min"]) / parameter.step) + 1
    if labels and len(labels) != values:
        raise FigureFault(f"has {len(labels)} labels for the {values} values of {name!r}")
    if kind == "stages" and not labels:
        raise FigureFault(f"has stages in {name!r} without labels= to name them")


def _label(parameter: Parameter) -> str:
    return html.escape(str(parameter.bind.get("name") or parameter.name).strip().rstrip(":"))


def _data(parameter: Parameter, **more: Any) -> str:
    """Return the attributes by which the page's script knows a control."""
    told = {"signal": parameter.name, **more}
    return " ".join(
        f'data-{key}="{html.escape(value if isinstance(value, str) else _json(value))}"'
        for key, value in told.items()
        if value not in (None, "")
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _range(parameter: Parameter, figure: str) -> str:
    key, label, wishes = f"{figure}-{parameter.name}", _label(parameter), parameter.wishes
    low, high, value = parameter.bind["min"], parameter.bind["max"], parameter.value
    step, is_time = parameter.bind.get("step", parameter.step), wishes.get("kind") == "time"
    data = _data(
        parameter,
        decimals=parameter.decimals,
        unit=wishes.get("unit"),
        labels=wishes.get("labels"),
        end=wishes.get("end"),
    )
    shown = html.escape(value_text(parameter, value))
    play = f'<button type="button" class="play" aria-label="Play: {label}"></button>'
    back, on = ("One step back", "One step on") if is_time else ("Less", "More")
    return (
        f'<div class="control control-range{" control-time" if is_time else ""}">'
        f'<label for="{key}">{label}</label><output for="{key}">{shown}</output>'
        f'<span class="track">{play if is_time else ""}'
        f'<button type="button" class="step" data-by="-1" tabindex="-1" '
        f'aria-label="{back}: {label}"></button>'
        f'<input type="range" id="{key}" {data} min="{low}" max="{high}" step="{step}" '
        f'value="{value}" aria-valuetext="{shown}" autocomplete="off">'
        f'<button type="button" class="step" data-by="1" tabindex="-1" '
        f'aria-label="{on}: {label}"></button></span></div>'
    )


def _box(parameter: Parameter, figure: str) -> str:
    key = f"{figure}-{parameter.name}"
    checked = " checked" if parameter.value else ""
    return (
        f'<div class="control control-check"><input type="checkbox" id="{key}" {_data(parameter)}'
        f'{checked} autocomplete="off"><label for="{key}">{_label(parameter)}</label></div>'
    )


def _menu(parameter: Parameter, figure: str) -> str:
    key = f"{figure}-{parameter.name}"
    choices = "".join(
        f'<option value="{html.escape(_json(value))}"'
        f"{' selected' if value == parameter.value else ''}>{html.escape(text)}</option>"
        for value, text in _options(parameter)
    )
    return (
        f'<div class="control control-menu"><label for="{key}">{_label(parameter)}</label>'
        f'<select id="{key}" {_data(parameter)} autocomplete="off">{choices}</select></div>'
    )


def _stages(parameter: Parameter, figure: str) -> str:
    key = f"{figure}-{parameter.name}"
    buttons = "".join(
        f'<label><input type="radio" name="{key}" value="{html.escape(_json(value))}"'
        f'{" checked" if value == parameter.value else ""} autocomplete="off">'
        f"<span>{html.escape(text)}</span></label>"
        for value, text in _options(parameter)
    )
    return (
        f'<fieldset class="control control-stages" id="{key}" {_data(parameter)}>'
        f'<legend>{_label(parameter)}</legend><span class="stages">{buttons}</span></fieldset>'
    )


def _options(parameter: Parameter) -> list[tuple[Any, str]]:
    """Return the values of a menu or of stages, each with the text for it."""
    if parameter.input == "range":
        low, step = parameter.bind["min"], parameter.step
        labels = parameter.wishes["labels"]
        values: list[Any] = [low + i * parameter.bind.get("step", step) for i in range(len(labels))]
    else:
        values = parameter.bind["options"]
        labels = parameter.wishes.get("labels") or parameter.bind.get("labels") or values
    return [(value, str(label)) for value, label in zip(values, labels, strict=True)]
