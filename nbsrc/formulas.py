"""Formulas as trees, written once and read three ways: by NumPy, by Vega, and by JavaScript.

A formula is a tree of :class:`Node`. Its leaves are numbers, texts, fields of a row and parameters
of a figure; its branches are the operations of :data:`OPERATIONS`. :func:`vega` writes it as a Vega
expression, which the reader's browser computes; :func:`javascript` as the body of a function, for
formulas that many rows need; :func:`evaluate` computes it with NumPy, as the parity test does.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from scipy.special import expit

MINUS = "−"


@dataclass(frozen=True)
class Operation:
    """How one operation is written for Vega and for JavaScript, and computed by NumPy.

    ``kind`` says what it gives: a ``"number"``, a ``"bool"`` or a ``"text"``. Where ``javascript``
    is empty, both are written alike.
    """

    vega: str
    numpy: Callable[..., Any]
    kind: str = "number"
    javascript: str = ""


def _select(test: Any, yes: Any, no: Any) -> Any:
    return np.where(test, yes, no)


def _equal(one: Any, other: Any) -> bool:
    """Return whether two values are the same; a text is never a number."""
    return isinstance(one, str) == isinstance(other, str) and bool(one == other)


def _item(table: Any, index: Any) -> Any:
    if isinstance(table, Mapping):
        return table[index]
    if isinstance(index, np.ndarray) and index.ndim:
        return np.asarray(table)[index.astype(int)]
    return table[int(index)]


OPERATIONS: dict[str, Operation] = {
    "add": Operation("({0} + {1})", np.add),
    "subtract": Operation("({0} - {1})", np.subtract),
    "multiply": Operation("({0} * {1})", np.multiply),
    "divide": Operation("({0} / {1})", np.divide),
    "negative": Operation("(-{0})", np.negative),
    "power": Operation("pow({0},{1})", np.float_power, javascript="Math.pow({0},{1})"),
    "remainder": Operation(
        "({0} - {1} * floor({0} / {1}))",
        np.remainder,
        javascript="({0} - {1} * Math.floor({0} / {1}))",
    ),
    "floor_divide": Operation(
        "floor({0} / {1})", np.floor_divide, javascript="Math.floor({0} / {1})"
    ),
    "expit": Operation("(1 / (1 + exp(-{0})))", expit, javascript="(1 / (1 + Math.exp(-{0})))"),
    "tanh": Operation("(2 / (1 + exp(-2 * {0})) - 1)", np.tanh, javascript="Math.tanh({0})"),
    "heaviside": Operation("({0} > 0 ? 1 : {0} < 0 ? 0 : {1})", np.heaviside),
    "sign": Operation("({0} > 0 ? 1 : {0} < 0 ? -1 : 0)", np.sign),
    "maximum": Operation("max({0},{1})", np.maximum, javascript="Math.max({0},{1})"),
    "minimum": Operation("min({0},{1})", np.minimum, javascript="Math.min({0},{1})"),
    "greater": Operation("({0} > {1})", np.greater, "bool"),
    "greater_equal": Operation("({0} >= {1})", np.greater_equal, "bool"),
    "less": Operation("({0} < {1})", np.less, "bool"),
    "less_equal": Operation("({0} <= {1})", np.less_equal, "bool"),
    "equal": Operation("({0} == {1})", lambda a, b: _equal(a, b), "bool"),
    "not_equal": Operation("({0} != {1})", lambda a, b: not _equal(a, b), "bool"),
    "logical_and": Operation("({0} && {1})", np.logical_and, "bool"),
    "logical_or": Operation("({0} || {1})", np.logical_or, "bool"),
    "logical_not": Operation("(!{0})", np.logical_not, "bool"),
    "isfinite": Operation("isFinite({0})", np.isfinite, "bool"),
    "where": Operation("({0} ? {1} : {2})", _select, "any"),
    "item": Operation("{0}[{1}]", _item, "any"),
    "list": Operation("[...]", lambda *entries: list(entries), "any"),
    "format": Operation("format({0}, {1})", lambda x, spec: d3_format(x, spec), "text"),
    "text": Operation("('' + {0})", lambda x: plain_text(x), "text"),
    "join": Operation("({0} + {1})", lambda a, b: f"{a}{b}", "text"),
    **{
        name: Operation(f"{called}({{0}})", function, javascript=f"Math.{called}({{0}})")
        for name, called, function in (
            ("exp", "exp", np.exp),
            ("log", "log", np.log),
            ("sqrt", "sqrt", np.sqrt),
            ("absolute", "abs", np.absolute),
            ("sin", "sin", np.sin),
            ("cos", "cos", np.cos),
            ("tan", "tan", np.tan),
            ("arccos", "acos", np.arccos),
            ("arcsin", "asin", np.arcsin),
            ("arctan", "atan", np.arctan),
            ("floor", "floor", np.floor),
            ("ceil", "ceil", np.ceil),
        )
    },
    "arctan2": Operation("atan2({0},{1})", np.arctan2, javascript="Math.atan2({0},{1})"),
}
"""Every operation that a formula can have, named as NumPy names it."""

LEAVES = ("constant", "field", "parameter")


@dataclass(frozen=True, eq=False)
class Node:
    """One place of a formula: an operation on other nodes, or a leaf.

    ``inputs`` are nodes; for a leaf, its value or name. ``owner`` is whatever a parameter's figure
    needs to know of it (see :mod:`nbsrc.charts.live`).
    """

    operation: str
    inputs: tuple[Any, ...]
    kind: str = "number"
    owner: Any = None

    @property
    def is_leaf(self) -> bool:
        """Whether the node is a number, a text, a field or a parameter."""
        return self.operation in LEAVES


def constant(value: Any) -> Node:
    """Return the leaf of a number, a truth value or a text.

    Raises ``TypeError`` for anything else.
    """
    if isinstance(value, (bool, np.bool_)):
        return Node("constant", (bool(value),), "bool")
    if isinstance(value, (int, np.integer)):
        return Node("constant", (int(value),))
    if isinstance(value, (float, np.floating)):
        return Node("constant", (float(value),))
    if isinstance(value, str):
        return Node("constant", (value,), "text")
    raise TypeError(f"a formula holds numbers and texts; got a {type(value).__name__}: {value!r}")


def field(name: str, kind: str = "number") -> Node:
    """Return the leaf of a field of the row that is drawn."""
    return Node("field", (name,), kind)


def parameter(name: str, kind: str = "number", owner: Any = None) -> Node:
    """Return the leaf of a parameter of the figure."""
    return Node("parameter", (name,), kind, owner)


def apply(operation: str, *inputs: Any) -> Any:
    """Return an operation's node, or the number itself where all inputs are known now."""
    known = OPERATIONS[operation]
    if operation == "power" and not isinstance(inputs[1], Node) and inputs[1] == 2:
        operation, inputs = "multiply", (inputs[0], inputs[0])
        known = OPERATIONS[operation]
    if not any(isinstance(i, Node) for i in inputs):
        with np.errstate(all="ignore"):
            made = known.numpy(*inputs)
        return made.item() if isinstance(made, (np.ndarray, np.generic)) else made
    if operation == "where" and not isinstance(inputs[0], Node):
        return inputs[1] if inputs[0] else inputs[2]
    if operation in _NEUTRAL and _is_number(inputs[1], _NEUTRAL[operation]):
        return inputs[0]
    if operation in ("add", "multiply") and _is_number(inputs[0], _NEUTRAL[operation]):
        return inputs[1]
    nodes = tuple(i if isinstance(i, Node) else constant(i) for i in inputs)
    if operation in ("add", "subtract", "multiply") and all(n.kind == "bool" for n in nodes):
        raise TypeError(
            "NumPy and the browser reckon differently with truth values; "
            "use &, | and np.where(..., 1, 0)"
        )
    kind = known.kind if known.kind != "any" else nodes[-1].kind
    return Node(operation, nodes, kind)


