"""What effects do to one call: the answer that is made, the waits, the bytes, the end.

`apply` runs before the first byte: it works out the answer and lets the operation commit, if it
is to run at all. `perform` waits and sends. Neither asks which fault an effect came from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from siaksim.core.clock import office_text
from siaksim.core.effects import Effect, Hang, LoseAnswer, Reply, Reset, Wait
from siaksim.core.plan import Decision
from siaksim.edges import conn as connections
from siaksim.edges.answers import encode
from siaksim.edges.conn import Conn
from siaksim.edges.idempotency import Idempotency
from siaksim.edges.wires import Wire
from siaksim.journal.redact import digest
from siaksim.services.base import Answer, Call
from siaksim.services.problems import refusal
from siaksim.world import World


@dataclass(slots=True)
class Running:
    """A call on its way: what was decided, and what will be sent."""

    world: World
    call: Call
    decision: Decision
    arrival: float
    answer: Answer
    end: Effect | None = None
    idempotency: Idempotency | None = None
    wait_s: float = 0.0
    entries: int = 0
    head: bool = False
    close: bool = False
    deadline_s: float | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)
    wire: Wire | None = None

    def refusal(
        self, status: int, code: str = "", headers: tuple[tuple[str, str], ...] = ()
    ) -> Answer:
        """Return a refusal in the service's own shape."""
        if self.wire is not None:
            return self.wire.refusal(self.call, self.world, status, code, headers)
        return refusal(status, code, headers=headers)


def apply(running: Running, operate: Callable[[], Answer]) -> None:
    """Work out the answer; `operate` runs the operation and commits its changes."""
    for effect in running.decision.effects:
        if isinstance(effect, Wait):
            running.wait_s += effect.seconds
        elif effect.ends:
            running.end = effect
    end = running.end
    if isinstance(end, Reply):
        running.answer = running.refusal(end.status, end.code, end.headers)
    elif end is None or end.commits:
        running.answer = operate()
        if isinstance(end, LoseAnswer) and end.how == "gateway_504":
            running.answer = running.refusal(504)  # as an error before the commit looks


def perform(running: Running, conn: Conn) -> bool:
    """Wait, send or end the connection; return whether it may carry another call."""
    world, end = running.world, running.end
    here = True
    if running.wait_s > 0:
        here = connections.wait_client_seconds(conn, world, running.arrival, running.wait_s)
    if not here:
        return finish(running, "client_left")
    holds = isinstance(end, Hang) or (isinstance(end, LoseAnswer) and end.how == "hang")
    if holds:
        until = getattr(end, "until", None)
        here = connections.hang(conn, world, until, running.deadline_s)
        conn.close()
        return finish(running, "hang" if here else "client_left")
    if isinstance(end, Reset) or (isinstance(end, LoseAnswer) and end.how == "reset"):
        conn.reset()
        return finish(running, "reset")
    data = encode(
        running.answer,
        running.call.request,
        world.clock.now(),
        head=running.head,
        close=running.close,
    )
    sent = conn.send(data)
    return finish(running, "sent" if sent else "client_left")


def finish(running: Running, end: str) -> bool:
    """Journal the outcome; `end` says how the call ended. Return as `perform` does."""
    world, answer = running.world, running.answer
    answered = end == "sent"
    now = world.clock.now()
    line = {
        "kind": "outcome",
        "at": office_text(now),
        "id": running.call.request,
        "end": end,
        "status": answer.status if answered else 0,
        "body_hash": digest(answer.body) if answered else "",
        "body_size": len(answer.body) if answered else 0,
        "entries": running.entries,
        "took_s": round(world.clock.client_seconds(now - running.arrival), 4),
    }
    try:
        world.journal.add(line)
    except OSError as error:
        disk_full(world, error)
    return answered and not running.close


def disk_full(world: World, error: OSError) -> Answer:
    """The simulator's own failure, marked so that it is never taken for an injected one."""
    world.counters.internal_errors += 1
    detail = f"siaksim could not write its own files: {error.strerror}. Free some space."
    return refusal(503, detail=detail, headers=(("Siaksim-Internal-Error", "1"),))
