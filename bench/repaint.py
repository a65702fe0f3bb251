"""How quickly figures answer the hand: ``python -m bench.repaint``, for people.

For every control of every figure: milliseconds from the input event to the end of the repaint, the
median of several changes over the control's whole range, on a desktop (1280 pixels) and on a phone
(390 pixels, the processor slowed down four times). What is counted is work: the handling of the
event, and the frame from its beginning to the end of its painting; not the wait for the screen.
"""

import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbsrc.site.build.publishing import SITE, build
from tests import browser as browsers

ROOT = Path(__file__).parents[1]
TARGETS = {"desktop": 16.0, "phone": 60.0}
CHANGES = 9

_MEASURE = """async ([figure, signal, changes]) => {
  const chart = document.getElementById(figure).querySelector(".chart");
  const control = chart.querySelector(`[data-signal="${signal}"]`);
  let frame = performance.now(), next = 0;  // when the present frame began
  const tick = () => { frame = performance.now(); next = requestAnimationFrame(tick); };
  tick();
  const afterPaint = () => new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    requestAnimationFrame(() => channel.port2.postMessage(0));
  });
  const set = (share) => {
    if (control.type === "checkbox") control.checked = !control.checked;
    else if (control.tagName === "SELECT") {
      control.selectedIndex = (control.selectedIndex + 1) % control.options.length;
    } else {
      const [low, high] = [Number(control.min), Number(control.max)];
      control.value = low + (high - low) * share;
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const times = [];
  for (let i = 0; i <= changes; i += 1) {
    await afterPaint();
    let began = null;
    const drawn = new Promise((done) => {
      const watch = new MutationObserver(() => {
        began = frame;
        watch.disconnect();
        const channel = new MessageChannel();  // its message comes after this frame is painted
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
      });
      for (const view of chart.querySelectorAll(".chart-view")) {
        watch.observe(view, {
          subtree: true, childList: true, attributes: true, characterData: true,
        });
      }
      setTimeout(() => { watch.disconnect(); done(null); }, 400);
    });
    const start = performance.now();
    set((i * 0.381966) % 1);
    const handled = performance.now() - start;
    const end = await drawn;
    if (i > 0 && end !== null) times.push(handled + end - began);  // the first change warms up
  }
  cancelAnimationFrame(next);
  return times;
}"""


@dataclass(frozen=True)
class Repaint:
    """The median time of one control of a figure, in milliseconds, on one device."""

    figure: str
    control: str
    device: str
    median: float


def measure(browser: Any, address: str, page_name: str) -> list[Repaint]:
    """Return the times of every control of every live figure of a page, on both devices."""
    found = []
    for device, width, slower in (("desktop", 1280, 1), ("phone", 390, 4)):
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = context.new_page()
        page.goto(f"{address}/{page_name}.html", wait_until="load")
        for figure in page.evaluate(_FIGURES):
            page.evaluate(_WAKE, figure["id"])
            page.wait_for_selector(f"#{figure['id']} .chart[data-live]", timeout=20_000)
            wire = context.new_cdp_session(page)
            wire.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            for signal in figure["signals"]:
                times = page.evaluate(_MEASURE, [figure["id"], signal, CHANGES])
                if times:
                    median = statistics.median(times)
                    found.append(Repaint(figure["id"], signal, device, median))
            wire.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        context.close()
    return found


_FIGURES = """() => [...document.querySelectorAll("figure[id], div.figure[id], [id^='fig-']")]
  .filter((figure) => figure.querySelector(".chart-live"))
  .map((figure) => ({ id: figure.id,
    signals: [...figure.querySelectorAll(".chart-controls [data-signal]")]
      .map((control) => control.dataset.signal) }))"""

_WAKE = """(id) => {
  const chart = document.getElementById(id).querySelector(".chart");
  chart.scrollIntoView({ block: "center", behavior: "instant" });
  for (const kind of ["pointerover", "pointerdown", "pointerup", "focusin"]) {
    chart.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}"""


def report(found: list[Repaint]) -> str:
    """Return the times as a table, slowest figures first, and how many controls miss a target."""
    lines = []
    for device, target in TARGETS.items():
        here = sorted((r for r in found if r.device == device), key=lambda r: -r.median)
        late = [r for r in here if r.median > target]
        all_of = statistics.median(r.median for r in here) if here else 0.0
        lines.append(
            f"{device}: {len(here)} controls, median {all_of:.1f} ms; "
            f"{len(late)} over {target:.0f} ms"
        )
        lines += [f"  {r.median:6.1f} ms  {r.figure}  {r.control}" for r in here[:12]]
    return "\n".join(lines)


def main() -> int:
    """Build the book, measure every chapter that is named (or all), and print the report."""
    site = build(ROOT) if not (ROOT / SITE / "index.html").exists() else ROOT / SITE
    names = sys.argv[1:] or sorted(
        p.relative_to(site).with_suffix("").as_posix()
        for p in site.rglob("*.html")
        if "chart-live" in p.read_text(encoding="utf-8")
    )
    found = []
    with browsers.served(site) as address, browsers.launched() as browser:
        for name in names:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            found += measure(browser, address, name)
    print(report(found))
    (ROOT / "_build" / "repaint.json").write_text(json.dumps([vars(r) for r in found], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
