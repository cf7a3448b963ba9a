"""The mails of one world: what becomes of each on its way, and the mailboxes that they reach. PURE.

A mail's way is written in its ledger entry; here it is followed on the world's agenda.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from siaksim.core import chance
from siaksim.core.clock import office_text
from siaksim.ledger.entries import Entry
from siaksim.ledger.registry import Mail, Registration

if TYPE_CHECKING:
    from siaksim.world import World

INBOX = "inbox"
SPAM = "spam"
ANYWHERE = "anywhere"
FOLDERS = (INBOX, SPAM, ANYWHERE)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail that has reached its mailbox at office time `at`.

    `copy` counts the arrivals of this mail, `arrival` those of all mails, both from 1.
    """

    id: str
    registration: Registration
    mail: Mail
    at: float
    copy: int = 1
    arrival: int = 0


def mail_id(registration: str, number: int, copy: int = 1) -> str:
    """Return the mailbox id of a registration's nth mail; later copies have their number in it."""
    return f"{registration}.{number}" if copy == 1 else f"{registration}.{number}.{copy}"


class Post:
    """Follows each mail of a world, and keeps what has arrived by recipient."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._arrived: dict[str, Delivered] = {}
        self._by_recipient: dict[str, dict[str, Delivered]] = {}
        self._addresses = "\n"  # each in a line: a part of one is found at the speed of memory
        self._arrivals = 0
        self.listeners: list[Callable[[Delivered], None]] = []

    # -- the way ---------------------------------------------------------------------------

    def send(self, entry: Entry) -> None:
        """Put a mail on its way, as its ledger entry says."""
        registration = self._world.registry.registrations[entry.data["registration"]]
        mail = registration.mails[entry.data["number"] - 1]
        told = {"fault": mail.fault, "why": mail.why} if mail.fault else {}
        self.line(registration, mail, "queued", entry.at, **told)
        plan = self._world.agenda.plan
        if mail.deferred_at:
            plan(mail.deferred_at, partial(self._end, registration, mail, "deferred"))
        if mail.fate != "delivered":
            plan(mail.due_at, partial(self._end, registration, mail, mail.fate))
            return
        for copy, due in enumerate((mail.due_at, *mail.copies_at), start=1):
            plan(due, partial(self._deliver, registration, mail, due, copy))

    def _end(self, registration: Registration, mail: Mail, event: str) -> None:
        at = mail.deferred_at if event == "deferred" else mail.due_at
        told = {"reason": mail.said} if mail.said else {}
        self.line(registration, mail, event, at, fault=mail.fault, **told)

    def _deliver(self, registration: Registration, mail: Mail, at: float, copy: int) -> None:
        told: dict[str, Any] = {"fault": mail.fault} if mail.fault else {}
        told |= {"copy": copy} if mail.copies_at else {}
        told |= {"folder": mail.folder} if mail.folder != INBOX else {}
        self.line(registration, mail, "delivered", at, **told)
        self._arrivals += 1
        identity = mail_id(registration.id, mail.number, copy)
        delivered = Delivered(identity, registration, mail, at, copy, self._arrivals)
        self._arrived[delivered.id] = delivered
        self._box_of(mail.to.lower())[delivered.id] = delivered
        for listener in self.listeners:
            listener(delivered)

    def _box_of(self, address: str) -> dict[str, Delivered]:
        box = self._by_recipient.get(address)
        if box is None:
            box = self._by_recipient[address] = {}
            self._addresses += f"{address}\n"
        return box

    def line(
        self, registration: Registration, mail: Mail, event: str, at: float, **told: Any
    ) -> None:
        """Journal what became of a mail: never its address, its code or its link."""
        link = self._world.registry.link_token(registration.id, mail.number)
        self._world.journal.add(
            {
                "kind": "mail",
                "at": office_text(at),
                "subject": registration.nik,
                "event": event,
                "registration": registration.id,
                "number": mail.number,
                "hash": f"{chance.bits(self._world.seed, 'mail', link):016x}",
                **told,
            }
        )

    # -- the mailboxes ---------------------------------------------------------------------

    def __len__(self) -> int:
        """Count the mails that have arrived and were not deleted, in whatever folder."""
        return len(self._arrived)

    def get(self, identity: str) -> Delivered | None:
        """Return a mail that has arrived, by its id and in whatever folder."""
        return self._arrived.get(identity)

    def newest(self) -> Delivered | None:
        """Return the mail that came last to any inbox."""
        return next(_of(reversed(self._arrived.values()), INBOX), None)

    def box(self, folder: str = INBOX, to: str = "") -> list[Delivered]:
        """Return a folder's mails, newest first; `to`: those whose address contains this text."""
        if not to:
            return list(_of(reversed(self._arrived.values()), folder))
        boxes = [self._by_recipient[address] for address in self._containing(to.lower())]
        if len(boxes) == 1:
            return list(_of(reversed(boxes[0].values()), folder))
        found = _of((d for box in boxes for d in box.values()), folder)
        return sorted(found, key=lambda d: d.arrival, reverse=True)

    def _containing(self, part: str) -> Iterator[str]:
        """Yield the addresses that contain this text."""
        text = self._addresses
        at = text.find(part) if "\n" not in part else -1
        while at >= 0:
            end = text.index("\n", at)
            yield text[text.rindex("\n", 0, at) + 1 : end]
            at = text.find(part, end)

    def mine(self, address: str) -> list[Delivered]:
        """Return the mails in the inbox of one address, newest first."""
        return list(_of(reversed(self._by_recipient.get(address.lower(), {}).values()), INBOX))

    def delete(self, identities: Iterable[str]) -> None:
        """Delete mails by their ids; unknown ones are passed over."""
        for identity in identities:
            gone = self._arrived.pop(identity, None)
            if gone is not None:
                del self._by_recipient[gone.mail.to.lower()][identity]


def _of(mails: Iterable[Delivered], folder: str) -> Iterator[Delivered]:
    return (d for d in mails if folder in (ANYWHERE, d.mail.folder))
