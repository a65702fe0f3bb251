"""Every page of the built site in a real browser: what readers of all kinds get from it."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat
import pytest
import snowballstemmer
from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup

from nbsrc.site.build import execution, notebooks
from nbsrc.site.pages import downloads
from tests.site.reader import PROBES

ROOT = Path(__file__).parents[2]
PAGES = [p.relative_to(ROOT).with_suffix(".html").as_posix() for p in notebooks.pages(ROOT)]
PAGES.append("search.html")
WITH_FIGURES = [f"{page}.html" for page in notebooks.notebooks(ROOT)]
CHAPTERS = [
    f"{page}.html"
    for page, path in notebooks.notebooks(ROOT).items()
    if "chapter" in notebooks.read_notebook(path).front_matter
]
REDIRECT = "index.html"

every_page = pytest.mark.parametrize("name", PAGES)
every_page_with_figures = pytest.mark.parametrize("name", WITH_FIGURES)
every_chapter = pytest.mark.parametrize("name", CHAPTERS)
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


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


@every_page
def test_nothing_is_asked_elsewhere_and_nothing_complains(reader, name):
    reader.awake(name)
    assert reader.heard == []


@pytest.mark.parametrize("width", [1280, 360])
@every_page_with_figures
def test_the_page_does_not_jump_when_charts_come_alive(reader, name, width):
    page = reader.open(name, width=width)
    waiting, released = [], threading.Event()
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
    assert page.evaluate("probe.wake(false)") == []
    for before, after in zip(still, page.evaluate("probe.boxes()"), strict=True):
        for side in ("top", "width", "height"):
            assert abs(before[side] - after[side]) <= 1, f"{before['name']}: {side} changed"


@every_page
def test_a_strict_policy_is_declared(soup, name):
    policy = soup(name).find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    rules = {rule.split()[0]: set(rule.split()[1:]) for rule in policy.split(";")}
    assert rules["default-src"] == {"'none'"}
    assert rules["script-src"] == rules["connect-src"] == rules["font-src"] == {"'self'"}


# ---- everybody sees it -------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
@every_page_with_figures
def test_figures_are_there_without_javascript(reader, name, width):
    page = reader.open(name, width=width, scripts=False)
    for figure in page.evaluate("probe.figures()"):
        assert figure["width"] > 100 and figure["height"] > 50, figure["name"]
        assert figure["marks"] >= 1, f"{figure['name']} has no mark"
    assert page.locator(".chart-controls:visible").count() == 0


@pytest.mark.parametrize("width", [360, 320])
@every_page
def test_nothing_scrolls_sideways(reader, name, width):
    page = reader.awake(name, width=width)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 390])
@every_chapter
def test_no_line_of_code_is_cut_or_scrolls(reader, name, width):
    page = reader.open(name, width=width)
    page.evaluate("probe.open()")
    cut = "pre => pre.filter((p) => p.scrollWidth > p.clientWidth + 1).map((p) => p.textContent)"
    assert page.locator("main pre").evaluate_all(cut) == []


@pytest.mark.parametrize("width", [1280, 390])
@every_page_with_figures
def test_live_pictures_are_as_large_as_the_still_ones(reader, name, width):
    page = reader.open(name, width=width)
    page.evaluate("probe.open()")
    sizes = "probe.figures().map(({ name, width, height }) => [name, width, height])"
    still = page.evaluate(sizes)
    page.evaluate("probe.wake()")
    assert page.evaluate(sizes) == still


@both_themes
@every_page
def test_everything_stands_out_from_what_is_behind_it(reader, name, theme):
    page = reader.open(name, theme=theme)
    page.evaluate("probe.open()")
    assert page.evaluate("probe.faint()") == []
    page.evaluate("probe.wake()")
    assert page.evaluate("probe.faint()") == []


@both_themes
def test_the_look_has_contrast(reader, theme):
    tokens = reader.open(CHAPTERS[0], theme=theme).evaluate("probe.tokens()")
    assert {name: ratio for name, ratio in tokens.items() if ratio < 4.5} == {}


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
@every_page
def test_axe_finds_no_serious_barrier(reader, name, theme, width):
    """Contrast is left to the test above, which also looks into pictures."""
    page = reader.awake(name, theme=theme, width=width, policy=False)
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


@pytest.mark.parametrize("width", [1280, 360])
@every_page_with_figures
def test_each_control_moves_its_figure_by_keyboard(reader, name, width):
    page = reader.awake(name, width=width)
    for chart in page.locator(".chart-live").all():
        for control in chart.locator(MOVED_BY_KEYS).all():
            kind, label = kind_of(control), control.get_attribute("id")
            there, back = FORWARD[kind], BACK[kind]
            if kind != "checkbox" and is_at_its_end(control):
                there, back = back, there
            before = chart.evaluate("probe.settled")
            if press(chart, control, there) == before:  # a figure may begin where this one is mute
                press(chart, control, back)
                press(chart, chart.locator(MOVED_BY_KEYS).first, "End")
                before = chart.evaluate("probe.settled")
                assert press(chart, control, there) != before, f"{label} changes nothing"
            again = press(chart, control, back)
            assert drawn(again) == drawn(before), f"{label}: there and back is not where it was"
    assert reader.heard == []


@pytest.mark.parametrize("width", [1280, 360])
@every_page_with_figures
def test_nothing_leaves_the_figure_at_either_end_of_a_control(reader, name, width):
    page = reader.awake(name, width=width)
    for chart in page.locator(".chart-live").all():
        for end in (0, 1):
            for control in chart.locator(MOVED_BY_KEYS).all():
                kind, label = kind_of(control), control.get_attribute("id")
                press(chart, control, ENDS[kind][end])
                if kind != "checkbox":
                    limit = control.evaluate(
                        "(c, end) => c.type === 'range' ? c.value === (end ? c.max : c.min)"
                        " : c.selectedIndex === (end ? c.length - 1 : 0)",
                        end,
                    )
                    assert limit, f"{label}: {ENDS[kind][end]} does not reach the end"
                assert chart.evaluate("c => probe.outside(c)") == [], f"{label} at its end {end}"
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert reader.heard == []


@every_page_with_figures
def test_pointers_hit_marks_on_a_phone(reader, name):
    page = reader.awake(name, width=360)
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


@every_chapter
def test_a_figure_keeps_its_state_when_the_page_becomes_narrow(reader, name):
    page = reader.awake(name)
    chart = page.locator(".chart-live:has(.chart-view.narrow):has([type=range])").first
    if not chart.count():
        pytest.skip("no figure with a slider is wider than a phone")
    slider = chart.locator("[type=range]").first
    press(chart, slider, "End")
    page.set_viewport_size({"width": 390, "height": 900})
    chart.locator(".chart-view.narrow svg:not(.handles)").first.wait_for()
    assert slider.evaluate("c => c.value === c.max")
    assert press(chart, slider, "Home") != press(chart, slider, "End")
    assert reader.heard == []


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
def test_print_has_only_the_text_and_its_figures(reader, name):
    page = reader.open(name, theme="dark")
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


def words(soup, name, shortest=3):
    text = soup(name).main.get_text(" ").lower()
    return set(re.findall(rf"\b[a-z]{{{shortest},}}\b", text))


@every_chapter
def test_search_finds_what_only_a_chapter_says(reader, soup, name):
    stem = snowballstemmer.stemmer("porter").stemWord  # as the search does
    others = {stem(w) for page in PAGES if page != name for w in words(soup, page)}
    word = next(
        w
        for w in sorted(words(soup, name, shortest=7), reverse=True)
        if not any(other.startswith(stem(w)) for other in others)
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
def test_copy_buttons_copy_the_code(reader, name):
    page = reader.open(name)
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


@every_page
def test_keyboard_readers_reach_the_text_first(reader, name):
    page = reader.open(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


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
