"""Clients by their kind: what runs them needs to know no more."""

from __future__ import annotations

from typing import Protocol

from siaksim.example_clients.calling import Caller, Carrier
from siaksim.example_clients.counter import Counter
from siaksim.example_clients.field_kit import FieldKit
from siaksim.example_clients.field_queue import IN_MEMORY, Queue
from siaksim.example_clients.kiosk import Kiosk
from siaksim.example_clients.manners import Manners
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import Place
from siaksim.example_clients.reception import Reception

KINDS = ("counter", "kiosk", "field_kit")


class Client(Protocol):
    """A program of the office."""

    def work(self) -> None:
        """Serve citizens until the day is over."""


def client(
    kind: str, number: int, place: Place, carrier: Carrier, manners: Manners, draws: str = ""
) -> Client:
    """Return the nth client (from 1) of a kind; `draws` seeds what it draws."""
    name = f"{kind}.{number}"
    own = place.device(name, number)
    caller = Caller(carrier, name, own.base, manners, draws=draws)
    reception = Reception(carrier, own, name)
    if kind == "kiosk":
        return Kiosk(caller, reception)
    if kind == "field_kit":
        file = f"{place.queues}/{name}.sqlite3" if place.queues and manners.keeps else IN_MEMORY
        officer = Officer(caller, own.operator, own.password)
        return FieldKit(caller, officer, reception, Queue(file))
    return Counter(caller, Officer(caller, own.operator, own.password), reception)
