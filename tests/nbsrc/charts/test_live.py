"""A formula written for NumPy and its trace in the browser are one: same values, or an error."""

import json
from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import expit, softmax

from nbsrc.charts.live import ENTRYWISE, Live, Named, Table, calculated, here, live, pick, words
from nbsrc.formulas import (
    OPERATIONS,
    apply,
    d3_format,
    evaluate,
    field,
    packed,
    plain_text,
    unpacked,
)
from nbsrc.neurons.cuts import region_radius
from tests.site import parity

X, Y = here("x", "y")
NUMBERS = st.floats(-4, 4, allow_nan=False).map(lambda v: round(v, 3))

FORMULAS: dict[str, Callable[[Any, Any], Any]] = {
    "sums": lambda x, y: 2 * x - y / 3 + 1,
    "powers": lambda x, y: (x**2 + 1) ** y - np.sqrt(np.abs(x)),
    "curves": lambda x, y: expit(3 * x) * np.tanh(y) + np.exp(-(x**2)) * np.sin(y) - np.cos(x),
    "inverse_curves": lambda x, y: np.arctan2(y, x) + np.arccos(np.clip(x, -1, 1)) - np.arctan(y),
    "choices": lambda x, y: np.where((x > y) & ~(x > 2), x, np.maximum(y, -1)),
    "nested_choices": lambda x, y: np.select([x > 1, (y > 1) | (x < -1)], [x, y], x * y),
    "rounding": lambda x, y: np.floor(x) + np.ceil(y) + x // 0.75 + np.remainder(x, 1.5),
    "negative_remainder": lambda x, y: (-np.abs(x)) % (1 + np.abs(y)),
    "logarithms": lambda x, y: np.log1p(np.abs(x)) + np.log(1 + y**2),
    "norms": lambda x, y: np.hypot(x, y) + np.sign(x) * np.heaviside(y, 0.5),
    "matrix_product": lambda x, y: (
        np.stack([np.stack([x, y]), np.stack([y, x])]) @ np.array([1.0, -2.0])
    ).sum(),
    "mean_and_extremes": lambda x, y: (
        np.mean(np.stack([x, y, x * y])) + np.max(np.stack([x, y])) - np.min(np.stack([x, y]))
    ),
    "loop": lambda x, y: sum((x * 0.3**k + y for k in range(4)), start=x),
    "region": lambda x, y: region_radius(x, 5, np.floor(np.abs(y))),
}


def rows_in_vega(fields: dict[str, Any], rows: list[dict[str, float]]) -> list[dict[str, Any]]:
    """Return rows with the fields that the shipped runtime computes."""
    steps = [
        {"type": "formula", "expr": str(step["calculate"]), "as": step["as"]}
        for step in calculated(fields)
    ]
    few = [rows[i : i + 20] for i in range(0, len(rows), 20)]
    specs = [
        {"signals": [], "data": [{"name": "d", "values": part, "transform": steps}]} for part in few
    ]
    answers = parity.run([{"spec": spec, "script": "", "settings": [{}]} for spec in specs])
    return [row for answer in answers for row in answer[0]["data"]["d"]]


@pytest.mark.parametrize("name", FORMULAS)
@given(x=NUMBERS, y=NUMBERS)
@settings(max_examples=40, deadline=None)
def test_a_traced_formula_computes_what_the_function_does(name: str, x: float, y: float) -> None:
    f = FORMULAS[name]
    with np.errstate(all="ignore"):
        direct = f(np.float64(x), np.float64(y))
    traced = evaluate(f(X, Y).node, {"x": x, "y": y})
    assert_allclose(traced, direct, rtol=1e-12, equal_nan=True)


def test_the_browser_computes_what_the_function_does() -> None:
    pairs = np.random.default_rng(3).uniform(-4, 4, size=(200, 2)).round(3).tolist()
    traced = {name: f(X, Y) for name, f in FORMULAS.items()}
    computed = rows_in_vega(traced, [{"x": a, "y": b} for a, b in pairs])
    assert len(computed) == len(pairs)
    for row in computed:
        for name, f in FORMULAS.items():
            ours = f(np.float64(row["x"]), np.float64(row["y"]))
            assert parity.same(ours, row[name]), (name, row)


