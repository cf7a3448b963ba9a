"""A counter that reads a gateway's 502 page as JSON, and dies of it."""

from __future__ import annotations

import json
from typing import Any

from siaksim.example_clients.calling import Caller, Carrier, Reply
from siaksim.example_clients.clients import Client
from siaksim.example_clients.counter import Counter
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import Place

from planted.bug import Bug, by_manners, device


class _Reads502(Caller):
    def once(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        reply = super().once(method, path, body, **more)
        if reply.status == 502:
            json.loads(reply.body)["message"]
        return reply


def _make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
    own = device("counter", number, place, carrier, draws, _Reads502)
    officer = Officer(own.caller, own.place.operator, own.place.password)
    return Counter(own.caller, officer, own.reception)


CRASH_ON_502 = Bug(
    "crash-on-502",
    "reads a gateway's 502 page as JSON, and crashes",
    "counter",
    frozenset({"crash"}),
    _make,
    by_manners("counter"),
)
