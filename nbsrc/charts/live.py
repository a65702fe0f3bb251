"""Live arrays: a formula written for NumPy, computed in the reader's browser.

:class:`Live` takes part in NumPy's own dispatch (``__array_ufunc__``, ``__array_function__``), so
that a function written for arrays returns, for live arrays, the same formula as a tree (see
:mod:`nbsrc.formulas`). What has no formula raises ``TypeError``; nothing is silently wrong.

>>> x, rate = here("x"), Live(parameter("rate"))
>>> print(np.tanh(rate * x) + 1)
((2 / (1 + exp(-2 * (rate * datum.x))) - 1) + 1)
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import altair as alt
import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray
from scipy.special import expit

from nbsrc.formulas import (
    OPERATIONS,
    Node,
    apply,
    constant,
    d3_format,
    field,
    merged,
    packed,
    parameter,
    plain_text,
    vega,
    walk,
)

Cells = NDArray[np.object_]

_OPEN = "\ue000"
_SHUT = "\ue001"
"""Private characters that fence the number of a formula in an f-string."""

_fenced: list[Node] = []
"""The formulas that f-strings of this process have asked for, by number."""

ENTRYWISE: dict[np.ufunc, str] = {
    expit: "expit",
    np.bitwise_and: "logical_and",
    np.bitwise_or: "logical_or",
    np.invert: "logical_not",
    **{
        function: name
        for name in OPERATIONS
        if isinstance(function := getattr(np, name, 0), np.ufunc)
    },
}
"""NumPy's functions of single entries, and the operation that each is."""

DERIVED: dict[np.ufunc, Callable[..., Any]] = {
    np.positive: lambda a: a,
    np.square: lambda a: a * a,
    np.hypot: lambda a, b: np.sqrt(a * a + b * b),
    np.reciprocal: lambda a: 1 / a,
    np.degrees: lambda a: a * (180 / np.pi),
    np.radians: lambda a: a * (np.pi / 180),
    np.fmax: np.maximum,
    np.fmin: np.minimum,
    np.float_power: np.power,
    np.log2: lambda a: np.log(a) / np.log(2.0),
    np.log10: lambda a: np.log(a) / np.log(10.0),
    np.log1p: lambda a: np.log(1 + a),
    np.expm1: lambda a: np.exp(a) - 1,
}
"""NumPy's functions that are formulas of others."""

SHAPES: set[Any] = {
    *(np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.concatenate, np.stack),
    *(np.vstack, np.hstack, np.column_stack, np.squeeze, np.expand_dims, np.broadcast_to),
    *(np.atleast_1d, np.atleast_2d, np.roll, np.flip, np.append, np.repeat, np.tile, np.delete),
    *(np.take, np.split, np.diagonal),
}
"""NumPy's functions that move entries about without computing with them."""


