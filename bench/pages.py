"""How heavy and how fast the book is: ``python -m bench.pages``, for people.

Pages are weighed in a browser with an empty cache, served with gzip, at 1280 × 900 pixels; bytes
are those on the wire, headers included. Builds are timed in a copy of the book.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nbsrc.site.build import execution, notebooks
from nbsrc.site.build.publishing import BuildError, build
from nbsrc.site.figures.node import MIME_TYPE
from tests import browser as browsers

KINDS = ("html", "css", "js", "fonts", "live", "other")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "_build", ".*_cache", ".hypothesis")
DEFAULT_PAGE = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, name: python3}
---
# A page with one chart

```{code-cell} ipython3
import json
from pathlib import Path
import altair as alt
alt.Chart.from_dict(json.loads(Path("chart.json").read_text()))
```
"""


@dataclass
class Weight:
    """What one page transfers (bytes by kind) and how long it takes (milliseconds)."""

    at_load: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    first_figure: int = 0
    first_paint: float = 0.0
    to_live: float | None = None
    foreign: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Bytes before the reader does anything."""
        return sum(self.at_load.values())


def kind_of(path: str) -> str:
    """Return what a file of a site is: one of ``KINDS``."""
    if "/vendor/vega/" in path or "/_figures/" in path:
        return "live"
    suffix = path.rsplit(".", 1)[-1]
    by_suffix = {"html": "html", "css": "css", "js": "js", "mjs": "js"}
    return by_suffix.get(suffix, "fonts" if suffix in ("woff2", "woff", "ttf") else "other")


def weigh(browser: Any, address: str, name: str) -> Weight:
    """Open a page with an empty cache, wait, then bring its first live figure into view."""
    weight = Weight()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    urls: dict[str, str] = {}
    arrived: list[tuple[str, int]] = []
    wire.on(
        "Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]})
    )
    wire.on(
        "Network.loadingFinished",
        lambda e: arrived.append((urls[e["requestId"]], int(e["encodedDataLength"]))),
    )
    page.goto(f"{address}/{name}", wait_until="load")
    page.wait_for_timeout(1500)
    for url, size in arrived:
        if url.startswith(address):
            weight.at_load[kind_of(urlsplit(url).path)] += size
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    weight.first_paint = page.evaluate(paint)
    before = len(arrived)
    if page.locator(".chart-live").count():
        weight.to_live = page.evaluate(_WAKE_FIRST)
        page.wait_for_timeout(300)
        weight.first_figure = sum(size for _, size in arrived[before:])
    known = (address, "data:", "blob:")
    weight.foreign = sorted({url for url in urls.values() if not url.startswith(known)})
    context.close()
    return weight


_WAKE_FIRST = """async () => {
  const chart = document.querySelector(".chart-live");
  if (chart.dataset.live) return null;
  const start = performance.now();
  chart.scrollIntoView({ block: "center", behavior: "instant" });
  while (!chart.dataset.live && performance.now() - start < 10000) {
    await new Promise(requestAnimationFrame);
  }
  return performance.now() - start;
}"""


def first_chart(root: Path, page: str, path: Path) -> dict[str, Any]:
    """Return the Vega-Lite spec of a chapter's first figure, from the execution cache."""
    for cell in execution.last_run(root, notebooks.read_notebook(path)).cells:
        for output in cell.get("outputs", []):
            for kind, data in output.get("data", {}).items():
                if MIME_TYPE.fullmatch(kind):
                    return dict(data)
    raise ValueError(f"{page} shows no chart")


def default_book(folder: Path, chart: dict[str, Any]) -> Path:
    """Build a one-page book with jupyter-book's own settings; return the folder of its pages."""
    (folder / "chart.json").write_text(json.dumps(chart), encoding="utf-8")
    (folder / "page.md").write_text(DEFAULT_PAGE, encoding="utf-8")
    (folder / "_config.yml").write_text("title: Default\nexecute:\n  execute_notebooks: force\n")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    start = "from jupyter_book.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, "build", str(folder)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise BuildError(f"the default book does not build: {done.stderr[-500:]}")
    return folder / "_build" / "html"


def time_builds(root: Path, folder: Path) -> tuple[float, float, list[str]]:
    """Build a copy of the book from nothing, and again after a sentence was added to a chapter.

    Returns both durations in seconds, and the lines of the first build that tell each chapter's.
    """
    copy = folder / "book"
    shutil.copytree(root, copy, ignore=LEFT_OUT)
    said: list[str] = []
    start = time.monotonic()
    build(copy, said.append)
    clean = time.monotonic() - start
    chapter = list(notebooks.notebooks(copy).values())[-1]
    with chapter.open("a", encoding="utf-8") as file:
        file.write("\nOne more sentence.\n")
    start = time.monotonic()
    build(copy, lambda _: None)
    return clean, time.monotonic() - start, [line for line in said if line.startswith("  ")]


def report(root: Path) -> None:
    """Measure, and print everything."""
    site = build(root)
    runs = notebooks.notebooks(root)
    with tempfile.TemporaryDirectory() as folder:
        page, path = list(runs.items())[-1]
        print(f"\nBuilding a default book with the first chart of {page} ...", flush=True)
        plain = default_book(Path(folder), first_chart(root, page, path))
        with browsers.launched() as browser:
            with browsers.served(site) as address:
                ours = {name: weigh(browser, address, f"{name}.html") for name in runs}
            with browsers.served(plain) as address:
                default = weigh(browser, address, "page.html")
    _print_weights(ours, default)
    with tempfile.TemporaryDirectory() as folder:
        print("\nTiming builds in a copy ...", flush=True)
        clean, again, chapters = time_builds(root, Path(folder))
    print("Seconds to run each chapter:", *chapters, sep="\n")
    print(f"A clean build:              {clean:6.1f} s   (target 240)")
    print(f"A build after a prose edit: {again:6.1f} s   (target 5)")


def _print_weights(ours: dict[str, Weight], default: Weight) -> None:
    head = ["html", "css", "js", "fonts", "live", "other", "at load", "default ÷ this"]
    head += ["first figure", "first paint", "near to live"]
    print(
        "\nKB on the wire, milliseconds.",
        f"{'page':<28}" + "".join(f"{h:>15}" for h in head),
        sep="\n",
    )
    for name, weight in [*ours.items(), ("a default page, one chart", default)]:
        cells = [f"{weight.at_load[kind] / 1000:.0f}" for kind in KINDS]
        cells += [f"{weight.total / 1000:.0f}", f"{default.total / weight.total:.1f}"]
        live = "at load" if weight.to_live is None else f"{weight.to_live:.0f}"
        cells += [f"{weight.first_figure / 1000:.0f}", f"{weight.first_paint:.0f}"]
        cells += ["-" if weight is default else live]
        print(f"{name[-28:]:<28}" + "".join(f"{c:>15}" for c in cells))
    print("'live' is the chart runtime and the charts that are in sight when the page opens.")
    print(
        "Targets: at load 200 KB without live, first figure 250 KB, nothing asked of another host."
    )
    for name, weight in ours.items():
        print(f"{name}: {len(weight.foreign)} requests to other hosts")
    print(f"the default page: {len(default.foreign)} requests to other hosts, not counted above:")
    for url in default.foreign:
        print(f"  {url}")


def main() -> int:
    """Report on the book in the working folder; return 0, or 1 after one clear message."""
    try:
        report(Path.cwd())
    except (BuildError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
