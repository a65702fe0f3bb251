"""Figures are taken hold of, played, predicted, set by words, and kept in the address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.site.reader import Reader

Place = tuple[float, float]

PAGE = "book/lines/slope.html"


def open_lively(lively: Reader, **how: Any) -> Any:
    """Return the page with every figure alive and no question pending."""
    page = lively.awake(PAGE, **how)
    while page.locator(".predict-skip").count():
        page.locator(".predict-skip").first.click()
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'")
    return page


def drawn(picture: str) -> list[str]:
    return sorted(re.findall(r"<(?:path|line|text|rect|image)[^>]*>[^<]*", picture))


def value(page: Any, control: str) -> str:
    return page.locator(f"#{control}").evaluate("c => c.value")


def spot(page: Any, panel: str, x: float, y: float, figure: str = "fig-plane") -> Place:
    """Return where in the window a place of a panel, in shares of its plot, is; bring it there."""
    chart = page.locator(f"#{figure} .chart")
    chart.evaluate("c => c.scrollIntoView({block: 'center', behavior: 'instant'})")
    across, up = chart.evaluate(
        """async (chart, [panel, x, y]) => {
          for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);  // scrolling hides
          const plot = probe.shown(chart).querySelector(`.${panel} > g > .background`);
          const box = plot.getBoundingClientRect();
          return [box.left + x * box.width, box.top + (1 - y) * box.height];
        }""",
        [panel, x, y],
    )
    return across, up


def until(page: Any, condition: str, argument: Any = None) -> None:
    """Wait for a condition in the page; Playwright's own way needs the banned ``eval``."""
    for _ in range(200):
        if page.evaluate(condition, argument):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")


def settle(page: Any, figure: str = "fig-plane") -> str:
    return page.locator(f"#{figure} .chart").evaluate("probe.settled")


class Finger:
    """A finger on a telephone; what it does goes through the browser's own recognition of touch."""

    def __init__(self, page: Any) -> None:
        self.wire = page.context.new_cdp_session(page)

    def send(self, kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def drag(self, start: Place, end: Place, steps: int = 6) -> None:
        self.send("touchStart", start)
        for i in range(1, steps + 1):
            (x, y), (across, along) = start, (end[0] - start[0], end[1] - start[1])
            self.send("touchMove", (x + i / steps * across, y + i / steps * along))
        self.send("touchEnd")

    def tap(self, place: Any) -> None:
        self.send("touchStart", place)
        self.send("touchEnd")


# ---- gestures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_a_mouse_drags_a_point_and_its_sliders_follow(lively: Reader, width: int) -> None:
    page = open_lively(lively, width=width)
    start = spot(page, "plane_group", 3.5 / 6, 2 / 6)  # p1 = 0.5, p2 = -1
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*spot(page, "plane_group", 4 / 6, 5 / 6), steps=5)
    settle(page)
    assert (value(page, "fig-plane-p1"), value(page, "fig-plane-p2")) == ("1", "2")
    page.mouse.move(*spot(page, "plane_group", 2, 2), steps=3)  # far out: kept at the ends
    page.mouse.up()
    settle(page)
    assert (value(page, "fig-plane-p1"), value(page, "fig-plane-p2")) == ("3", "3")
    page.mouse.move(*spot(page, "plane_group", 0.1, 0.1))
    settle(page)
    assert value(page, "fig-plane-p1") == "3", "a mouse that presses nothing drags nothing"
    assert lively.heard == []


def test_a_finger_drags_the_handle(lively: Reader) -> None:
    page = open_lively(lively, touch=True, width=390)
    start, end = spot(page, "plane_group", 3.5 / 6, 2 / 6), spot(page, "plane_group", 1 / 6, 1 / 6)
    before = page.evaluate("scrollY")
    Finger(page).drag(start, end)
    settle(page)
    assert (value(page, "fig-plane-p1"), value(page, "fig-plane-p2")) == ("-2", "-2")
    assert page.evaluate("scrollY") == before
    assert lively.heard == []


def test_a_finger_beside_the_handle_scrolls_the_page(lively: Reader) -> None:
    page = open_lively(lively, touch=True, width=390)
    start = spot(page, "plane_group", 0.1, 0.9)
    before = page.evaluate("scrollY")
    Finger(page).drag(start, (start[0], start[1] - 150))
    until(page, "before => scrollY > before + 50", before)
    assert value(page, "fig-plane-p1") == "0.5"


