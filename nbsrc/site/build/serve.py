"""Serving the site on this machine, and building it again when its sources change."""

import functools
import http.server
import os
import threading
from collections.abc import Callable
from pathlib import Path

from nbsrc.site.build.publishing import SITE, BuildError, build

SOURCES = ("book", "nbsrc", "_config.yml", "_toc.yml", "requirements.txt")


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, without a log line for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve(root: Path, port: int, say: Callable[[str], None]) -> None:
    """Build the book, serve it on 127.0.0.1, and build again on every change until interrupted.

    A build that fails is reported; the last good site stays served. Raises ``ValueError`` if the
    port is taken.
    """
    from watchfiles import watch

    handler = functools.partial(QuietHandler, directory=str(root / SITE))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ValueError(f"port {port} cannot be served: {error.strerror}; try another") from None
    sources = [root / source for source in SOURCES if (root / source).exists()]
    changes = watch(*sources, rust_timeout=200, yield_on_timeout=True)
    next(changes)  # from here on no edit is missed
    _build(root, say)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    say(f"Serving {address} ; edit a chapter to rebuild, Ctrl-C to stop.")
    try:
        for changed in changes:
            if changed:
                _build(root, say)
    except KeyboardInterrupt:
        say("Stopped.")


def _build(root: Path, say: Callable[[str], None]) -> None:
    try:
        build(root, say)
    except (BuildError, OSError, ValueError) as error:
        say(f"error: {error}".replace(f"{root}{os.sep}", ""))
