"""Claims: a sentence and its check; false ones stop, malformed ones are refused."""

import json
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbsrc.chapter.claims import (
    LOG_VARIABLE,
    MIME_TYPE,
    Claim,
    ClaimFailed,
    claim,
    measured_text,
)

GOOD: dict[str, Any] = {
    "id": "tiny-sum",
    "sentence": "One and one is two.",
    "holds": True,
    "measured": {"sum": 2},
}


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
        ({"quiet": 1}, "quiet= must be a bool, got int"),
        ({"verdict": "refuted", "but": "not so"}, "'not so' must be a full sentence"),
        ({"claimed_by": "euclid1956, "}, "must be keys of the bibliography, separated by commas"),
        ({"evidence": "Euclid (1956)"}, "must be keys of the bibliography, separated by commas"),
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


def test_a_limit_stands_right_behind_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    claim(**GOOD, verdict="qualified", but="Only for numbers.")
    shown = "[qualified] Up to a point: One and one is two. Only for numbers. (sum: 2)\n"
    assert capsys.readouterr().out == shown


def test_what_holds_stands_before_a_refuted_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    claim(**GOOD, verdict="refuted", but="It is three.")
    shown = "[refuted] It is three. Often said: “One and one is two.” (sum: 2)\n"
    assert capsys.readouterr().out == shown


def test_a_refuted_claim_that_fails_is_named_by_what_was_to_hold() -> None:
    with pytest.raises(ClaimFailed, match=r"'tiny-sum' does not hold: It is three\. Measured"):
        claim(**GOOD | {"holds": False}, verdict="refuted", but="It is three.")


def test_the_field_source_of_older_chapters_is_refused() -> None:
    with pytest.raises(TypeError, match="source"):
        claim(**GOOD, source="euclid1956elements")  # type: ignore[call-arg]


def shown_to_the_book(**fields: object) -> dict[str, object]:
    """Return what a notebook hands to the book, as it is after a way through JSON."""
    made = Claim("tiny-sum", "One and one is two.", {"sum": "2"}, True)
    bundle = Claim(**{**vars(made), **fields})._repr_mimebundle_()
    shown = json.loads(json.dumps(bundle[MIME_TYPE], sort_keys=True))
    assert isinstance(shown, dict)
    return shown


def test_keys_are_listed_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOG_VARIABLE, str(tmp_path / "log"))
    claim(**GOOD, claimed_by="euclid1956elements,cantor1883", evidence=" peano1889 ")
    made = json.loads((tmp_path / "log").read_text(encoding="utf-8"))
    assert made["claimed_by"] == ["euclid1956elements", "cantor1883"]
    assert made["evidence"] == ["peano1889"]


def test_the_book_is_told_what_holds_and_how_loudly_to_say_it() -> None:
    shown = shown_to_the_book(verdict="refuted", but="It is three.", quiet=True)
    assert (shown["what_holds"], shown["quiet"]) == ("It is three.", True)


def test_a_notebook_gets_the_figures_in_the_order_in_which_they_were_given() -> None:
    shown = shown_to_the_book(measured={"z": "1", "a": "2", "m": "3"})
    assert shown["measured"] == [["z", "1"], ["a", "2"], ["m", "3"]]


DIGITS = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def number(text: str) -> float:
    """Read a measured number back."""
    factor, _, power = text.replace(",", "").partition("\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10")
    return float(f"{factor}e{power or 0}".translate(DIGITS))


@given(st.floats(1e-9, 1e300).flatmap(lambda size: st.sampled_from([size, -size])))
def test_a_measured_number_keeps_four_significant_digits(value: float) -> None:
    text = measured_text(value)
    assert number(text) == pytest.approx(value, rel=5.001e-4)
    digits = re.sub(r"\D", "", text.partition("\N{NO-BREAK SPACE}")[0])
    assert len(digits.strip("0")) <= 4
    assert text.startswith("−") == (value < 0)


@given(st.floats())
def test_no_measured_number_is_shown_as_programs_write_it(value: float) -> None:
    assert not re.search(
        r"e|-|nan|inf", measured_text(value).replace("below", "").replace("undefined", "")
    )


@given(st.floats(0, 1e-9, exclude_min=True, exclude_max=True), st.sampled_from([1, -1]))
def test_a_number_that_is_zero_but_for_rounding_is_told_by_the_power_it_stays_below(
    size: float, sign: int
) -> None:
    text = measured_text(sign * size)
    power = int(text.removeprefix("below 10").translate(DIGITS))
    assert power <= -9
    assert Decimal(10) ** (power - 1) <= Decimal(size) < Decimal(10) ** power


@given(st.floats(1, 999_999_999))
def test_numbers_below_a_thousand_million_are_written_out_in_groups(value: float) -> None:
    assert re.fullmatch(r"\d{1,3}(,\d{3})*(\.\d{1,3})?", measured_text(round(value)))
    assert re.fullmatch(r"\d{1,3}(,\d{3})*(\.\d{1,3})?|1.×.10⁹", measured_text(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5.329e-15, "below 10⁻¹⁴"),
        (-5.329e-15, "below 10⁻¹⁴"),
        (-1e-9, "−1\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻⁹"),
        (3e6, "3,000,000"),
        (13002.0, "13,000"),
        (0.99996, "1"),
        (-0.8926, "−0.8926"),
        (100.0, "100"),
        (0.0001, "0.0001"),
        (0.00001234, "1.234\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻⁵"),
        (1e12, "1\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10¹²"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "undefined"),
        (np.float32(0.5), "0.5"),
    ],
)
def test_measured_numbers_are_rounded_for_people(value: float, text: str) -> None:
    assert measured_text(value) == text


@given(st.integers())
def test_a_measured_whole_number_is_shown_in_full(value: int) -> None:
    assert int(measured_text(value).replace(",", "").replace("−", "-")) == value


@given(st.integers(-(2**31), 2**31 - 1))
def test_numpy_numbers_are_shown_like_python_numbers(value: int) -> None:
    assert measured_text(np.int64(value)) == measured_text(value)
    assert measured_text(np.float64(value)) == measured_text(float(value))


@given(st.text())
def test_a_measured_text_is_shown_as_it_is_but_for_minus_signs(value: str) -> None:
    assert measured_text(value).replace("−", "-") == value.replace("−", "-")


def test_minus_signs_are_told_from_hyphens() -> None:
    assert measured_text("-0.2 to 0.1, 784-16-10, x-1") == "−0.2 to 0.1, 784-16-10, x-1"


def test_measured_truths_are_words() -> None:
    assert [measured_text(t) for t in (True, False, np.True_, np.False_)] == ["yes", "no"] * 2
