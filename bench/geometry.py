"""How long links, Betti numbers and maps take, each against a rival in the same run.

``python -m bench.geometry`` prints one table. Times are the least processor time of several, on one
thread. Crossings and Gauss's integral count the same linking number; scikit-learn's exact t-SNE
draws the same points with as many steps.
"""

from collections.abc import Callable
from functools import partial

from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from bench.regions import seconds
from nbsrc.arrays import Array
from nbsrc.chapter.seed import generator
from nbsrc.maps.tsne import affinities, tsne
from nbsrc.shapes.topology.betti import bars
from nbsrc.shapes.topology.links import gauss_linking, hopf, least_distance, linking_number

CORNERS = (100, 200, 400)
POINTS = (100, 200, 400)
STEPS = 500


def rows() -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Return what is timed: a name, our code, and its rival."""
    found: list[tuple[str, Callable[[], object], Callable[[], object]]] = []
    for n in CORNERS:
        a, b = hopf(n)
        gauss = partial(gauss_linking, a, b)
        found.append(
            (f"linking number, {n} corners, by Gauss", partial(linking_number, a, b), gauss)
        )
        found.append(
            (f"least distance, {n} corners, by Gauss", partial(least_distance, a, b), gauss)
        )
    for n in POINTS:
        points = generator("bench clouds", n).normal(size=(n, 10))
        theirs = TSNE(perplexity=20, method="exact", init="random", random_state=0, max_iter=STEPS)
        start = generator("bench map", n).normal(size=(n, 2)) * 1e-4

        def ours(points: Array = points, start: Array = start) -> Array:
            return tsne(affinities(points, 20), start, STEPS)

        found.append((f"t-SNE, {n} points, by scikit-learn's", ours, partial(theirs.fit, points)))
        cloud = points[:, :3]
        found.append((f"holes of {n} points, by a map of them", partial(bars, cloud), ours))
    return found


def main() -> None:
    """Print the table."""
    print(f"{'':42} {'seconds':>9} {'ratio':>8}")
    with threadpool_limits(1):
        for name, ours, theirs in rows():
            taken = seconds(ours)
            print(f"{name:42} {taken:9.4f} {taken / seconds(theirs):7.2f}x")


if __name__ == "__main__":
    main()
