"""A good field kit that kills itself with SIGKILL: python dying_kit.py URL ADMIN FOLDER POINT.

Points are counted: just before and just after each transaction of its queue and each call. At the
given one it dies (0: never). Its own time runs a thousand times faster, so it never waits for long.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from siaksim.example_clients import reception
from siaksim.example_clients.clients import client
from siaksim.example_clients.field_queue import Queue
from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.place import Place
from siaksim.example_clients.sockets import Sockets

SPEED = 1000.0
DEADLINE_S = 30.0 * SPEED
"""Half a minute of the wall's: a busy machine is no reason to give up a call."""


def counted(work: Callable[..., Any], point: Callable[[], None]) -> Callable[..., Any]:
    """Return a step with a point before and a point after it."""

    def step(*given: Any, **more: Any) -> Any:
        point()
        found = work(*given, **more)
        point()
        return found

    return step


def main(url: str, admin: str, folder: str, dies_at: str) -> None:
    """Work until the day is over, or until death."""
    points = count(1)

    def point() -> None:
        if next(points) == int(dies_at):
            os.kill(os.getpid(), signal.SIGKILL)

    for kind, name in ((Queue, "_do"), (Sockets, "send")):
        setattr(kind, name, counted(getattr(kind, name), point))
    reception.PATIENCE_S = DEADLINE_S
    carrier = Sockets(SPEED)
    place = Place(
        base=url,
        admin_url=admin,
        work_url=f"{admin}/work",
        outcome_url=f"{admin}/outcomes",
        mailbox_url="",
        operator="petugas01",
        password="siaksim-petugas01",
        queues=folder,
    )
    client("field_kit", 1, place, carrier, replace(GOOD, deadline_s=DEADLINE_S, batch=2)).work()
    carrier.join()
    print(f"points: {next(points) - 1}")


if __name__ == "__main__":
    main(*sys.argv[1:])
