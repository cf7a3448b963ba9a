"""A client that never finishes its request does not hold a place for ever."""

from __future__ import annotations

import re
import socket
import subprocess
import sys

import pytest

pytestmark = pytest.mark.live

# The limit is 20 s; the test's own server has a shorter one.
SERVER = """
import sys
from siaksim.edges import handler
handler.SENDING_LIMIT_S = 0.3
from siaksim.cli import main
sys.argv = ["siaksim", "serve", "--port", "0"]
main()
"""


@pytest.mark.parametrize(
    "raw",
    [
        b"POST /siak/v1/sessions HTTP/1.1\r\nHost:",
        b"POST /siak/v1/sessions HTTP/1.1\r\nContent-Length: 9\r\n\r\n{",
        b"POST /siak/v1/sessions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
    ids=["head", "body", "chunk"],
)
def test_a_request_that_does_not_come_in_whole_is_answered_408_and_closed(raw: bytes) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", server.stdout.readline())
        assert found
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=15) as sock:
            sock.sendall(raw)
            data = b""
            while chunk := sock.recv(65536):
                data += chunk
        assert data.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    finally:
        server.terminate()
        server.communicate(timeout=20)
