"""Places of layers in the information plane, and who can read what from a layer's letters."""

from collections import Counter
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.chapter.seed import generator
from nbsrc.information.plane import (
    Ruler,
    best_reader,
    fixed,
    information_plane,
    information_planes,
    layer_information,
    look_up,
    own_range,
    quantiles,
)
from nbsrc.information.runs import train_on_rule

RULERS = [fixed(5), own_range(5), quantiles(5)]


def by_counting(letters: list[object]) -> float:
    """Entropy in bits, by Python's own counter."""
    counts = Counter(letters).values()
    return sum(n / len(letters) * log2(len(letters) / n) for n in counts)


@pytest.mark.parametrize("ruler", RULERS)
def test_a_layers_place_is_what_counting_its_letters_gives(ruler: Ruler) -> None:
    layer = generator("plane layer").normal(size=(2, 200, 3))
    labels = generator("plane labels").integers(0, 2, size=200)
    keeps, tells = layer_information(layer, labels, ruler)
    for i in range(2):
        edges = ruler(layer)
        rows = [
            tuple(
                int(np.digitize(value, (edges if edges.ndim == 1 else edges[i, unit])[1:-1]))
                for unit, value in enumerate(row)
            )
            for row in layer[i]
        ]
        joint = list(zip(rows, labels.tolist(), strict=True))
        assert keeps[i] == pytest.approx(by_counting(list(rows)))
        told = by_counting(list(rows)) + by_counting(labels.tolist()) - by_counting(list(joint))
        assert tells[i] == pytest.approx(told)


def test_edges_of_fixed_bins_are_where_they_should_be() -> None:
    edges = fixed(30)(np.zeros((1, 1, 1)))
    assert len(edges) == 31
    assert edges[[0, 15, 30]] == pytest.approx([-1, 0, 1])


def test_a_layers_own_range_is_each_networks_own() -> None:
    layer = np.stack([np.linspace(0, 1, 8), np.linspace(0, 100, 8)])[:, :, None]
    keeps, _ = layer_information(layer, [0, 1] * 4, own_range(8))
    assert keeps == pytest.approx([3, 3])


def test_quantiles_share_the_values_out() -> None:
    layer = np.exp(generator("plane skew").normal(size=(1, 400, 1)))
    keeps, _ = layer_information(layer, [0, 1] * 200, quantiles(8))
    assert keeps[0] == pytest.approx(3, abs=0.01)


def test_labels_shuffled_tell_less_but_keep_as_much() -> None:
    layer = np.repeat([[-0.9], [0.9]], 100, axis=0)[None]
    labels = np.repeat([0, 1], 100)
    mixed = generator("plane shuffle").permutation(labels)
    keeps, tells = layer_information(layer, labels, fixed(4))
    kept, told = layer_information(layer, mixed, fixed(4))
    assert [*keeps, *tells] == pytest.approx([1, 1])
    assert kept == pytest.approx(keeps)
    assert told[0] < 0.1


def test_a_run_has_a_place_for_each_checkpoint_network_and_layer() -> None:
    run = train_on_rule("plane test", n_networks=2, n_epochs=3, n_checkpoints=3, sizes=(4, 3))
    plane, other = information_planes(run, [fixed(), quantiles()])
    assert plane.keeps.shape == plane.tells.shape == (len(run.epochs), 2, 3)
    assert (plane.tells <= plane.keeps + 1e-9).all()
    assert (plane.keeps <= 12).all()
    for layer in range(3):
        alone = layer_information(run.activations(1)[layer], run.labels, quantiles())
        assert other.keeps[1, :, layer] == pytest.approx(alone[0])
        assert other.tells[1, :, layer] == pytest.approx(alone[1])
    assert information_plane(run).keeps == pytest.approx(plane.keeps)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=40))
def test_the_best_reader_gives_each_code_its_commonest_label(rows: list[tuple[int, int]]) -> None:
    codes, labels = zip(*rows, strict=True)
    right = sum(max(rows.count((code, 0)), rows.count((code, 1))) for code in set(codes))
    assert best_reader(codes, labels) == pytest.approx(right / len(rows))


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 1), st.booleans()), min_size=1, max_size=40
    )
)
def test_the_table_answers_as_one_would_by_hand(rows: list[tuple[int, int, bool]]) -> None:
    asked = [(code, label) for code, label, seen in rows if not seen]
    if not asked:
        return
    known = [(code, label) for code, label, seen in rows if seen]
    right = 0.0
    for code, label in asked:
        ones, zeros = known.count((code, 1)), known.count((code, 0))
        right += 0.5 if ones == zeros else float((ones > zeros) == label)
    codes, labels, seen = zip(*rows, strict=True)
    assert look_up(codes, labels, seen) == pytest.approx(right / len(asked))


def test_the_table_never_sees_the_labels_it_is_asked_for() -> None:
    codes = np.arange(100)[None] % 10
    labels = np.arange(100) % 2
    seen = np.arange(100) < 60
    other = np.where(seen, labels, 1 - labels)
    right = look_up(codes, labels, seen)
    assert look_up(codes, other, seen) == pytest.approx(1 - right)


def test_readers_take_several_networks_at_once() -> None:
    codes = generator("plane codes").integers(0, 20, size=(3, 50))
    labels = generator("plane answers").integers(0, 2, size=50)
    seen = generator("plane seen").random(size=(3, 50)) < 0.7
    best = [float(best_reader(c, labels)) for c in codes]
    assert best_reader(codes, labels) == pytest.approx(best)
    one_by_one = [float(look_up(c, labels, s)) for c, s in zip(codes, seen, strict=True)]
    assert look_up(codes, labels, seen) == pytest.approx(one_by_one)


@pytest.mark.parametrize(
    ("layer", "labels"),
    [
        (np.zeros((4, 2)), [0, 1, 0, 1]),
        (np.zeros((1, 4, 2)), [0, 1]),
        (np.full((1, 2, 2), np.nan), [0, 1]),
    ],
)
def test_a_bad_layer_is_refused(layer: object, labels: list[int]) -> None:
    with pytest.raises(ValueError, match="layer"):
        layer_information(layer, labels, fixed())  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [fixed, own_range, quantiles])
def test_a_ruler_without_bins_is_refused(make: type) -> None:
    with pytest.raises(ValueError, match="n_bins"):
        make(0)


def test_bad_codes_and_tables_without_a_question_are_refused() -> None:
    with pytest.raises(ValueError, match="codes have shape"):
        best_reader([0, 1], [0, 1, 1])
    with pytest.raises(ValueError, match="whole numbers"):
        best_reader([0.5, 1], [0, 1])
    with pytest.raises(ValueError, match="0 or 1"):
        best_reader([0, 1], [0, 2])
    with pytest.raises(ValueError, match="all samples are seen"):
        look_up([0, 1], [0, 1], [True, True])