_NEUTRAL = {"add": 0, "subtract": 0, "multiply": 1, "divide": 1}
"""Second inputs that change nothing."""


def _is_number(value: Any, number: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == number


def walk(roots: Iterable[Node]) -> list[Node]:
    """Return all nodes below ``roots``, each once, inputs before what they are inputs of."""
    order: list[Node] = []
    seen: set[int] = set()
    waiting = [(root, False) for root in reversed(list(roots))]
    while waiting:
        node, done = waiting.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            if not node.is_leaf:
                waiting.extend((i, False) for i in reversed(node.inputs))
    return order


def merged(roots: list[Node]) -> list[Node]:
    """Return the same formulas with equal parts made one and the same node."""
    made: dict[Any, Node] = {}
    new: dict[int, Node] = {}
    for node in walk(roots):
        inputs = node.inputs if node.is_leaf else tuple(new[id(i)] for i in node.inputs)
        key = (
            (node.operation, repr(inputs), id(node.owner))
            if node.is_leaf
            else (node.operation, *(id(i) for i in inputs))
        )
        if key not in made:
            made[key] = Node(node.operation, inputs, node.kind, node.owner)
        new[id(node)] = made[key]
    return [new[id(root)] for root in roots]


def vega(node: Node, known: Mapping[int, str] | None = None) -> str:
    """Return the Vega expression of a formula; ``known`` gives texts that stand for nodes.

    >>> vega(apply("add", field("x"), 1))
    '(datum.x + 1)'
    """
    texts: dict[int, str] = dict(known or {})
    for part in walk([node]):
        if id(part) in texts:
            continue
        if part.is_leaf:
            texts[id(part)] = _vega_leaf(part)
        else:
            inputs = [texts[id(i)] for i in part.inputs]
            texts[id(part)] = _written(part, OPERATIONS[part.operation].vega, inputs)
    return texts[id(node)]


def _written(node: Node, template: str, inputs: list[str]) -> str:
    return f"[{', '.join(inputs)}]" if node.operation == "list" else template.format(*inputs)


def _vega_leaf(node: Node) -> str:
    value = node.inputs[0]
    if node.operation == "field":
        return f"datum.{value}" if value.isidentifier() else f"datum[{_literal(value)}]"
    if node.operation == "parameter":
        return str(value)
    return _literal(value)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
        return f"'{escaped}'"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "(1 / 0)" if value > 0 else "(-1 / 0)"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return repr(value) if value >= 0 else f"({value!r})"


def javascript(node: Node) -> tuple[list[str], str]:
    """Return the arguments and the body of a JavaScript function that computes a formula.

    Arguments are Vega expressions (``"datum.x"``, ``"rate"``), in the order of the function's
    parameters ``a0``, ``a1``, ... Raises ``TypeError`` for texts, which are never compiled.

    >>> javascript(apply("exp", field("x")))
    (['datum.x'], 'return Math.exp(a0);')
    """
    root = merged([node])[0]
    order = walk([root])
    uses = {id(n): 0 for n in order}
    for part in order:
        for i in () if part.is_leaf else part.inputs:
            uses[id(i)] += 1
    names: dict[int, str] = {}
    arguments: list[str] = []
    lines: list[str] = []
    for part in order:
        if part.operation in ("field", "parameter"):
            names[id(part)] = f"a{len(arguments)}"
            arguments.append(_vega_leaf(part))
        elif part.is_leaf:
            names[id(part)] = _literal(part.inputs[0])
        else:
            known = OPERATIONS[part.operation]
            if known.kind == "text":
                raise TypeError(
                    f"the operation {part.operation!r} makes a text; texts are not compiled"
                )
            inputs = [names[id(i)] for i in part.inputs]
            text = _written(part, known.javascript or known.vega, inputs)
            if uses[id(part)] > 1:
                names[id(part)] = f"v{len(lines)}"
                lines.append(f"const {names[id(part)]} = {text};")
            else:
                names[id(part)] = text
    return arguments, " ".join([*lines, f"return {names[id(root)]};"])


def packed(node: Node) -> list[list[Any]]:
    """Return a formula as JSON: a list of nodes, each by its operation and its inputs' places.

    >>> packed(apply("add", field("x"), 1))
    [['field', 'x'], ['constant', 1], ['add', 0, 1]]
    """
    order = walk(merged([node]))
    place = {id(n): k for k, n in enumerate(order)}
    return [
        [n.operation, *n.inputs] if n.is_leaf else [n.operation, *(place[id(i)] for i in n.inputs)]
        for n in order
    ]


def unpacked(rows: list[list[Any]]) -> Node:
    """Return the formula that :func:`packed` made JSON of."""
    made: list[Node] = []
    for operation, *inputs in rows:
        if operation == "constant":
            made.append(constant(inputs[0]))
        elif operation in LEAVES:
            made.append(Node(operation, tuple(inputs)))
        else:
            made.append(Node(operation, tuple(made[i] for i in inputs)))
    return made[-1]


def evaluate(
    node: Node, fields: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
) -> Any:
    """Compute a formula with NumPy from one row's fields and the figure's parameters.

    As in the browser, only the chosen branch of a choice is computed. Raises ``KeyError`` for a
    field or parameter that is not given.

    >>> float(evaluate(apply("tanh", field("x")), {"x": 0.5})) == float(np.tanh(0.5))
    True
    """
    values: dict[int, Any] = {}
    waiting = [node]
    with np.errstate(all="ignore"):
        while waiting:
            part = waiting[-1]
            missing = [i for i in _needed(part, values) if id(i) not in values]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            values[id(part)] = _value(part, values, fields or {}, parameters or {})
    return values[id(node)]


def _needed(node: Node, values: Mapping[int, Any]) -> tuple[Node, ...]:
    """Return the inputs that the value of a node rests on, given what is known already."""
    if node.is_leaf:
        return ()
    first = node.inputs[0]
    if node.operation == "where" and id(first) in values:
        return (node.inputs[1 if values[id(first)] else 2],)
    short = {"logical_and": False, "logical_or": True}
    if node.operation in short and id(first) in values:
        return () if bool(values[id(first)]) is short[node.operation] else (node.inputs[1],)
    return (first,) if node.operation in ("where", *short) else node.inputs


def _value(
    node: Node, values: Mapping[int, Any], fields: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Any:
    if node.operation == "constant":
        return node.inputs[0]
    if node.operation == "field":
        return fields[node.inputs[0]]
    if node.operation == "parameter":
        return parameters[node.inputs[0]]
    first = values[id(node.inputs[0])]
    if node.operation == "where":
        return values[id(node.inputs[1 if first else 2])]
    if node.operation in ("logical_and", "logical_or"):
        second = values.get(id(node.inputs[1]), first)
        return (
            bool(first) and bool(second)
            if node.operation == "logical_and"
            else bool(first) or bool(second)
        )
    return OPERATIONS[node.operation].numpy(*(values[id(i)] for i in node.inputs))


def plain_text(value: Any) -> str:
    """Return a value as JavaScript turns it into text.

    >>> plain_text(3.0), plain_text(0.1), plain_text(True)
    ('3', '0.1', 'true')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    number = float(value)
    if number == 0:
        return "0"
    if 1e-6 <= abs(number) < 1e21:
        return np.format_float_positional(number, trim="-")
    return json.dumps(number).replace("e-0", "e-")


def d3_format(value: Any, spec: str) -> str:
    """Return a number's text by a format of d3, which Vega uses: ``,``  ``.2f``  ``.1%``  ``.3~g``.

    The minus is a true one. Raises ``ValueError`` for a format that the book has no use for.

    >>> d3_format(-0.125, ".2f"), d3_format(13002, ","), d3_format(0.1, ".3~g")
    ('−0.13', '13,002', '0.1')
    """
    sign, rest = (spec[0], spec[1:]) if spec[:1] in ("+", "-") else ("-", spec)
    comma, rest = rest.startswith(","), rest.lstrip(",")
    kind = rest[-1:] if rest[-1:] in ("f", "%", "e", "g", "d") else ""
    trim, digits = "~" in rest, rest.removesuffix(kind).replace("~", "").removeprefix(".")
    if (digits and not digits.isdecimal()) or not isinstance(spec, str):
        raise ValueError(f"{spec!r} is no format of the book; try ',', '.2f', '.1%' or '.3~g'")
    number = float(value)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else f"{MINUS}Infinity"
    scaled = abs(number) * 100 if kind == "%" else abs(number)
    text = _unsigned(Decimal(scaled), kind, int(digits) if digits else None)
    if trim:
        text = _trimmed(text)
    if comma:
        whole = re.match(r"\d+", text)
        text = f"{int(whole[0]):,}{text[whole.end() :]}" if whole else text
    is_zero = not any(c in "123456789" for c in text.split("e")[0])
    is_negative = number < 0 and (sign == "+" or not is_zero)
    shown_sign = MINUS if is_negative else "+" if sign == "+" else ""
    return shown_sign + text + ("%" if kind == "%" else "")


def _unsigned(number: Decimal, kind: str, digits: int | None) -> str:
    places = 6 if digits is None else digits
    if kind in ("f", "%"):
        return str(_rounded(number, places))
    if kind == "d" or (kind == "" and digits is None and number == number.to_integral_value()):
        return str(_rounded(number, 0))
    if kind == "e":
        return _scientific(number, places)
    if kind == "g":
        places = max(1, places)
        exponent = _exponent(number, places)
        if exponent < -6 or exponent >= places:
            return _scientific(number, places - 1)
        return str(_rounded(number, places - 1 - exponent))
    if kind == "" and digits is None:
        return _trimmed(_unsigned(number, "g", 12))
    raise ValueError("a format with a precision must say how: f, e, g or %")


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _exponent(number: Decimal, digits: int) -> int:
    """Return the power of ten of a number once it is rounded to so many significant digits."""
    if number == 0:
        return 0
    return _rounded(number, digits - 1 - number.adjusted()).adjusted()


def _scientific(number: Decimal, places: int) -> str:
    exponent = _exponent(number, places + 1)
    mantissa = _rounded(number.scaleb(-exponent), places)
    return f"{mantissa}e{'+' if exponent >= 0 else '-'}{abs(exponent)}"


def _trimmed(text: str) -> str:
    mantissa, mark, exponent = text.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + mark + exponent
