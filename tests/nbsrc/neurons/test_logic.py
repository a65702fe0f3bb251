"""Which labelings a line makes: against a linear program and counts known from the literature."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nbsrc.neurons import logic

points = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=6, unique=True
)


def a_program_finds_a_line(chosen: list[logic.Point], labels: logic.Labels) -> bool:
    rows = [[-x if y else x for x in (*p, 1)] for p, y in zip(chosen, labels, strict=True)]
    return linprog([0, 0, 0], A_ub=rows, b_ub=[-1] * len(rows), bounds=(None, None)).success


@settings(max_examples=25, deadline=None)
@given(points)
def test_the_enumeration_finds_exactly_what_a_linear_program_finds(
    chosen: list[logic.Point],
) -> None:
    enumerated = logic.separable_labelings(chosen)
    for labels in product((0, 1), repeat=len(chosen)):
        assert (labels in enumerated) == a_program_finds_a_line(chosen, labels)


def test_four_corners_have_fourteen_labelings_and_xor_and_xnor_are_not_among_them() -> None:
    found = logic.separable_labelings(logic.CORNERS)
    assert len(found) == 14
    missing = set(product((0, 1), repeat=4)) - found
    assert missing == {logic.GATES["XOR"], logic.GATES["XNOR"]}


def test_three_points_on_a_line_cannot_have_the_middle_one_alone() -> None:
    assert (0, 1, 0) not in logic.separable_labelings([(0, 0), (1, 1), (2, 2)])


@pytest.mark.parametrize(("n_inputs", "count"), [(1, 4), (2, 14), (3, 104)])
def test_threshold_functions_are_as_many_as_the_literature_counts(
    n_inputs: int, count: int
) -> None:
    tables = product((0, 1), repeat=2**n_inputs)
    assert sum(logic.is_threshold_function(table) for table in tables) == count


def test_truth_tables_are_those_of_the_operators() -> None:
    a_and_b: dict[str, Callable[[int, int], int]] = {
        "AND": lambda a, b: a & b,
        "OR": lambda a, b: a | b,
        "XOR": lambda a, b: a ^ b,
        "NAND": lambda a, b: 1 - (a & b),
        "NOR": lambda a, b: 1 - (a | b),
        "XNOR": lambda a, b: 1 - (a ^ b),
    }
    for name, operator in a_and_b.items():
        assert logic.GATES[name] == tuple(operator(*corner) for corner in logic.CORNERS)


def test_coinciding_points_are_refused() -> None:
    with pytest.raises(ValueError, match="coincide"):
        logic.separable_labelings([(0, 0), (0, 0)])


def test_a_table_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="4 rows, got 3"):
        logic.implements([1, 1], 0, [0, 0, 1])
    with pytest.raises(ValueError, match="got 3"):
        logic.is_threshold_function([0, 0, 1])
