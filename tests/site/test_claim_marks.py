"""Claims in pages: what holds stands first, quiet marks open, the register tells all of it."""

import json

import pytest
from bs4 import BeautifulSoup

from tests import browser as browsers
from tests.site.tiny_book import CHAPTER, Book

PAGE = CHAPTER.removesuffix(".md")
CLAIMS = """
Before the quiet one.

```{code-cell} ipython3
claim("slope-quiet", "Twice two is four.", holds=2 * 2 == 4, measured={"error": 4e-16}, quiet=True)
```

```{code-cell} ipython3
claim("slope-limit", "A slope is steep.", holds=True, measured={"slope": -2.0},
      verdict="qualified", but="Where it is above one.", claimed_by="euclid1956elements")
claim("slope-myth", "A line is long.", holds=True, measured={"lines": 3e6},
      verdict="refuted", but="A line has no length $\\\\infty$.", evidence="euclid1956elements")
```

- {claim}`slope-limit`
- {claim}`slope-myth`

As {claim}`some say <slope-myth>`, it is.

## Exercises
"""


@pytest.fixture(scope="module")
def claims_book(shared_book: Book) -> Book:
    """The tiny book with a claim of every kind."""
    shared_book.edit(CHAPTER, "## Exercises\n", CLAIMS)
    outcome = shared_book.build()
    assert outcome.code == 0, outcome.err
    return shared_book


@pytest.fixture(scope="module")
def chapter(claims_book: Book) -> BeautifulSoup:
    return BeautifulSoup(claims_book.page(PAGE), "html.parser")


def words(element: object) -> str:
    """Return an element's text with single spaces and formulas left out."""
    copy = BeautifulSoup(str(element), "html.parser")
    for formula in copy.select(".math"):
        formula.replace_with("∞")
    return " ".join(copy.get_text().split())


def test_a_reproduced_sentence_is_the_headline_with_who_says_it(chapter: BeautifulSoup) -> None:
    assert words(chapter.select_one("#claim-slope-double .claim-holds")) == (
        "Twice one is two. [Euclid, 1956]"
    )


def test_a_limit_stands_in_the_same_paragraph_as_its_sentence(chapter: BeautifulSoup) -> None:
    (line,) = chapter.select("#claim-slope-limit > p:not(.claim-figures)")
    assert words(line) == ("Up to a point: A slope is steep. [Euclid, 1956] Where it is above one.")


def test_what_holds_comes_before_what_is_often_said(chapter: BeautifulSoup) -> None:
    first, second = chapter.select("#claim-slope-myth > p:not(.claim-figures)")
    assert first["class"] == ["claim-holds"]
    assert words(first) == "A line has no length ∞."
    assert second["class"] == ["claim-said"]
    assert words(second) == "Often said: “A line is long.” ✗ refuted here"
    assert "evidence [Euclid, 1956]" in words(chapter.select_one("#claim-slope-myth"))


def test_numbers_are_rounded_for_people(chapter: BeautifulSoup) -> None:
    shown = [strong.text for strong in chapter.select(".claim-figures strong")]
    assert shown == ["2", "below 10⁻¹⁵", "−2", "3,000,000"]


def test_a_repeated_claim_says_what_holds_and_links_to_its_check(chapter: BeautifulSoup) -> None:
    limit, myth = chapter.select("li:has(.claim-tick)")
    assert words(limit) == "Up to a point: A slope is steep. Where it is above one. ◐"
    assert words(myth) == "A line has no length ∞. ✓"
    assert myth.select_one("a")["href"].endswith("#claim-slope-myth")


def test_words_in_a_sentence_link_to_a_check(chapter: BeautifulSoup) -> None:
    (link,) = [a for a in chapter.select("a.claim-link") if a.text == "some say"]
    assert link["href"].endswith("#claim-slope-myth")


