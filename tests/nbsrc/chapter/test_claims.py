"""Claims: a sentence and its check; false ones stop, malformed ones are refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.chapter.claims import (
    LOG_VARIABLE,
    MIME_TYPE,
    ClaimFailed,
    _checked,
    claim,
    measured_text,
)

GOOD = {"id": "tiny-sum", "sentence": "One and one is two.", "holds": True, "measured": {"sum": 2}}


def test_a_claim_that_holds_is_shown_with_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    claim(**GOOD)
    assert capsys.readouterr().out == "[reproduced] One and one is two. (sum: 2)\n"


def test_a_claim_that_does_not_hold_stops_and_tells_what_was_measured() -> None:
    with pytest.raises(ClaimFailed, match=r"'tiny-sum' does not hold: One and .* sum: 2\."):
        claim(**GOOD | {"holds": False})


def test_a_failed_claim_is_an_assertion_error() -> None:
    assert issubclass(ClaimFailed, AssertionError)


@pytest.mark.parametrize("truth", [True, np.True_, np.array([1, 2]).all()])
def test_numpy_booleans_are_booleans(truth: object) -> None:
    claim(**GOOD | {"holds": truth})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "Tiny"}, "lower-case words joined by hyphens"),
        ({"id": "tiny"}, "lower-case words joined by hyphens"),
        ({"id": "tiny_sum-x"}, "lower-case words joined by hyphens"),
        ({"sentence": "One and one"}, "full sentence"),
        ({"verdict": "true"}, "must be one of reproduced, qualified, refuted"),
        ({"verdict": "qualified"}, "says in but= what holds"),
        ({"verdict": "refuted"}, "says in but= what holds"),
        ({"but": "Only here."}, "a reproduced one has no but="),
        ({"measured": {}}, "at least one figure"),
        ({"measured": {"sum": [2]}}, "a list; give a number or a text"),
        ({"holds": 1}, "holds= must be a bool, got int"),
        ({"holds": "yes"}, "holds= must be a bool, got str"),
        ({"holds": np.array([True, True])}, "holds= must be a bool, got ndarray"),
    ],
)
def test_a_malformed_claim_is_refused_and_neither_shown_nor_logged(
    change: dict[str, object],
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv(LOG_VARIABLE, str(log))
    with pytest.raises(ValueError, match=reason):
        claim(**GOOD | change)
    assert not log.exists()
    assert capsys.readouterr().out == ""


def test_where_claims_are_logged_none_stops_the_chapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    monkeypatch.setenv(LOG_VARIABLE, str(log))
    claim(**GOOD)
    claim(**GOOD | {"id": "tiny-wrong", "holds": False})
    made = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(m["id"], m["holds"]) for m in made] == [("tiny-sum", True), ("tiny-wrong", False)]
    assert made[0]["measured"] == {"sum": "2"}
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("verdict", ["qualified", "refuted"])
def test_a_limit_or_what_holds_instead_is_shown(
    verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    claim(**GOOD, verdict=verdict, but="Only for numbers.")
    assert capsys.readouterr().out.startswith(
        f"[{verdict}] One and one is two. Only for numbers. (sum"
    )


def test_a_notebook_gets_the_figures_in_the_order_in_which_they_were_given() -> None:
    measured = {"z": 1, "a": 2, "m": 3}
    made = _checked("tiny-order", "In order.", True, measured, "", "reproduced", "")
    shown = made._repr_mimebundle_()[MIME_TYPE]
    assert isinstance(shown, dict)
    pairs = json.loads(json.dumps(shown, sort_keys=True))["measured"]
    assert pairs == [["z", "1"], ["a", "2"], ["m", "3"]]


@given(st.floats(-1e300, 1e300))
def test_a_measured_number_is_shown_to_four_significant_digits(value: float) -> None:
    assert float(measured_text(value)) == pytest.approx(value, rel=5e-4)


@given(st.integers())
def test_a_measured_whole_number_is_shown_in_full(value: int) -> None:
    assert int(measured_text(value).replace(",", "")) == value


@given(st.integers(-(2**31), 2**31 - 1))
def test_numpy_numbers_are_shown_like_python_numbers(value: int) -> None:
    assert measured_text(np.int64(value)) == measured_text(value)
    assert measured_text(np.float64(value)) == measured_text(float(value))


@given(st.text())
def test_a_measured_text_is_shown_as_it_is(value: str) -> None:
    assert measured_text(value) == value


def test_measured_truths_are_words() -> None:
    assert [measured_text(t) for t in (True, False, np.True_, np.False_)] == ["yes", "no"] * 2