class Live(NDArrayOperatorsMixin):
    """An array of any shape whose entries are numbers, texts, or formulas of them."""

    def __init__(self, cells: Any) -> None:
        self.cells: Cells = cells_of(cells)

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape."""
        return self.cells.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.cells.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.cells.size

    @property
    def dtype(self) -> np.dtype[np.object_]:
        """The type of NumPy's arrays that hold such entries."""
        return self.cells.dtype

    @property
    def T(self) -> "Live":  # noqa: N802 - NumPy's name
        """The transpose."""
        return Live(self.cells.T)

    @property
    def mT(self) -> "Live":  # noqa: N802 - NumPy's name
        """The transpose of the last two axes."""
        return Live(self.cells.swapaxes(-1, -2))

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator["Live"]:
        return (Live(cell) for cell in self.cells)

    def __getitem__(self, index: Any) -> "Live":
        return Live(self.cells[index])

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> Any:
        where, dtype = options.pop("where", True), options.pop("dtype", None)
        if method != "__call__" or where is not True or dtype is not None or options:
            raise TypeError(_no_formula(f"numpy.{ufunc.__name__} with {method}, where= or dtype="))
        if ufunc is np.matmul:
            made = _matmul(*(cells_of(i) for i in inputs))
        elif ufunc in ENTRYWISE:
            made = _entrywise(ENTRYWISE[ufunc], *inputs)
        elif ufunc in DERIVED:
            made = DERIVED[ufunc](*(i if isinstance(i, Live) else Live(i) for i in inputs))
        else:
            raise TypeError(_no_formula(f"numpy.{ufunc.__name__}"))
        if out is None or out[0] is None:
            return made
        if not isinstance(out[0], Live):
            raise TypeError("a live result cannot be written into an array of numbers")
        out[0].cells = made.cells
        return out[0]

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func in FUNCTIONS:
            return FUNCTIONS[func](*args, **kwargs)
        if func in SHAPES:
            made = func(*_unwrapped(args), **_unwrapped(kwargs))
            return [Live(m) for m in made] if isinstance(made, list) else Live(made)
        raise TypeError(_no_formula(f"numpy.{func.__name__}"))

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TypeError(_no_formula("turning it into an array of numbers"))

    def __bool__(self) -> bool:
        raise TypeError(_no_formula("if, and, or, not, min() or max()"))

    def __float__(self) -> float:
        raise TypeError(_no_formula("float()"))

    def __int__(self) -> int:
        raise TypeError(_no_formula("int()"))

    def __index__(self) -> int:
        raise TypeError(_no_formula("an index; look it up in a Table"))

    def __format__(self, spec: str) -> str:
        node = self.node
        if node.operation == "constant":
            value = node.inputs[0]
            return d3_format(value, spec) if spec else plain_text(value)
        if spec:
            node = apply("format", node, spec)
        elif node.kind != "text":
            node = apply("text", node)
        _fenced.append(node)
        return f"{_OPEN}{len(_fenced) - 1}{_SHUT}"

    def __str__(self) -> str:
        return _text(self.cells)

    def __repr__(self) -> str:
        return f"Live({self})"

    @property
    def node(self) -> Node:
        """The formula of a single value; raises ``TypeError`` for an array of several."""
        if self.cells.ndim:
            raise TypeError(f"one value is needed; this is an array of shape {self.shape}")
        cell = self.cells[()]
        return cell if isinstance(cell, Node) else constant(cell)

    def sum(self, axis: Any = None, keepdims: bool = False) -> "Live":
        """Return the sum of the entries, or along an axis."""
        return _reduced("add", self, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> "Live":
        """Return the mean of the entries, or along an axis."""
        total = self.sum(axis, keepdims)
        return Live(total / (self.size / max(total.size, 1)))

    def max(self, axis: Any = None, keepdims: bool = False) -> "Live":
        """Return the largest entry, or along an axis."""
        return _reduced("maximum", self, axis, keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> "Live":
        """Return the smallest entry, or along an axis."""
        return _reduced("minimum", self, axis, keepdims)

    def reshape(self, *shape: Any) -> "Live":
        """Return the same entries in another shape."""
        return Live(self.cells.reshape(*shape))

    def ravel(self) -> "Live":
        """Return the entries in one row."""
        return Live(self.cells.ravel())

    def copy(self) -> "Live":
        """Return the same array; entries never change."""
        return Live(self.cells)


def _no_formula(what: str) -> str:
    return (
        f"a live value is known in the reader's browser only, and {what} has no formula there; "
        "use NumPy's elementary functions, np.where, & and |"
    )


def cells_of(value: Any) -> Cells:
    """Return numbers, texts, formulas, live arrays or nested lists of them as an object array."""
    if isinstance(value, Live):
        return value.cells
    if isinstance(value, Node):
        cell = np.empty((), object)
        cell[()] = value
        return cell
    if isinstance(value, (list, tuple)):
        parts = [cells_of(v) for v in value]
        return np.stack(parts) if parts else np.empty(0, object)
    array = np.asarray(value)
    if array.dtype == object:
        return array
    cells = np.empty(array.shape, object)
    for index in np.ndindex(array.shape):
        cells[index] = array[index].item()
    return cells


def _unwrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _unwrapped(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_unwrapped(v) for v in value)
    return value.cells if isinstance(value, Live) else value


def _entrywise(operation: str, *inputs: Any) -> Live:
    function = np.frompyfunc(lambda *cells: apply(operation, *cells), len(inputs), 1)
    return Live(function(*(cells_of(i) for i in inputs)))


def _plus(a: Any, b: Any) -> Any:
    """Add two entries; truth values count as 0 and 1."""
    a, b = (apply("where", i, 1, 0) if _is_truth(i) else i for i in (a, b))
    return apply("add", a, b)


def _is_truth(cell: Any) -> bool:
    return isinstance(cell, bool) or (isinstance(cell, Node) and cell.kind == "bool")


def _times(a: Any, b: Any) -> Any:
    return apply("multiply", a, b)


def _matmul(a: Cells, b: Cells) -> Live:
    """Multiply matrices or vectors, batches of them too, as ``numpy.matmul`` does."""
    left = a[None] if a.ndim == 1 else a
    right = b[:, None] if b.ndim == 1 else b
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(f"shapes {a.shape} and {b.shape} do not fit a matrix product")
    products = np.frompyfunc(_times, 2, 1)(left[..., :, :, None], right[..., None, :, :])
    made = _reduced_cells(_plus, products, -2)
    if a.ndim == 1:
        made = made[..., 0, :]
    return Live(made[..., 0] if b.ndim == 1 else made)


def _reduced(operation: str, array: Any, axis: Any = None, keepdims: bool = False) -> Live:
    cells = cells_of(array)
    how = _plus if operation == "add" else lambda a, b: apply(operation, a, b)
    axes = range(cells.ndim) if axis is None else np.atleast_1d(axis).tolist()
    for one in sorted((a % max(cells.ndim, 1) for a in axes), reverse=True):
        made = _reduced_cells(how, cells, one)
        cells = np.expand_dims(made, one) if keepdims else made
    return Live(cells)


def _reduced_cells(how: Callable[[Any, Any], Any], cells: Cells, axis: int) -> Cells:
    function = np.frompyfunc(how, 2, 1)
    parts = list(np.moveaxis(cells, axis, 0))
    made = parts[0]
    for part in parts[1:]:
        made = function(made, part)
    if isinstance(made, np.ndarray):
        return made
    return cells_of(made)


def _where(test: Any, yes: Any, no: Any) -> Live:
    return _entrywise("where", test, yes, no)


def _chosen(tests: Sequence[Any], values: Sequence[Any], default: Any = 0) -> Live:
    made = Live(default)
    for test, value in reversed(list(zip(tests, values, strict=True))):
        made = _where(test, value, made)
    return made


def _clip(array: Any, low: Any = None, high: Any = None, **other: Any) -> Any:
    if other:
        raise TypeError(_no_formula("numpy.clip with other arguments"))
    made = array if low is None else np.maximum(Live(array), low)
    return made if high is None else np.minimum(Live(made), high)


def _norm(array: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if ord not in (None, 2):
        raise TypeError(_no_formula(f"numpy.linalg.norm with ord={ord!r}"))
    return np.sqrt(_reduced("add", Live(array) * Live(array), axis, keepdims))


def _filled(value: float) -> Callable[..., Live]:
    return lambda array, **_: Live(np.full(np.shape(cells_of(array)), value))


FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.where: _where,
    np.select: _chosen,
    np.clip: _clip,
    np.sum: lambda a, axis=None, keepdims=False: _reduced("add", a, axis, keepdims),
    np.mean: lambda a, axis=None, keepdims=False: Live(a).mean(axis, keepdims),
    np.max: lambda a, axis=None, keepdims=False: _reduced("maximum", a, axis, keepdims),
    np.min: lambda a, axis=None, keepdims=False: _reduced("minimum", a, axis, keepdims),
    np.dot: lambda a, b: _matmul(cells_of(a), cells_of(b)) if np.ndim(a) else Live(a) * Live(b),
    np.outer: lambda a, b: Live(a).ravel()[:, None] * Live(b).ravel()[None, :],
    np.linalg.norm: _norm,
    np.ones_like: _filled(1),
    np.zeros_like: _filled(0),
    np.full_like: lambda a, value, **_: Live(np.full(np.shape(cells_of(a)), value)),
    np.shape: lambda a: cells_of(a).shape,
    np.ndim: lambda a: cells_of(a).ndim,
    np.size: lambda a: cells_of(a).size,
    np.copy: lambda a, **_: Live(a),
    np.real_if_close: lambda a, **_: Live(a),
}
"""NumPy's functions of whole arrays that live arrays know."""


def _text(cells: Cells) -> str:
    if cells.ndim:
        return "[" + ", ".join(_text(cells_of(c)) for c in cells) + "]"
    cell = cells[()]
    return vega(cell if isinstance(cell, Node) else constant(cell))


def live(*values: Any) -> Any:
    """Return values, or lists of them, as live arrays: ``w = live([w1, w2])``."""
    made = tuple(Live(value) for value in values)
    return made[0] if len(made) == 1 else made


def here(*names: str) -> Any:
    """Return fields of the row that is drawn."""
    made = tuple(Live(field(name)) for name in names)
    return made[0] if len(made) == 1 else made


def words(text: Any) -> Live:
    """Return an f-string with live values in it as one live text.

    >>> print(words(f"z = {here('z'):.2f}"))
    ('z = ' + format(datum.z, '.2f'))
    """
    if isinstance(text, Live):
        return text
    parts: list[Any] = []
    for k, part in enumerate(str(text).replace(_SHUT, _OPEN).split(_OPEN)):
        if k % 2:
            parts.append(_fenced[int(part)])
        elif part:
            parts.append(part)
    made: Any = parts[0] if parts else ""
    for part in parts[1:]:
        made = apply("join", made, part)
    return Live(made)


def pick(choice: Any, options: Mapping[Any, Any] | Sequence[Any]) -> Any:
    """Return the option that was chosen, by its text or by its place from 0.

    The last stands for the rest. Options may be f-strings with live values in them.

    >>> print(pick(here("k"), [f"z = {here('z'):.1f}", "nothing"]))
    ((datum.k == 0) ? ('z = ' + format(datum.z, '.1f')) : 'nothing')
    """
    pairs = options.items() if isinstance(options, Mapping) else enumerate(options)
    values = [(key, words(v) if isinstance(v, str) else Live(v)) for key, v in pairs]
    *firsts, (_, made) = values
    for key, value in reversed(firsts):
        made = _where(choice == key, value, made)
    return made


def entry(numbers: Sequence[float], place: Any) -> Live:
    """Return the entry of a list of known numbers at a live place.

    >>> print(entry([0.5, 2], here("k")))
    [0.5, 2][datum.k]
    """
    known = Node("list", tuple(constant(float(number)) for number in numbers))
    return Live(Node("item", (known, Live(place).node)))


class Formula(str):
    """A Vega expression that knows its formula; ``heavy`` ones run compiled in the page."""

    __slots__ = ("heavy", "node", "steps")
    node: Node
    heavy: bool
    steps: tuple[str, ...]

    def __new__(
        cls, text: str, node: Node, heavy: bool = False, steps: Sequence[str] = ()
    ) -> "Formula":
        made = super().__new__(cls, text)
        made.node, made.heavy, made.steps = node, heavy, tuple(steps)
        return made

    def __deepcopy__(self, memo: Any) -> "Formula":
        return self

    def __copy__(self) -> "Formula":
        return self

    def packed(self) -> dict[str, Any]:
        """Return what the site needs to know of the formula, as JSON."""
        return {"formula": packed(self.node), "heavy": self.heavy, "steps": list(self.steps)}


def formula(value: Any) -> Formula:
    """Return a live value as a Vega expression."""
    node = words(value).node if isinstance(value, str) else Live(value).node
    return Formula(vega(node), node)


HEAVY = 2000
"""From how many operations over all rows a formula runs compiled in the page."""
SHORT = 8
"""Below how many operations it never does."""


def calculated(fields: dict[str, Any], rows: int = 1) -> list[dict[str, Any]]:
    """Return Vega-Lite's transforms that give each of ``rows`` rows these fields.

    Parts that occur again are computed once, in fields of their own that begin with ``_`` and are
    named by what they compute, so that equal expressions are equal formulas. What takes many
    operations over all rows is marked as heavy: the page runs it compiled. Fields may use those
    before them.
    """
    values = [words(v) if isinstance(v, str) else Live(v) for v in fields.values()]
    roots = merged([value.node for value in values])
    uses: dict[int, int] = {}
    for node in walk(roots):
        for i in () if node.is_leaf else node.inputs:
            uses[id(i)] = uses.get(id(i), 0) + 1
    known: dict[int, str] = {}
    transforms: list[dict[str, Any]] = []
    steps: list[str] = []
    for name, root in zip(fields, roots, strict=True):
        for node in walk([root]):
            is_shared = uses.get(id(node), 0) > 1 and not node.is_leaf and id(node) not in known
            if is_shared and len(text := vega(node, known)) > 16:
                steps.append(f"_{hashlib.sha256(str(packed(node)).encode()).hexdigest()[:8]}")
                transforms.append({"calculate": Formula(text, node, False), "as": steps[-1]})
                known[id(node)] = f"datum.{steps[-1]}"
        text = vega(root, known)
        size = len(walk([root]))
        is_heavy = root.kind != "text" and size >= SHORT and rows * size >= HEAVY
        transforms.append({"calculate": Formula(text, root, is_heavy, steps), "as": name})
    return transforms


class Named(Live):
    """A live array that the browser computes once, under a name of the figure."""

    def __init__(self, name: str, value: Any) -> None:
        made = words(value) if isinstance(value, str) else Live(value)
        self.name = name
        self.value = made
        self.param = alt.param(name, expr=_named_formula(made))
        root = parameter(name, made.node.kind if not made.ndim else "number", self)
        cells = np.empty(made.shape, object)
        for index in np.ndindex(made.shape):
            cell: Any = root
            for i in index:
                cell = apply("item", cell, i)
            cells[index] = cell
        super().__init__(cells if made.shape else root)


def _named_formula(value: Live) -> Formula:
    if not value.ndim:
        return Formula(vega(value.node), value.node)
    return Formula(str(value), _listed(value.cells))


def _listed(cells: Any) -> Node:
    """Return an array of formulas as one formula that makes a list."""
    if isinstance(cells, np.ndarray) and cells.ndim:
        return Node("list", tuple(_listed(c) for c in cells))
    cell = cells[()] if isinstance(cells, np.ndarray) else cells
    return cell if isinstance(cell, Node) else constant(cell)


class Table(Live):
    """Stored numbers or texts of the figure, looked up by live indices: ``table[digit, layer]``.

    Rows of unequal lengths are filled up with zeros. ``digits`` are kept behind the point.
    """

    def __init__(self, name: str, values: Any, digits: int = 4) -> None:
        array = _rectangle(values)
        if np.issubdtype(array.dtype, np.floating):
            array = array.astype(float).round(digits)  # from 32 bits: 0.96, not 0.9599999785
        self.name = name
        self.values = array
        self.param = alt.param(name, value=array.tolist())
        self._root = parameter(name, "text" if array.dtype.kind in "UO" else "number", self)

    @cached_property
    def cells(self) -> Cells:  # type: ignore[override]
        """Every entry of the table, as a formula that looks it up."""
        return _looked_up(self._root, self.values.shape)

    def __getitem__(self, index: Any) -> Live:
        node = self._root
        keys = index if isinstance(index, tuple) else (index,)
        for key in keys:
            if isinstance(key, slice):
                raise TypeError(f"the table {self.name!r} takes single indices, no slices")
            node = Node("item", (node, Live(key).node), node.kind)
        return Live(_looked_up(node, self.values.shape[len(keys) :]))


def _looked_up(node: Node, shape: tuple[int, ...]) -> Cells:
    """Return all entries of a stored array as formulas, in an array of its shape."""
    cells = np.empty(shape, object)
    for index in np.ndindex(shape):
        cell = node
        for i in index:
            cell = Node("item", (cell, constant(i)), node.kind)
        cells[index] = cell
    return cells


def _rectangle(values: Any) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    rows = [_rectangle(v) if isinstance(v, (list, tuple, np.ndarray)) else v for v in values]
    if not any(isinstance(r, np.ndarray) for r in rows):
        return np.asarray(rows)
    shapes = np.array([r.shape for r in rows])
    made = np.zeros((len(rows), *shapes.max(axis=0)))
    for row, target in zip(rows, made, strict=True):
        target[tuple(slice(n) for n in row.shape)] = row
    return made


__all__ = [
    "DERIVED",
    "ENTRYWISE",
    "Formula",
    "Live",
    "Named",
    "Table",
    "calculated",
    "formula",
    "here",
    "live",
    "parameter",
    "pick",
    "words",
]