def test_the_register_keeps_what_holds_and_what_is_said_apart(claims_book: Book) -> None:
    register = BeautifulSoup(claims_book.page("book/reference/claims"), "html.parser")
    assert "4 claims: 2 checked, 1 true with a limit, 1 refuted here." in register.text
    double, quiet, limit, myth = register.select(".register-entry")
    assert "said by Euclid, 1956" in words(double)
    assert "Twice two is four." in words(quiet)
    assert words(limit.select_one(".claim-holds")).endswith("is steep. Where it is above one.")
    assert [words(p) for p in myth.select("p")][:2] == [
        "✓ A line has no length ∞.",
        "Often said: “A line is long.” ✗ refuted here",
    ]
    assert "evidence Euclid, 1956" in words(myth)


def test_the_list_for_programs_tells_what_holds_and_by_whom(claims_book: Book) -> None:
    file = claims_book.root / "_build" / "site" / "claims.json"
    made = {claim["id"]: claim for claim in json.loads(file.read_text(encoding="utf-8"))}
    assert made["slope-double"]["claimed_by"] == ["euclid1956elements"]
    assert made["slope-myth"]["what_holds"].startswith("A line has no length")
    assert [made[i]["quiet"] for i in ("slope-quiet", "slope-limit")] == [True, False]
    assert all("source" not in claim for claim in made.values())


def test_a_quiet_mark_holds_its_code_and_a_box_stands_before_its_code(
    chapter: BeautifulSoup,
) -> None:
    assert chapter.select_one("details.claim-quiet .claim-body .fold-code pre")
    assert not chapter.select("div.claim .fold-code")


@pytest.fixture(scope="module")
def site(claims_book: Book) -> object:
    if browsers.find() is None:
        pytest.skip(browsers.ADVICE)
    with (
        browsers.served(claims_book.root / "_build" / "site") as address,
        browsers.launched() as browser,
    ):
        yield browser, f"{address}/{PAGE}.html"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_link_to_a_quiet_mark_opens_it(site: tuple, scripts: bool) -> None:
    browser, address = site
    page = browser.new_page(java_script_enabled=scripts)
    page.goto(f"{address}#claim-slope-quiet")
    page.locator("#claim-slope-quiet .claim-holds").wait_for(state="visible")
    assert page.locator("#claim-slope-quiet").evaluate("e => e.getBoundingClientRect().top") >= 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_quiet_mark_opens_by_key_and_by_touch(site: tuple, scripts: bool) -> None:
    browser, address = site
    page = browser.new_page(java_script_enabled=scripts, has_touch=True)
    page.goto(address)
    mark, sentence = (
        page.locator(".claim-quiet > summary"),
        page.locator("#claim-slope-quiet .claim-holds"),
    )
    assert not sentence.is_visible()
    assert "checked: slope-quiet" in mark.text_content()
    mark.focus()
    page.keyboard.press("Enter")
    assert sentence.is_visible()
    mark.tap()
    assert not sentence.is_visible()


def test_a_quiet_mark_stands_in_the_margin_or_in_line_where_there_is_none(site: tuple) -> None:
    browser, address = site
    page = browser.new_page()
    page.goto(address)
    for width, in_margin in ((1280, True), (1500, True), (1100, False), (390, False)):
        page.set_viewport_size({"width": width, "height": 900})
        mark = page.locator(".claim-quiet > summary").bounding_box()
        text = page.get_by_text("Before the quiet one.").bounding_box()
        assert (mark["x"] >= text["x"] + text["width"]) == in_margin, width
        assert mark["x"] + mark["width"] <= width
        beside = mark["y"] < text["y"] + text["height"]
        assert beside == in_margin, width


@pytest.mark.parametrize("page", [PAGE, "book/reference/claims"])
def test_what_holds_is_written_larger_than_what_is_often_said(site: tuple, page: str) -> None:
    browser, address = site
    opened = browser.new_page()
    opened.goto(address.replace(PAGE, page))
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    holds, said = (opened.locator(f".claim-refuted .claim-{part}") for part in ("holds", "said"))
    assert holds.evaluate(size) > 1.1 * said.evaluate(size)