def test_a_tap_beside_the_handle_brings_it_there(lively: Reader) -> None:
    page = open_lively(lively, touch=True, width=390)
    Finger(page).tap(spot(page, "plane_group", 1 / 6, 5 / 6))
    settle(page)
    assert (value(page, "fig-plane-p1"), value(page, "fig-plane-p2")) == ("-2", "2")


def test_a_drag_without_a_handle_follows_a_finger_across_and_lets_it_scroll_along(
    lively: Reader,
) -> None:
    page = open_lively(lively, touch=True, width=390)
    start = spot(page, "root", 3 / 20, 0.5, "fig-run")
    Finger(page).drag(start, (start[0] + 100, start[1] + 3))
    settle(page, "fig-run")
    moved = int(value(page, "fig-run-k"))
    assert moved > 5
    before = page.evaluate("scrollY")
    Finger(page).drag(start, (start[0] + 3, start[1] - 150))
    until(page, "before => scrollY > before + 50", before)
    assert int(value(page, "fig-run-k")) == moved


@pytest.mark.parametrize("touch", [False, True])
def test_a_press_chooses_a_band(lively: Reader, touch: bool) -> None:
    page = open_lively(lively, touch=touch, width=390)
    place = spot(page, "cells_group", 0.9, 0.5)
    if touch:
        Finger(page).tap(place)
    else:
        page.mouse.click(*place)
    settle(page)
    assert value(page, "fig-plane-chosen") == '"c"'


@pytest.mark.parametrize("touch", [False, True])
def test_a_pointer_that_hovers_sets_a_value_and_a_finger_taps_it(
    lively: Reader, touch: bool
) -> None:
    page = open_lively(lively, touch=touch, width=390)
    place = spot(page, "trace_group", 0.71, 0.5)
    if touch:
        Finger(page).tap(place)
    else:
        page.mouse.move(*place)
    settle(page)
    assert value(page, "fig-plane-when") == "7"


def test_the_cursor_says_what_can_be_done(lively: Reader) -> None:
    page = open_lively(lively)

    def cursor(panel: str, x: float, y: float) -> str:
        page.mouse.move(*spot(page, panel, x, y))
        view = page.locator("#fig-plane .chart-view:visible")
        return view.evaluate("v => getComputedStyle(v).cursor")

    assert cursor("plane_group", 3.5 / 6, 2 / 6) == "grab"
    assert cursor("plane_group", 0.05, 0.95) == "pointer"
    assert cursor("cells_group", 0.5, 0.5) == "pointer"
    assert cursor("trace_group", 0.5, 0.5) == "crosshair"
    page.mouse.move(*spot(page, "plane_group", 3.5 / 6, 2 / 6))
    page.mouse.down()
    page.mouse.move(*spot(page, "plane_group", 0.5, 0.5))
    view = page.locator("#fig-plane .chart-view:visible")
    assert view.evaluate("v => getComputedStyle(v).cursor") == "grabbing"
    page.mouse.up()


def test_a_ring_marks_the_handle_wherever_it_goes(lively: Reader) -> None:
    page = open_lively(lively)
    ring = page.locator("#fig-plane .chart-view:visible .handles circle")

    def middle() -> Place:
        box = ring.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    wanted = spot(page, "plane_group", 3.5 / 6, 2 / 6)
    assert middle() == pytest.approx(wanted, abs=1)
    page.locator("#fig-plane-p1").press("End")
    settle(page)
    wanted = spot(page, "plane_group", 1, 2 / 6)
    assert middle() == pytest.approx(wanted, abs=1)


def test_hovering_tells_values_and_so_does_a_tap(lively: Reader) -> None:
    page = open_lively(lively)
    x, y = spot(page, "plane_group", 3.5 / 6, 2 / 6)
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    page.locator(".tooltip").wait_for(state="visible")
    assert page.locator(".tooltip").inner_text().split() == ["x", "0.5", "y", "−1.0"]
    page = open_lively(lively, touch=True, width=390)
    x, y = spot(page, "plane_group", 3.5 / 6, 2 / 6)
    Finger(page).tap((x + 9, y))
    page.locator(".tooltip").wait_for(state="visible")
    box = page.locator(".tooltip").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


# ---- controls ----------------------------------------------------------------------------------


