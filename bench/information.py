"""How long a whole run in the information plane takes, and each of its parts.

``python -m bench.information`` prints one table: the least processor time of several, one thread.
One network of 12-10-7-5-4-3-2 units, 400 epochs, 15 checkpoints asked for, all 4,096 patterns.
"""

from collections.abc import Callable
from functools import partial

from threadpoolctl import threadpool_limits

from bench.regions import seconds
from nbsrc.information.plane import Plane, fixed, information_plane, own_range, quantiles
from nbsrc.information.runs import train_on_rule

MOST = 3.0
"""Seconds that training one network and placing all its layers may take."""


def whole() -> Plane:
    """Train one network and place all its layers at all checkpoints."""
    return information_plane(train_on_rule("bench plane", n_networks=1))


def rows() -> list[tuple[str, Callable[[], object]]]:
    """Return what is timed: a name, and our code."""
    found: list[tuple[str, Callable[[], object]]] = [
        ("one network: training and plane", whole),
        ("five networks: training", partial(train_on_rule, "bench plane")),
    ]
    runs = train_on_rule("bench plane")
    rulers = {"30 bins on [-1, 1]": fixed(), "own range": own_range(), "quantiles": quantiles()}
    found += [
        (f"five networks: plane, {name}", partial(information_plane, runs, ruler))
        for name, ruler in rulers.items()
    ]
    return found


def main() -> None:
    """Print the table."""
    print(f"{'':42} {'seconds':>9}")
    with threadpool_limits(1):
        for name, ours in rows():
            taken = seconds(ours)
            late = f"  above {MOST:g}" if ours is whole and taken > MOST else ""
            print(f"{name:42} {taken:9.3f}{late}")


if __name__ == "__main__":
    main()
