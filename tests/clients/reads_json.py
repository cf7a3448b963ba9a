"""A client that logs in and takes every answer for JSON: a gateway's page kills it. For hunts.

    python reads_json.py [FIFO]

With FIFO it waits for ever once it has died four times (told by the file `deaths`), and says so
there.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

DEATHS = Path("deaths")
ENOUGH = 4


def log_in() -> bytes:
    """Return what the log-in answers, b'' for nothing."""
    operator, password = os.environ["SIAKSIM_OPERATOR"], os.environ["SIAKSIM_PASSWORD"]
    body = json.dumps({"operator_id": operator, "password": password}).encode()
    url = f"{os.environ['SIAKSIM_SIAK_URL']}/sessions"
    try:
        with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=5) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        return error.read()
    except OSError:
        return b""


def main() -> None:
    died = DEATHS.read_text() if DEATHS.exists() else ""
    if len(sys.argv) > 1 and len(died) >= ENOUGH:
        Path(sys.argv[1]).write_text(f"{os.getpid()}")
        time.sleep(600)
    try:
        json.loads(log_in() or "{}")
    except ValueError:
        DEATHS.write_text(f"{died}x")
        raise


if __name__ == "__main__":
    main()