def test_many_moves_in_one_frame_are_one_update(lively: Reader) -> None:
    page = open_lively(lively)
    runs = page.evaluate(
        """async () => {
          const chart = charts.get("fig-plane"), run = chart.view.runAsync.bind(chart.view);
          let runs = 0;
          chart.view.runAsync = () => { runs += 1; return run(); };
          const slider = document.getElementById("fig-plane-p1");
          for (let i = 1; i <= 50; i++) {
            slider.value = i / 50;
            slider.dispatchEvent(new Event("input"));
          }
          await probe.settled(chart.element);
          return runs;
        }"""
    )
    assert runs == 1
    assert page.evaluate("charts.get('fig-plane').view.signal('p1')") == pytest.approx(1)


def test_buttons_step_a_slider(lively: Reader) -> None:
    page = open_lively(lively)
    control = page.locator(".control:has(#fig-plane-p1)")
    control.get_by_label("More: first number").click()
    control.get_by_label("More: first number").click()
    control.get_by_label("Less: first number").click()
    settle(page)
    assert value(page, "fig-plane-p1") == "0.6"
    assert page.evaluate("charts.get('fig-plane').view.signal('p1')") == 0.6


def test_time_plays_pauses_and_steps(lively: Reader) -> None:
    page = open_lively(lively)
    play = page.get_by_label(re.compile("Play: step|Pause: step"))
    play.click()
    until(page, "document.getElementById('fig-run-k').value >= 5")
    assert play.get_attribute("aria-label") == "Pause: step"
    play.click()
    assert play.get_attribute("aria-label") == "Play: step"
    stopped = int(value(page, "fig-run-k"))
    page.get_by_label("One step back: step").click()
    assert int(value(page, "fig-run-k")) == stopped - 1
    page.locator("#fig-run-k").press("End")
    play.click()  # from the beginning again
    until(page, "document.getElementById('fig-run-k').value < 5")


def test_readers_who_want_less_motion_step_only(lively: Reader) -> None:
    page = open_lively(lively, calm=True)
    assert page.locator(".play:visible").count() == 0
    assert page.get_by_label("One step on: step").is_visible()


def test_labels_and_units_are_shown_and_spoken_from_the_first(lively: Reader) -> None:
    page = lively.open(PAGE)
    for control, shown in (("size", "middling"), ("k", "3 steps")):
        slider = page.locator(f"#fig-run-{control}")
        assert slider.get_attribute("aria-valuetext") == shown
        assert page.locator(f"output[for=fig-run-{control}]").inner_text() == shown
    page.locator("#fig-run-size").press("ArrowRight")
    assert page.locator("#fig-run-size").get_attribute("aria-valuetext") == "large"


def test_a_slider_ends_where_another_says(lively: Reader) -> None:
    page = open_lively(lively)
    page.locator("#fig-run-k").press("End")
    page.locator("#fig-run-last").press("Home")
    settle(page, "fig-run")
    assert value(page, "fig-run-k") == "5"
    assert page.evaluate("charts.get('fig-run').view.signal('k')") == 5
    start = spot(page, "root", 0.2, 0.5, "fig-run")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 150, start[1], steps=3)
    page.mouse.up()
    settle(page, "fig-run")
    assert value(page, "fig-run-k") == "5"


def test_stages_are_buttons_that_the_keyboard_reaches(lively: Reader) -> None:
    page = open_lively(lively)
    page.get_by_label("middle", exact=True).click()
    settle(page, "fig-run")
    assert page.evaluate("charts.get('fig-run').view.signal('stage')") == 1
    page.keyboard.press("ArrowRight")
    settle(page, "fig-run")
    assert page.evaluate("charts.get('fig-run').view.signal('stage')") == 2
    assert page.get_by_role("group", name="stage").count() == 1


def test_reset_brings_everything_back(lively: Reader) -> None:
    page = open_lively(lively)
    before = settle(page)
    for key in ("p1", "p2", "when"):
        page.locator(f"#fig-plane-{key}").press("Home")
    page.locator("#fig-plane-chosen").select_option("c")
    assert drawn(settle(page)) != drawn(before)
    page.get_by_role("button", name="Reset figure 1").click()
    assert drawn(settle(page)) == drawn(before)
    assert value(page, "fig-plane-p1") == "0.5"


def test_a_figure_that_is_won_says_so_once(lively: Reader) -> None:
    page = open_lively(lively)
    said = page.locator("#fig-plane .chart-said")
    page.locator("#fig-plane-p1").press("End")
    assert said.inner_text() == ""
    page.locator("#fig-plane-p2").press("End")
    settle(page)
    assert said.inner_text() == "The corner is yours."
    assert said.get_attribute("aria-live") == "polite"


