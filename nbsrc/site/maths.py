"""Mathematics: KaTeX's rendering server, started so that a busy machine does not break a build.

``sphinxcontrib.katex`` gives its server five seconds, and connects as soon as the server's socket
exists, which is a moment before the server listens on it. Either breaks a build off under load.
"""

import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from sphinxcontrib import katex

PATIENCE = 60.0
"""Seconds to wait for the server to start, and for one formula."""


def start_server(rundir: Path, timeout: float) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the server in a folder and return it with a connection to it.

    Raises ``katex.KaTeXError`` if it does not answer within ``timeout`` seconds.
    """
    path = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=rundir)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and server.poll() is None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.01)
        else:
            return server, connection
    server.kill()
    raise katex.KaTeXServer.timeout_error(timeout)


def setup(app: Any) -> None:
    """Put the patient start in place, where there are such sockets."""
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = PATIENCE
    if hasattr(socket, "AF_UNIX"):
        katex.KaTeXServer.start_server_process = staticmethod(start_server)
