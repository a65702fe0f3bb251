"""A real browser for tests and measurements, and the site served as a static host serves it.

``python -m tests.browser`` sees to it that there is a browser, as far as it may.
"""

import functools
import gzip
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbsrc.site.build.serve import QuietHandler

VARIABLE = "BOOK_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ADVICE = (
    "no Chromium or Chrome was found: install one (on Debian or Ubuntu: apt-get install chromium), "
    f"or give the path of one in the environment variable {VARIABLE}"
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PACKED = {".html", ".css", ".js", ".json", ".svg", ".ipynb", ".txt"}


def find() -> str | None:
    """Return the path of a Chromium, or None.

    ``BOOK_BROWSER`` decides where it is set; where it names no program, there is no browser.
    """
    named = os.environ.get(VARIABLE)
    found = (shutil.which(name) for name in ([named] if named else NAMES))
    return next((path for path in found if path), None)


@contextmanager
def launched(flags: Sequence[str] = ()) -> Iterator[Any]:
    """Start the browser, headless, with more flags, and give it as Playwright's ``Browser``.

    Raises ``ValueError`` saying what to do if there is none.
    """
    from playwright.sync_api import sync_playwright

    path = find()
    if path is None:
        raise ValueError(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield browser
        browser.close()


class GzipHandler(QuietHandler):
    """Serves files compressed as static hosts do, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        """Answer with a file, or with 404."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if path.suffix in PACKED:
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on 127.0.0.1, at a free port, and give the address, without a final slash."""
    handler = functools.partial(GzipHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def prepare() -> int:
    """Install Debian's browser where there is none and we may; else say how to get one."""
    if find():
        print(f"Browser for the tests: {find()}")
    elif VARIABLE in os.environ:
        print(f"{VARIABLE} is {os.environ[VARIABLE]!r}, which is no program that can be run")
    elif shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing the Debian package chromium for the browser tests ...", flush=True)
        install = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], install):
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")
        if not find():
            print(f"The browser tests will be skipped: {ADVICE}")
    else:
        print(f"The browser tests will be skipped: {ADVICE}")
    return 0


if __name__ == "__main__":
    sys.exit(prepare())