def test_every_function_that_live_arrays_know_is_an_operation() -> None:
    assert set(ENTRYWISE.values()) <= set(OPERATIONS)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: bool(X > 0),
        lambda: max(X, Y),
        lambda: float(X),
        lambda: [1, 2, 3][X],
        lambda: np.asarray(X),
        lambda: np.asarray(X, float),
        lambda: np.sort(live([X, Y])),
        lambda: np.argmax(live([X, Y])),
        lambda: np.arctanh(X),
        lambda: np.add.reduce(live([X, Y])),
        lambda: np.multiply(X, Y, dtype=float),
        lambda: np.add(X, Y, out=np.zeros(())),
        lambda: (X > 0) + (Y > 0),
        lambda: np.linalg.norm(live([X, Y]), ord=1),
        lambda: Live(object()).node,
        lambda: live([X, Y]).node,
        lambda: Table("A", [[1, 2]])[0:1],
    ],
)
def test_what_has_no_formula_is_an_error_and_never_silently_wrong(bad: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        bad()


def test_plain_altair_is_silently_wrong_where_live_arrays_are_not() -> None:
    assert str(np.maximum(alt.datum.x, 0)) != "max(datum.x,0)"
    assert str(np.maximum(X, 0)) == "max(datum.x,0)"


@given(
    value=st.one_of(st.floats(-1e6, 1e6), st.integers(-(10**9), 10**9).map(float)),
    spec=st.sampled_from([".0f", ".2f", ",", ".1%", ".3e", ".3~g", ".2g", ",.1f", ".0%"]),
)
@settings(max_examples=200, deadline=None)
def test_a_written_number_has_a_true_minus_and_zero_has_none(value: float, spec: str) -> None:
    text = d3_format(value, spec)
    mantissa = text.split("e")[0]
    assert "-" not in mantissa
    assert text.startswith("−") == (value < 0 and any(c in "123456789" for c in mantissa))


def test_numbers_are_written_as_the_runtime_writes_them() -> None:
    rng = np.random.default_rng(5)
    values = [
        *(rng.normal(size=60) * 10.0 ** rng.integers(-5, 7, size=60)).round(6).tolist(),
        *(0.0, -0.0004, 0.5, 1.5, 2.5, 0.125, 0.285, 1e9, 13002.0, -7.0, 0.1 + 0.2, 999.95),
    ]
    specs = (".0f", ".1f", ".2f", ".3f", ",", ".0%", ".1%", ".0e", ".2e", ".2~g", ".3g", "+.1f")
    fields: dict[str, Any] = {f"f{i}": f"{X:{spec}}" for i, spec in enumerate(specs)}
    for row in rows_in_vega({**fields, "plain": f"{X}"}, [{"x": v} for v in values]):
        for i, spec in enumerate(specs):
            assert row[f"f{i}"] == d3_format(row["x"], spec), (row["x"], spec)
        assert row["plain"] == plain_text(row["x"])


def test_an_f_string_with_live_values_is_a_live_text() -> None:
    text = words(f"{X:.1f} · {Y:.1f}, {np.where(X > Y, 'more', 'less')}")
    assert evaluate(text.node, {"x": 2.0, "y": -1.25}) == "2.0 · −1.3, more"


def test_parts_that_occur_again_are_computed_once() -> None:
    value = X
    for _ in range(40):
        value = value - 0.1 * np.sin(value) * value
    steps = calculated({"y": value})
    assert len(steps) <= 41
    assert max(len(str(step["calculate"])) for step in steps) < 80


def test_equal_expressions_of_shared_parts_are_equal_formulas() -> None:
    tables = [Table(name, [[1.0, 2.0], [3.0, 4.0]]) for name in "AB"]
    known: dict[str, str] = {}
    for table in tables:
        pair = table[np.floor(X * 0.5)]
        for step in calculated({"x": pair[0], "y": pair[1]}):
            tree = str(packed(step["calculate"].node))
            assert known.setdefault(step["calculate"], tree) == tree


def test_a_field_may_use_one_before_it_in_parts_that_occur_again() -> None:
    part = np.sin(here("y") * 1.25)
    rows = rows_in_vega({"y": 3 * X, "z": part + part * part}, [{"x": 0.5, "y": 99.0}])
    assert rows[0]["z"] == pytest.approx(np.sin(1.875) + np.sin(1.875) ** 2)


@given(NUMBERS, NUMBERS)
@settings(max_examples=30, deadline=None)
def test_a_formula_survives_json(x: float, y: float) -> None:
    node = FORMULAS["nested_choices"](X, Y).node
    again = unpacked(json.loads(json.dumps(packed(node))))
    assert evaluate(again, {"x": x, "y": y}) == evaluate(node, {"x": x, "y": y})


def test_a_table_is_looked_up_by_live_indices_and_filled_up_to_a_rectangle() -> None:
    table = Table("A", [[1.5, 2.5, 3.5], [4.5]])
    stored = {"A": table.values.tolist()}
    assert evaluate(table[Y].sum().node, {"y": 1}, stored) == 4.5
    assert evaluate(table[0, X].node, {"x": 2}, stored) == 3.5


def test_a_named_value_is_computed_once_and_read_by_its_name() -> None:
    assert str(Named("both", [X + 1, Y])[0]) == "both[0]"
    assert str(Named("one", X * 2)) == "one"


def test_a_choice_among_texts_picks_the_formula() -> None:
    picked = pick(Live(field("c", "text")), {"up": X, "down": -X, "flat": 0})
    found = [evaluate(picked.node, {"c": c, "x": 3.0}) for c in ("up", "down", "flat")]
    assert found == [3, -3, 0]


def test_known_numbers_are_computed_at_once() -> None:
    assert apply("add", 2, 3) == 5
    assert apply("multiply", 1, X.node) is X.node


def test_scipy_functions_that_need_numbers_say_so() -> None:
    with pytest.raises(TypeError):
        softmax(live([X, Y]))
