"""Logic gates, and every way in which a straight line can divide given points.

All arithmetic is exact: points have integer coordinates, sides of a line are signs of integers.
"""

from collections.abc import Sequence
from itertools import combinations, product

from scipy.optimize import linprog

Point = tuple[int, int]
Labels = tuple[int, ...]

CORNERS: tuple[Point, ...] = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The four inputs of a gate with two inputs."""

GATES: dict[str, Labels] = {
    "AND": (0, 0, 0, 1),
    "OR": (0, 1, 1, 1),
    "NAND": (1, 1, 1, 0),
    "NOR": (1, 0, 0, 0),
    "XOR": (0, 1, 1, 0),
    "XNOR": (1, 0, 0, 1),
}
"""Truth tables: the output for each of :data:`CORNERS`, in order."""


def side(a: Point, b: Point, p: Point) -> int:
    """Return on which side of the line from ``a`` to ``b`` the point ``p`` lies: 1, 0 or −1.

    >>> side((0, 0), (1, 0), (0, 1)), side((0, 0), (1, 0), (2, 0))
    (1, 0)
    """
    cross = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    return (cross > 0) - (cross < 0)


def separable_labelings(points: Sequence[Point]) -> set[Labels]:
    """Return all labelings of ``points`` with 0 and 1 that some straight line makes.

    Exhaustive and exact. A line that separates can be moved, without crossing a point, until it
    touches two of them; so it is enough to take the line through each pair, give every point off
    it the label of its side, and give the points on it every labeling that a slight shift or turn
    makes: all alike, or the first so many along the line alike and the rest the other way.

    Raises ``ValueError`` if two points coincide.

    >>> len(separable_labelings(CORNERS))
    14
    """
    if len(set(points)) < len(points):
        raise ValueError("two of the points coincide")
    found = {tuple([label] * len(points)) for label in (0, 1)}
    for a, b in combinations(points, 2):
        sides = [side(a, b, p) for p in points]
        along = sorted((i for i, s in enumerate(sides) if s == 0), key=lambda i: points[i])
        for turned in range(len(along) + 1):
            for first in (0, 1):
                labels = [int(s > 0) for s in sides]
                for rank, i in enumerate(along):
                    labels[i] = first if rank < turned else 1 - first
                found.add(tuple(labels))
                found.add(tuple(1 - label for label in labels))
    return found


def agreement(labels: Labels, target: Labels) -> int:
    """Return on how many points two labelings agree.

    >>> agreement(GATES["OR"], GATES["XOR"])
    3
    """
    return sum(x == y for x, y in zip(labels, target, strict=True))


def implements(weights: Sequence[float], bias: float, table: Sequence[int]) -> bool:
    """Whether a neuron fires exactly where a truth table has 1.

    ``table`` lists the wanted outputs for inputs counting up in binary, the first input being the
    most significant. Raises ``ValueError`` unless it has 2ⁿ entries for n weights.

    >>> implements([1, 1], -1.5, GATES["AND"])
    True
    """
    if len(table) != 2 ** len(weights):
        raise ValueError(
            f"a gate with {len(weights)} inputs has {2 ** len(weights)} rows, got {len(table)}"
        )
    rows = product((0, 1), repeat=len(weights))
    fires = [sum(w * x for w, x in zip(weights, row, strict=True)) + bias > 0 for row in rows]
    return fires == [bool(wanted) for wanted in table]


def is_threshold_function(table: Sequence[int]) -> bool:
    """Whether one neuron can compute a truth table, decided by a linear program.

    Looks for weights and a bias with z ≥ 1 where the table has 1 and z ≤ −1 where it has 0; any
    neuron that computes the table can be scaled to that. Raises ``ValueError`` unless the table has
    2ⁿ entries.

    >>> is_threshold_function(GATES["AND"]), is_threshold_function(GATES["XOR"])
    (True, False)
    """
    n_inputs = len(table).bit_length() - 1
    if len(table) != 2**n_inputs:
        raise ValueError(f"a truth table has 2, 4, 8, ... rows, got {len(table)}")
    rows = [(*row, 1) for row in product((0, 1), repeat=n_inputs)]
    demands = [[-x if wanted else x for x in row] for row, wanted in zip(rows, table, strict=True)]
    found = linprog([0] * (n_inputs + 1), A_ub=demands, b_ub=[-1] * len(rows), bounds=(None, None))
    return bool(found.success)
