"""Every page of the built site in a real browser: what readers of all kinds get from it.

A page is opened as few times as can be: once on a desktop and once on a phone, alive, and once in
each theme without JavaScript; the tests of one page follow one another and share these visits.
Those that only look come first.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
import snowballstemmer
from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup

from nbsrc.site.build import execution, notebooks
from nbsrc.site.pages import downloads
from tests.site.reader import PROBES, Reader

ROOT = Path(__file__).parents[2]
NOTEBOOKS = notebooks.notebooks(ROOT)
CHAPTERS = [
    f"{page}.html"
    for page, path in NOTEBOOKS.items()
    if "chapter" in notebooks.read_notebook(path).front_matter
]
WITH_FIGURES = [*CHAPTERS, *sorted({f"{page}.html" for page in NOTEBOOKS} - {*CHAPTERS})]
PAGES = [p.relative_to(ROOT).with_suffix(".html").as_posix() for p in notebooks.pages(ROOT)]
PAGES = [*WITH_FIGURES, *sorted({*PAGES, "search.html"} - {*WITH_FIGURES})]
"""Chapters first: pytest puts together the tests whose page has the same place in its list."""
REDIRECT = "index.html"

every_page = pytest.mark.parametrize("name", PAGES, scope="module")
every_page_with_figures = pytest.mark.parametrize("name", WITH_FIGURES, scope="module")
every_chapter = pytest.mark.parametrize("name", CHAPTERS, scope="module")
both_widths = pytest.mark.parametrize("visit", ["desktop", "phone"], indirect=True)
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


@dataclass(frozen=True)
class Visit:
    """A page in which every chart is alive, and what was seen while they came alive."""

    page: Any
    width: int
    heard: list[str]
    still: list[dict[str, Any]]
    alive: list[dict[str, Any]]
    """The boxes of the charts, with their questions closed, before and after."""


def visited(visitor: Reader, name: str, width: int, theme: str) -> Visit:
    """Open a page, hold back its charts' specifications to see it before, and wake it."""
    page = visitor.open(name, width=width, theme=theme)
    heard, waiting, released = visitor.heard, [], threading.Event()
    page.route(
        "**/_figures/*.json",
        lambda route: route.continue_() if released.is_set() else waiting.append(route),
    )
    page.evaluate("probe.open(false)")
    for chart in page.locator(".chart-live").all():
        chart.scroll_into_view_if_needed()
    page.evaluate("document.fonts.ready.then(() => undefined)")
    still = page.evaluate("probe.boxes()")
    released.set()
    for route in waiting:
        route.continue_()
    assert page.evaluate("probe.wake(false)") == [], "charts that did not come alive"
    alive = page.evaluate("probe.boxes()")
    assert page.evaluate("probe.wake()") == []
    return Visit(page, width, heard, still, alive)


@pytest.fixture(scope="module")
def visitor(browser: Any, one_reader: Reader) -> Reader:
    """A reader whose pages stay open from test to test."""
    return Reader(browser, one_reader.address)


@pytest.fixture(scope="module")
def desktop(visitor, name):
    visit = visited(visitor, name, 1280, "light")
    yield visit
    visit.page.close()


@pytest.fixture(scope="module")
def phone(visitor, name):
    visit = visited(visitor, name, 360, "dark")
    yield visit
    visit.page.close()


