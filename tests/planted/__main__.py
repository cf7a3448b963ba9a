"""One of the planted clients over sockets, for `siaksim hunt` and `siaksim check`.

With PYTHONPATH=tests: `siaksim hunt --client counter -- python -m planted crash-on-502`, and with
`careful` after the name its careful twin.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback

from siaksim.example_clients.place import from_environment
from siaksim.example_clients.sockets import Sockets

from planted import BUGS, bug_named

CRASHED = 1


def main(name: str, manner: str = "careless") -> int:
    """Serve citizens until the day is over, as the bug has it or as its careful twin."""
    bug = bug_named(BUGS, name)
    place = from_environment(os.environ)
    carrier = Sockets(place.speed)
    signal.signal(signal.SIGTERM, lambda *_: carrier.close())
    threading.excepthook = _dies
    make = bug.careful if manner == "careful" else bug.careless
    make(1, place, carrier, os.urandom(8).hex()).work()
    carrier.join()
    carrier.hang_up()
    return 0


def _dies(crash: threading.ExceptHookArgs) -> None:
    """End the whole client with a thread that crashed."""
    traceback.print_exception(crash.exc_type, crash.exc_value, crash.exc_traceback)
    os._exit(CRASHED)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
