"""A kiosk that opens the oldest mail of an inbox, whatever came after it or its link answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from siaksim.example_clients.calling import Carrier
from siaksim.example_clients.clients import Client
from siaksim.example_clients.kiosk import Kiosk
from siaksim.example_clients.place import Place
from siaksim.example_clients.visit import Mailbox, Visit

from planted.bug import Bug, by_manners, device

AGAIN_S = 3.0


@dataclass(frozen=True)
class _OldestFirst:
    box: Mailbox

    def mails(self, address: str) -> Iterable[str]:
        return reversed(list(self.box.mails(address)))


class _OldLink(Visit):
    def _mail(self) -> tuple[str, str]:
        if self._dead:
            self.phone.carrier.sleep(AGAIN_S)
            self._dead.clear()
        return super()._mail()


class _Reads(Kiosk):
    def _visit(self, nik: str, given: dict[str, Any]) -> Visit:
        made = super()._visit(nik, given)
        box = _OldestFirst(made.mailbox)
        return _OldLink(made.citizen, made.phone, made.desk, box, made.direction, made.number)


def _make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
    own = device("kiosk", number, place, carrier, draws)
    return _Reads(own.caller, own.reception)


OLD_LINK = Bug(
    "old-link",
    "opens the old link of a mail that came twice, again and again",
    "kiosk",
    frozenset({"no_retry_on_permanent"}),
    _make,
    by_manners("kiosk"),
)
