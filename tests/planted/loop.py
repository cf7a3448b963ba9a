"""A counter that asks again, for as long as it takes, when a 200 has an error inside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from siaksim.example_clients.calling import Caller, Carrier, Reply
from siaksim.example_clients.clients import Client
from siaksim.example_clients.counter import Counter
from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import Place

from planted.bug import Bug, by_manners, device

AGAIN_S = 2.0


class _Loops(Caller):
    def once(self, method: str, path: str, body: Any = None, **more: Any) -> Reply:
        reply = super().once(method, path, body, **more)
        while reply.status == 200 and reply.code:
            self.carrier.sleep(AGAIN_S)
            reply = super().once(method, path, body, **more)
        return reply


def _make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
    manners = replace(GOOD, reads_errors=False)  # it reads them itself
    own = device("counter", number, place, carrier, draws, _Loops, manners)
    officer = Officer(own.caller, own.place.operator, own.place.password)
    return Counter(own.caller, officer, own.reception)


SOFT_ERROR_LOOP = Bug(
    "soft-error-loop",
    "asks again without end when a 200 has an error inside",
    "counter",
    frozenset({"retry_limit", "retry_budget", "retry_spacing", "retry_jitter"}),
    _make,
    by_manners("counter"),
)
