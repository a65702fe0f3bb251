"""Opens pages in a real browser as readers of all kinds do, and hears what goes wrong in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import browser as browsers

PROBES = Path(__file__).with_name("probes.js").read_text(encoding="utf-8")


class Reader:
    """Opens pages of the site, and hears everything that goes wrong in them."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: dict[tuple[object, ...], Any] = {}
        self.heard: list[str] = []

    def open(
        self,
        name: str,
        *,
        width: int = 1280,
        theme: str = "light",
        scripts: bool = True,
        policy: bool = True,
        touch: bool = False,
        calm: bool = False,
    ) -> Any:
        """Return a page at the size and in the theme asked for; ``heard`` starts anew.

        ``touch`` gives a telephone with a finger, ``calm`` a reader who asked for less motion.
        """
        kind = (theme, scripts, policy, touch, calm)
        if kind not in self.contexts:
            self.contexts[kind] = self.browser.new_context(
                color_scheme=theme,
                java_script_enabled=scripts,
                bypass_csp=not policy,
                has_touch=touch,
                is_mobile=touch,
                reduced_motion="reduce" if calm else "no-preference",
            )
        page = self.contexts[kind].new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.set_default_timeout(10_000)
        self.listen(page)
        page.goto(f"{self.address}/{name}")
        page.evaluate(PROBES)
        return page

    def awake(self, name: str, *, opened: bool = True, **how: Any) -> Any:
        """Return a page in which every live chart runs and every fold is open.

        ``opened``: figures that wait for an answer are opened without one.
        """
        page = self.open(name, **how)
        assert page.evaluate("opened => probe.wake(opened)", opened) == [], (
            "charts that did not come alive"
        )
        return page

    def forget(self) -> None:
        """Close all pages."""
        for context in self.contexts.values():
            for page in context.pages:
                page.close()

    def listen(self, page: Any) -> None:
        """Begin a new list of what goes wrong, and have a page add to it."""
        self.heard = heard = list[str]()

        def hear(wrong: bool, what: str) -> None:
            if wrong:
                heard.append(what)

        page.on("console", lambda m: hear(m.type in ("error", "warning"), m.text))
        page.on("pageerror", lambda error: hear(True, f"page error: {error}"))
        page.on("request", lambda r: hear(self._is_foreign(r.url), f"asked {r.url}"))
        page.on("response", lambda r: hear(r.status >= 400, f"{r.status} for {r.url}"))

    def _is_foreign(self, url: str) -> bool:
        return not url.startswith((f"{self.address}/", "data:", "blob:"))


@contextmanager
def reading(browser: Any, site: Path) -> Iterator[Reader]:
    """Serve a site and give a reader of it."""
    with browsers.served(site) as address:
        yield Reader(browser, address)