def test_controls_stay_in_sight_on_a_phone_and_can_be_hit(lively: Reader) -> None:
    page = open_lively(lively, touch=True, width=390)
    chart = page.locator("#fig-plane .chart")
    chart.evaluate("c => scrollTo(0, scrollY + c.getBoundingClientRect().top - 300)")
    box = page.locator("#fig-plane .chart-controls").bounding_box()
    assert box["y"] + box["height"] <= 901
    for target in page.locator("#fig-plane .control button:visible").all():
        size = target.bounding_box()
        assert size["width"] >= 44 and size["height"] >= 44


# ---- predictions -------------------------------------------------------------------------------


def test_a_choice_is_locked_and_opens_its_figure(lively: Reader) -> None:
    page = lively.awake(PAGE, opened=False)
    question, chart = page.locator("#predict-fig-plane"), page.locator("#fig-plane .chart")
    assert chart.locator("> .chart-views").evaluate("v => v.inert")
    assert not question.locator(".predict-answer").is_visible()
    lock = question.get_by_role("button", name="Lock it")
    assert lock.is_disabled()
    question.get_by_label("to the left").check()
    lock.click()
    assert not chart.locator("> .chart-views").evaluate("v => v.inert")
    said = question.locator(".predict-result").inner_text()
    assert said == "You said “to the left”. It is “to the right”."
    assert question.locator(".predict-answer").is_visible()
    assert question.get_by_label("to the right").is_disabled()
    settle(page)
    assert page.evaluate("charts.get('fig-plane').view.signal('seen')") is True
    page.reload()  # remembered for the visit
    page.evaluate("1")
    assert question.locator(".guessed").inner_text() == "to the left"
    assert page.locator("#fig-plane .veil").count() == 0
    assert lively.heard == []


def test_a_figure_opens_without_a_guess_too(lively: Reader) -> None:
    page = lively.awake(PAGE, opened=False)
    page.evaluate("sessionStorage.clear()")
    page.reload()
    page.locator("#fig-plane").get_by_role("button", name="Open it without a guess").click()
    assert not page.locator("#fig-plane .chart > .chart-views").evaluate("v => v.inert")
    assert not page.locator("#predict-fig-plane .predict-answer").is_visible()


def test_a_place_is_guessed_in_the_figure_and_a_number_on_a_slider(lively: Reader) -> None:
    page = lively.awake(PAGE, opened=False)
    place, number = page.locator("#predict-fig-guess"), page.locator("#predict-fig-guess-2")
    assert page.evaluate("charts.get('fig-guess').view.signal('open')") is False
    start = spot(page, "root", 0.1, 0.5, "fig-guess")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*spot(page, "root", 0.7, 0.5, "fig-guess"), steps=4)
    page.mouse.up()
    settle(page, "fig-guess")
    assert value(page, "fig-guess-guess") == "7", "the keyboard's twin in the question"
    place.get_by_role("button", name="Lock it").click()
    assert page.evaluate("charts.get('fig-guess').view.signal('open')") is False, "one is left"
    number.locator("input").press("ArrowRight")
    number.get_by_role("button", name="Lock it").click()
    settle(page, "fig-guess")
    assert page.evaluate("charts.get('fig-guess').view.signal('open')") is True
    said = number.locator(".predict-result").inner_text()
    assert said == "You said 0.55 m; it is 0.50 m. Well guessed."
    page.mouse.move(*spot(page, "root", 0.7, 0.5, "fig-guess"))
    page.mouse.down()
    page.mouse.move(*spot(page, "root", 0.2, 0.5, "fig-guess"), steps=4)
    page.mouse.up()
    settle(page, "fig-guess")
    assert value(page, "fig-guess-guess") == "7", "locked"


def test_a_guess_with_a_control_of_the_figure_is_marked_and_moves_on(lively: Reader) -> None:
    page = lively.awake(PAGE, opened=False)
    aim, other = page.locator("#fig-aim-aim"), page.locator("#fig-aim-other")
    assert not is_inert(aim), "the keyboard answers too"
    assert is_inert(other)
    aim.press("End")
    settle(page, "fig-aim")
    page.locator("#predict-fig-aim").get_by_role("button", name="Lock it").click()
    settle(page, "fig-aim")
    said = page.locator("#predict-fig-aim .predict-result").inner_text()
    assert said == "Your guess: aim 10.0."
    assert page.evaluate("charts.get('fig-aim').view.signal('open')") is True
    place = "#fig-aim .handles .guess"
    before = page.locator(place).get_attribute("transform")
    assert not is_inert(other)
    aim.press("Home")
    settle(page, "fig-aim")
    assert value(page, "fig-aim-aim") == "0"
    assert page.locator(place).get_attribute("transform") == before


