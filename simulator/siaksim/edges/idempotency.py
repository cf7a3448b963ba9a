"""Idempotency-Key: one effect a key, whatever is repeated.

Scope is (world, operation, credential, key): the credential is the officer or the citizen's account
that a session is of, so that a new login repeats safely what an old session began; else the token.
The answer is kept with the commit, in one write, for `settings.idempotency_life_s` office seconds
(24 hours, assumed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from siaksim.journal.redact import digest
from siaksim.ledger.ledger import Kept
from siaksim.services.base import Answer, Call
from siaksim.services.problems import refusal
from siaksim.world import World


@dataclass(slots=True)
class Idempotency:
    """The guard of one call that carries a key."""

    scope: str
    body_hash: str
    inside: bool = False

    @classmethod
    def of(cls, call: Call, world: World) -> Idempotency | None:
        """Return the guard of a write with a key, or None."""
        key = call.headers.get("idempotency-key")
        if not key or call.operation.method in ("GET", "HEAD"):
            return None
        session = world.registry.sessions.get(call.bearer())
        owner = f"{session.nik} {session.owner}" if session is not None else ""
        credential = owner or call.headers.get("authorization", "")
        # Only a hash is kept: a scope is written to the ledger file, a credential never is.
        text = "\x1f".join([call.operation.name, credential, key])
        path = "\x1f".join(f"{k}={v}" for k, v in sorted(call.path.items()))
        return cls(digest(text.encode()), digest(path.encode() + b"\x00" + call.raw))

    def enter(self, world: World, now: float) -> Answer | None:
        """Return the answer that this call gets without running, or None to run it."""
        kept = world.ledger.kept.get(self.scope)
        if kept is not None and kept.until > now:
            if kept.body_hash != self.body_hash:
                return refusal(
                    422, "idempotency_mismatch", "This key was used with another request."
                )
            return Answer(kept.status, kept.body.encode(), kept.content_type)
        if self.scope in world.in_flight:
            return refusal(409, "request_in_progress", "A call with this key is not ended yet.")
        world.in_flight.add(self.scope)
        self.inside = True
        return None

    def kept(self, answer: Answer, now: float, world: World) -> Mapping[str, Kept] | None:
        """Return what is kept of an answer, to be committed with its changes."""
        if answer.status >= 400:
            return None  # a refusal that only counts a try is no effect: the key stays free
        until = now + world.settings.idempotency_life_s
        body = answer.body.decode("utf-8", "replace")
        return {self.scope: Kept(self.body_hash, answer.status, answer.content_type, body, until)}

    def leave(self, world: World) -> None:
        """End the call: the key is free for a repeat."""
        if self.inside:
            world.in_flight.discard(self.scope)