@pytest.fixture
def visit(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def without_scripts(visitor, name):
    """The page without JavaScript, by theme, with every fold open."""
    pages = {}
    for theme in ("light", "dark"):
        pages[theme] = visitor.open(name, theme=theme, scripts=False)
        pages[theme].evaluate("probe.open()")
    yield pages
    for page in pages.values():
        page.close()


@pytest.fixture(scope="module")
def plain(visitor, name):
    """The page in the dark theme as it opens, before anything is done to it."""
    page = visitor.open(name, theme="dark")
    yield page
    page.close()


@pytest.fixture(scope="module")
def soup(site: Path) -> Callable[[str], BeautifulSoup]:
    read = {}

    def get(name):
        if name not in read:
            read[name] = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        return read[name]

    return get


def test_these_are_all_the_pages(site):
    built = {p.relative_to(site).as_posix() for p in site.rglob("*.html")}
    assert built == {*PAGES, REDIRECT}


# ---- nothing goes wrong ------------------------------------------------------------------------


@both_widths
@every_page
def test_nothing_is_asked_elsewhere_and_nothing_complains(visit, name):
    assert visit.heard == []


@both_widths
@every_page_with_figures
def test_the_page_does_not_jump_when_charts_come_alive(visit, name):
    for before, after in zip(visit.still, visit.alive, strict=True):
        for side in ("top", "width", "height"):
            assert abs(before[side] - after[side]) <= 1, f"{before['name']}: {side} changed"


@every_page
def test_a_strict_policy_is_declared(soup, name):
    policy = soup(name).find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    rules = {rule.split()[0]: set(rule.split()[1:]) for rule in policy.split(";")}
    assert rules["default-src"] == {"'none'"}
    assert rules["script-src"] == rules["connect-src"] == rules["font-src"] == {"'self'"}


# ---- everybody sees it -------------------------------------------------------------------------


SIZES = "probe.figures().map(({ name, width, height }) => [name, width, height])"


@pytest.mark.parametrize("width", [1280, 360])
@every_page_with_figures
def test_figures_are_there_without_javascript(without_scripts, name, width):
    page = without_scripts["light"]
    page.set_viewport_size({"width": width, "height": 900})
    for figure in page.evaluate("probe.figures()"):
        assert figure["width"] > 100 and figure["height"] > 50, figure["name"]
        assert figure["marks"] >= 1, f"{figure['name']} has no mark"
    assert page.locator(".chart-controls:visible").count() == 0


@both_widths
@every_page_with_figures
def test_live_pictures_are_as_large_as_the_still_ones(visit, without_scripts, name):
    still = without_scripts["light"]
    still.set_viewport_size({"width": visit.width, "height": 900})
    assert visit.page.evaluate(SIZES) == still.evaluate(SIZES)


@pytest.mark.parametrize("width", [360, 320])
@every_page
def test_nothing_scrolls_sideways(phone, name, width):
    phone.page.set_viewport_size({"width": width, "height": 900})
    assert phone.page.evaluate("document.scrollingElement.scrollWidth") <= width
    phone.page.set_viewport_size({"width": phone.width, "height": 900})


@both_widths
@every_chapter
def test_no_line_of_code_is_cut_or_scrolls(visit, name):
    cut = "pre => pre.filter((p) => p.scrollWidth > p.clientWidth + 1).map((p) => p.textContent)"
    assert visit.page.locator("main pre").evaluate_all(cut) == []


@both_widths
@every_page
def test_everything_stands_out_from_what_is_behind_it(visit, name):
    assert visit.page.evaluate("probe.faint()") == []


@pytest.mark.parametrize("width", [1280, 360])
@both_themes
@every_page
def test_everything_stands_out_in_still_pictures_too(without_scripts, name, theme, width):
    page = without_scripts[theme]
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("probe.faint()") == []


@both_themes
def test_the_look_has_contrast(reader, theme):
    tokens = reader.open(CHAPTERS[0], theme=theme).evaluate("probe.tokens()")
    assert {name: ratio for name, ratio in tokens.items() if ratio < 4.5} == {}


@both_widths
@every_page
def test_axe_finds_no_serious_barrier(visit, name):
    """Contrast is left to the tests above, which also look into pictures."""
    page = visit.page
    page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    serious = [
        f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


@every_page
def test_pictures_and_controls_have_names(soup, name):
    page = soup(name)
    for picture in page.select("svg:not([aria-hidden=true], [aria-hidden=true] svg)"):
        assert picture.get("role") == "img" and len(picture["aria-label"]) > 3
    for image in page.select("img"):
        assert image.get("alt") is not None, image
    for control in page.select("[data-signal]"):
        name_of = page.find("label", {"for": control["id"]}) or control.find("legend")
        assert name_of.get_text(strip=True)
    for figure in page.select("figure"):
        assert figure.select_one("figcaption").get_text(strip=True)


@every_page
def test_the_head_tells_what_the_page_is(site, soup, name):
    page = soup(name)
    assert page.html["lang"] == "en"
    assert len(page.title.get_text()) > 5
    assert len(page.find("meta", {"name": "description"})["content"]) > 5
    assert (site / name).parent.joinpath(page.find("link", rel="icon")["href"]).is_file()
    assert len(page.select("h1")) == 1


def test_titles_tell_pages_apart(soup):
    titles = [soup(name).title.get_text() for name in PAGES]
    assert len(set(titles)) == len(titles)


# ---- figures answer ----------------------------------------------------------------------------

MOVED_BY_KEYS = "input[data-signal]:enabled, select[data-signal]:enabled"
"""What one key moves; the buttons of stages are tested on the lively book."""
FORWARD = {"range": "ArrowRight", "select": "ArrowDown", "checkbox": "Space"}
BACK = {"range": "ArrowLeft", "select": "ArrowUp", "checkbox": "Space"}
ENDS = {"range": ("Home", "End"), "select": ("Home", "End"), "checkbox": ("Space", "Space")}


def kind_of(control):
    return control.evaluate("c => c.type === 'select-one' ? 'select' : c.type")


def is_at_its_end(control):
    return control.evaluate(
        "c => c.type === 'range' ? c.value === c.max : c.selectedIndex === c.length - 1"
    )


def drawn(picture):
    """Return what a picture consists of, in whatever order it was drawn."""
    picture = re.sub(r"<clipPath.*?</clipPath>", "", picture)  # kept for what is there no more
    return sorted(re.findall(r"<(?:path|line|text|rect|image)[^>]*>[^<]*", picture))


def press(chart, control, key):
    """Press a key on a control and return the chart's picture once it is at rest."""
    control.press(key)
    return chart.evaluate("probe.settled")


def rounds(page):
    """Give the live charts with their first controls, then those with a second, and so on.

    Charts do not know of each other: what one control of each does is seen in one wait for all.
    """
    charts = [
        (chart, chart.query_selector_all(MOVED_BY_KEYS))
        for chart in page.query_selector_all(".chart-live")
    ]
    for place in range(max((len(controls) for _, controls in charts), default=0)):
        yield [(chart, controls[place]) for chart, controls in charts if len(controls) > place]


def at_rest(page, charts):
    """Return the pictures of charts once all are at rest."""
    return page.evaluate("charts => Promise.all(charts.map(probe.settled))", charts)


@every_page_with_figures
def test_pointers_hit_marks_on_a_phone(phone, name):
    page = phone.page
    tooltip = page.locator(".tooltip")
    for chart in page.locator(".chart-live").all():
        chart.evaluate("c => c.scrollIntoView({block: 'center', behavior: 'instant'})")
        chart.evaluate("probe.settled")  # what was out of sight is drawn a frame later
        points = chart.evaluate("c => probe.tooltipPoints(c)")
        if points is None:
            continue
        figure = chart.evaluate("c => c.closest('figure').id")
        assert points, f"{figure}: no mark with a tooltip can be hit"
        page.mouse.move(*points[len(points) // 2], steps=2)
        tooltip.wait_for(state="visible")
        assert tooltip.inner_text().strip(), figure
        box = tooltip.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360, f"{figure}: its tooltip is cut"
        page.mouse.move(1, 1)
        tooltip.wait_for(state="hidden")


@both_widths
@every_page_with_figures
def test_each_control_moves_its_figure_by_keyboard(visit, name):
    page = visit.page
    for moved in rounds(page):
        charts = [chart for chart, _ in moved]
        keys = []
        for _, control in moved:
            there, back = FORWARD[kind_of(control)], BACK[kind_of(control)]
            at_end = kind_of(control) != "checkbox" and is_at_its_end(control)
            keys.append((back, there) if at_end else (there, back))
        before = at_rest(page, charts)
        for (_, control), (there, _) in zip(moved, keys, strict=True):
            control.press(there)
        after = at_rest(page, charts)
        for i, (chart, control) in enumerate(moved):
            label, (there, back) = control.get_attribute("id"), keys[i]
            if after[i] == before[i]:  # a figure may begin where this control is mute
                press(chart, control, back)
                press(chart, chart.query_selector(MOVED_BY_KEYS), "End")
                before[i] = chart.evaluate("probe.settled")
                assert press(chart, control, there) != before[i], f"{label} changes nothing"
            control.press(back)
        for (_, control), old, new in zip(moved, before, at_rest(page, charts), strict=True):
            label = control.get_attribute("id")
            assert drawn(new) == drawn(old), f"{label}: there and back is not where it was"
    assert visit.heard == []


@both_widths
@every_page_with_figures
def test_nothing_leaves_the_figure_at_either_end_of_a_control(visit, name):
    page = visit.page
    for end in (0, 1):
        for moved in rounds(page):
            for _, control in moved:
                kind, label = kind_of(control), control.get_attribute("id")
                control.press(ENDS[kind][end])
                if kind != "checkbox":
                    limit = control.evaluate(
                        "(c, end) => c.type === 'range' ? c.value === (end ? c.max : c.min)"
                        " : c.selectedIndex === (end ? c.length - 1 : 0)",
                        end,
                    )
                    assert limit, f"{label}: {ENDS[kind][end]} does not reach the end"
            at_rest(page, [chart for chart, _ in moved])
            for chart, control in moved:
                label = control.get_attribute("id")
                assert chart.evaluate("c => probe.outside(c)") == [], f"{label} at its end {end}"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= visit.width
    assert visit.heard == []


@every_chapter
def test_a_figure_keeps_its_state_when_the_page_becomes_narrow(desktop, name):
    page = desktop.page
    chart = page.locator(".chart-live:has(.chart-view.narrow):has([type=range])").first
    if not chart.count():
        pytest.skip("no figure with a slider is wider than a phone")
    slider = chart.locator("[type=range]").first
    press(chart, slider, "End")
    page.set_viewport_size({"width": 390, "height": 900})
    chart.locator(".chart-view.narrow svg:not(.handles)").first.wait_for()
    assert slider.evaluate("c => c.value === c.max")
    assert press(chart, slider, "Home") != press(chart, slider, "End")
    assert desktop.heard == []


@every_chapter
def test_pictures_stay_when_the_runtime_cannot_be_had(reader, name):
    page = reader.open(name)
    page.route("**/vega*.js", lambda route: route.abort())
    page.reload()
    page.evaluate(PROBES)
    page.evaluate("probe.open()")
    assert all(figure["marks"] for figure in page.evaluate("probe.figures()"))


# ---- the page's own tools ----------------------------------------------------------------------


def ground(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_theme_switch_works_and_is_remembered(browser, one_reader):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{one_reader.address}/{CHAPTERS[0]}")
    light = ground(page)
    page.locator(".theme-switch").press("Enter")
    dark = ground(page)
    assert dark != light
    page.goto(f"{one_reader.address}/{PAGES[0]}")
    assert ground(page) == dark
    page.locator(".theme-switch").click()
    page.reload()
    assert ground(page) == light
    context.close()


@every_page
def test_keyboard_readers_reach_the_text_first(plain, name):
    page = plain
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


@every_page
def test_print_has_only_the_text_and_its_figures(plain, name):
    page = plain
    page.emulate_media(media="print")
    for chrome in (
        ".top",
        ".contents",
        ".sections",
        ".turn",
        ".foot",
        ".chart-controls",
        ".copybtn",
    ):
        assert page.locator(f"{chrome}:visible").count() == 0, chrome
    assert ground(page) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.fold-solution:not([open])").count() == 0
    page.emulate_media(media="screen")


STEM = snowballstemmer.stemmer("porter").stemWord  # as the search does


@pytest.fixture(scope="module")
def words(soup):
    """Return the words of a page with their stems."""
    read = {}

    def of(name):
        if name not in read:
            text = soup(name).main.get_text(" ").lower()
            read[name] = {word: STEM(word) for word in set(re.findall(r"\b[a-z]{3,}\b", text))}
        return read[name]

    return of


@every_chapter
def test_search_finds_what_only_a_chapter_says(reader, words, name):
    others = {stem for page in PAGES if page != name for stem in words(page).values()}
    word = next(
        word
        for word, stem in sorted(words(name).items(), reverse=True)
        if len(word) >= 7 and not any(other.startswith(stem) for other in others)
    )
    page = reader.open(PAGES[0])
    page.locator("#search-top").fill(word)
    page.locator("#search-top").press("Enter")
    results = page.locator("#search-results ul.search li a")
    results.first.wait_for()
    found = {urlsplit(a.evaluate("a => a.href")).path.lstrip("/") for a in results.all()}
    assert found == {name}, word
    assert reader.heard == []


@every_chapter
def test_copy_buttons_copy_the_code(plain, name):
    page = plain
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("probe.open()")
    cells = page.locator(".cell_input .highlight")
    page.locator(".copybtn").first.wait_for(state="attached")
    assert page.locator(".cell_input .copybtn").count() == cells.count()
    for cell in (cells.first, cells.last):
        cell.locator(".copybtn").press("Enter")
        cell.locator(".copybtn.success").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.strip() == cell.locator("pre").inner_text().strip()


# ---- everything that is linked is there --------------------------------------------------------


@pytest.mark.parametrize("name", [*PAGES, REDIRECT])
def test_every_internal_link_leads_somewhere(site, soup, name):
    page = soup(name)
    targets = [a["href"] for a in page.select("a[href], link[href]")]
    targets += [s["src"] for s in page.select("[src]")]
    targets += [v["data-spec"] for v in page.select("[data-spec]")]
    targets += [m["content"].split("url=")[1] for m in page.select("meta[http-equiv=Refresh]")]
    here = (site / name).resolve()
    for target in targets:
        if urlsplit(target).scheme:
            continue
        path, anchor = urldefrag(unquote(target).split("?")[0])
        file = (here.parent / path).resolve() if path else here
        assert file.is_file(), f"{target} leads nowhere"
        if anchor:
            other = soup(file.relative_to(site.resolve()).as_posix())
            assert other.find(id=anchor), f"{target}: no such place in that page"


@every_page
def test_ids_are_unique(soup, name):
    ids = [element["id"] for element in soup(name).select("[id]")]
    assert sorted(i for i in set(ids) if ids.count(i) > 1) == []


@every_chapter
def test_the_chapter_can_be_had_as_a_notebook(site, soup, name):
    link = soup(name).select_one("a.download")["href"]
    file = (site / name).parent / link
    text = file.read_text(encoding="utf-8")
    nbformat.validate(nbformat.from_dict(json.loads(text)))
    source = notebooks.notebooks(ROOT)[name.removesuffix(".html")]
    ran = execution.last_run(ROOT, notebooks.read_notebook(source))
    told = downloads.told_numbers(ran)
    asked = re.findall(r"\{glue:text\}`([^`]+)`", source.read_text(encoding="utf-8"))
    assert asked and set(asked) <= set(told)
    assert all(json.dumps(told[key], ensure_ascii=False)[1:-1] in text for key in asked)