def is_inert(control: Any) -> bool:
    """Whether a control, or what it stands in, is shut."""
    return bool(control.evaluate("c => c.closest('[inert]') !== null"))


def test_without_scripts_questions_stand_and_answers_fold(lively: Reader) -> None:
    page = lively.open(PAGE, scripts=False)
    assert page.get_by_text("Where does the point go").is_visible()
    answer = page.locator("#predict-fig-plane details")
    assert not answer.evaluate("d => d.open") and answer.locator("summary").is_visible()
    assert page.locator(".predict-lock:visible, .veil:visible, .chart-tools:visible").count() == 0
    views = page.locator("#fig-plane .chart-views")
    assert views.evaluate("v => getComputedStyle(v).opacity") == "1"
    assert page.locator("[role=button]").count() == 0, "words are words"


# ---- words, and the address ----------------------------------------------------------------------


def test_words_set_the_figure_and_bring_it_into_sight(lively: Reader) -> None:
    page = open_lively(lively)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    word = page.get_by_role("button", name="put it at the top")
    word.evaluate("w => w.click()")
    settle(page)
    assert (value(page, "fig-plane-p1"), value(page, "fig-plane-p2")) == ("0", "3")
    until(page, "probe.shown(charts.get('fig-plane').element).getBoundingClientRect().bottom > 100")
    page.get_by_role("button", name="choose c").press("Enter")
    settle(page)
    assert value(page, "fig-plane-chosen") == '"c"'


def test_the_address_holds_what_differs_from_the_start(lively: Reader) -> None:
    page = open_lively(lively)
    page.locator("#fig-plane-p1").press("Home")
    page.locator("#fig-plane-chosen").select_option("b")
    page.wait_for_url("**chosen=b**")
    address = urlsplit(page.url)
    assert parse_qs(address.query) == {"fig-plane.p1": ["-3"], "fig-plane.chosen": ["b"]}
    assert address.fragment == "fig-plane"
    page.get_by_role("button", name="Reset figure 1").click()
    page.wait_for_url(lambda url: "?" not in url)


def test_a_link_opens_the_figure_in_its_state(lively: Reader) -> None:
    page = lively.open(f"{PAGE}?fig-plane.p1=2&fig-plane.chosen=c&fig-plane.p2=99#fig-plane")
    until(page, "charts.get('fig-plane').element.dataset.live")
    settle(page)
    assert page.evaluate("charts.get('fig-plane').view.signal('p1')") == 2
    assert value(page, "fig-plane-chosen") == '"c"'
    assert value(page, "fig-plane-p2") == "3", "kept at the end"
    assert page.locator("#fig-plane .veil").count() == 0
    top = page.locator("#fig-plane").bounding_box()["y"]
    assert -50 < top < 700
    assert lively.heard == []


def test_a_link_can_be_copied(lively: Reader) -> None:
    page = open_lively(lively)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#fig-plane-p1").press("Home")
    page.get_by_role("button", name="Copy a link to figure 1 as it is").click()
    page.get_by_text("Link copied.").wait_for()
    link = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    assert (link.query, link.fragment) == ("fig-plane.p1=-3", "fig-plane")


# ---- waking, and code ----------------------------------------------------------------------------


@contextmanager
def requests_of(page: Any) -> Iterator[list[str]]:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    yield asked


def test_nothing_is_loaded_for_figures_before_the_reader_does_something(lively: Reader) -> None:
    page = lively.open(PAGE)
    with requests_of(page) as asked:
        page.reload(wait_until="networkidle")
        assert not [url for url in asked if "vega" in url or "_figures" in url]
        page.mouse.wheel(0, 30)
        until(page, "charts.get('fig-plane').element.dataset.live")


def test_one_switch_shows_all_code_and_is_remembered(lively: Reader) -> None:
    page = lively.open(PAGE)
    assert page.locator("details.fold-code[open]").count() == 0
    assert page.locator(".cell_input:visible").count() == 1, "the cell that is tagged read"
    page.get_by_role("switch", name="Show all code").check()
    assert page.locator("details.fold-code:not([open])").count() == 0
    page.reload()
    assert page.locator("details.fold-code:not([open])").count() == 0
    page.get_by_role("switch", name="Show all code").uncheck()
    assert page.locator("details.fold-code[open]").count() == 0
