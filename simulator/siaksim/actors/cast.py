"""Whom siaksim plays in one world: citizens by NIK, and the officer. PURE."""

from __future__ import annotations

from siaksim.actors.base import Call, NotNowError
from siaksim.actors.citizen import Citizen, Direction
from siaksim.actors.officer import Officer
from siaksim.post import INBOX, Delivered
from siaksim.world import World

CITIZENS_MAX = 20_000
"""Citizens that one world plays: their number must not fill the memory."""


class Cast:
    """The actors of one world, as far as its `play` names them."""

    def __init__(self, world: World, call: Call) -> None:
        """`call` makes a call for an actor; mails of the world are noticed from now on."""
        self.world = world
        self.citizens: dict[str, Citizen] = {}
        # A world that was resumed has answers to earlier idempotency keys: no key comes twice.
        self._life = len(world.ledger.entries)
        self.officer = Officer(world, call, self._life)
        self._call = call
        world.on_mail.append(self.delivered)

    def walk_in(self, nik: str, direction: Direction = "shows_qr", email: str = "") -> Citizen:
        """Let a citizen walk in; NotNowError while an earlier visit goes on, or with too many."""
        earlier = self.citizens.get(nik)
        if earlier is not None and earlier.going:
            raise NotNowError(
                "this citizen is here already.",
                "Ask for where the citizen stands, or let another one walk in.",
            )
        if earlier is None and len(self.citizens) >= CITIZENS_MAX:
            raise NotNowError(f"a world plays {CITIZENS_MAX} citizens.", "Make another world.")
        visit = earlier.visit + 1 if earlier is not None else 1
        citizen = Citizen(self.world, self._call, nik, direction, email, visit, self._life)
        self.citizens[nik] = citizen
        return citizen

    def delivered(self, mail: Delivered) -> None:
        """Tell the citizen to whom a mail has come, if siaksim plays that one."""
        citizen = self.citizens.get(mail.registration.nik)
        seen = mail.mail.folder == INBOX
        if citizen is not None and citizen.email == mail.mail.to and seen:
            citizen.mailed()
