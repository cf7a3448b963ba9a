"""What effects do to one call: the answer that is made, the waits, the bytes, the end.

`apply` runs before the first byte: it works out the answer and lets the operation commit, if it
is to run at all. `perform` waits and sends. Neither asks which fault an effect came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import shake_128
from typing import Any

from siaksim.core.clock import office_text
from siaksim.core.conditions import NORMAL, Conditions
from siaksim.core.effects import (
    AddHeaders,
    Cut,
    Drip,
    Effect,
    Empty,
    Garbage,
    Hang,
    LoseAnswer,
    Page,
    Reply,
    Reset,
    Retype,
    SoftError,
    Wait,
)
from siaksim.core.plan import Decision
from siaksim.edges import conn as connections
from siaksim.edges.answers import encode
from siaksim.edges.conn import Conn
from siaksim.edges.idempotency import Idempotency
from siaksim.edges.pages import answer_of
from siaksim.edges.wires import Wire
from siaksim.faults.pages import gateway_page
from siaksim.journal.redact import digest
from siaksim.services.base import PROBLEM_TYPE, Answer, Call
from siaksim.services.problems import refusal
from siaksim.services.soft import softened
from siaksim.world import World

_PLAIN_TYPES = ("application/json", PROBLEM_TYPE, "")
Operate = Callable[[bool], Answer]
"""Runs the operation and returns its answer; commits its changes if told to."""


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
    conditions: Conditions = NORMAL
    operate: Operate | None = None
    """Runs the operation, when a server has done the call."""
    done_at: float | None = None
    """Office time at which a server had done it; None: there is no queue."""
    queue: str = ""
    """What the outcome says of the queue."""
    items: tuple[Mapping[str, str], ...] = ()
    """What came of a batch's items, whether or not the client was told."""

    def refusal(
        self, status: int, code: str = "", headers: tuple[tuple[str, str], ...] = ()
    ) -> Answer:
        """Return a refusal in the service's own shape."""
        if self.wire is not None:
            # Such a wire knows codes of digits; our own problem codes mean nothing there.
            known = code if code.isdigit() else ""
            return self.wire.refusal(self.call, self.world, status, known, headers)
        return refusal(status, code, headers=headers)


# -- before the first byte -----------------------------------------------------------------


def apply(running: Running, operate: Operate) -> None:
    """Work out the answer, and commit what it stands for unless an effect forbids it."""
    touches: list[Retype | AddHeaders] = []
    for effect in running.decision.effects:
        if isinstance(effect, Wait):
            if not (effect.occupies and running.done_at is not None):  # then a server had it
                running.wait_s += effect.seconds
        elif isinstance(effect, Retype | AddHeaders):
            touches.append(effect)
        elif effect.ends:
            running.end = effect
    running.answer = _answer(running, operate)
    for touch in touches:
        running.answer = _touched(running.answer, touch)


def _answer(running: Running, operate: Operate) -> Answer:
    end = running.end
    if isinstance(end, Reply | Page):
        return _said(running, end)
    if isinstance(end, SoftError):
        if running.wire is not None:
            return running.wire.soft_error(running.call, running.world, end.code)
        return softened(refusal(end.status, end.code), running.call)
    if end is None or end.commits:
        answer = operate(True)
    elif isinstance(end, Cut | Garbage | Drip):
        answer = operate(False)  # what would have been said, had it been done
    else:
        answer = Answer(503)
    if isinstance(end, LoseAnswer) and end.how == "gateway_504":
        return running.refusal(504)  # as an error before the commit looks
    if isinstance(end, LoseAnswer) and end.how == "gateway_html":
        return _said(running, gateway_page(504))
    if isinstance(end, Empty) and end.status is not None:
        return Answer(end.status)
    if isinstance(end, Garbage) and end.body:
        return replace(answer, body=noise(end.key, end.size))
    return answer


def _said(running: Running, effect: Reply | Page) -> Answer:
    agent = running.call.headers.get("user-agent", "")
    return answer_of(effect, agent, running.world.clock, running.refusal)


def _touched(answer: Answer, touch: Retype | AddHeaders) -> Answer:
    if isinstance(touch, AddHeaders):
        return replace(answer, headers=(*answer.headers, *touch.headers))
    return replace(answer, content_type=touch.content_type) if answer.body else answer


def noise(key: int, size: int) -> bytes:
    """Return `size` bytes that depend on `key` alone, and that begin like no HTTP answer."""
    return b"\x15" + shake_128(str(key).encode()).digest(size - 1)


# -- the waits, the bytes, the end -----------------------------------------------------------


def perform(running: Running, conn: Conn) -> bool:
    """Wait, send or end the connection; return whether it may carry another call."""
    here = True
    if running.wait_s > 0:
        since = running.arrival if running.done_at is None else running.done_at
        here = _waits(running, conn, since, running.wait_s)
    if not here:
        conn.close()
        return finish(running, "client_left")
    return _ENDS.get(type(running.end), _send)(running, conn)


def _waits(running: Running, conn: Conn, since: float, seconds: float) -> bool:
    """Hold the call; False when the client has gone, or would have gone on an auto clock."""
    world, gives_up = running.world, None
    if running.deadline_s is not None:
        gives_up = running.arrival + world.clock.office_seconds(running.deadline_s)
    return connections.wait_client_seconds(conn, world, since, seconds, gives_up)


def _send(running: Running, conn: Conn) -> bool:
    sent = conn.send(_wire(running))
    return finish(running, "sent" if sent else "client_left", told=sent)


def _hang(running: Running, conn: Conn) -> bool:
    until = getattr(running.end, "until", None)
    fault = running.decision.reasons[-1].fault_id if running.decision.reasons else ""
    with running.world.book.held(fault, conn.release):
        here = connections.hang(conn, running.world, until, running.deadline_s)
    conn.close()
    return finish(running, "hang" if here else "client_left")


def _reset(running: Running, conn: Conn) -> bool:
    conn.reset()
    return finish(running, "reset")


def _lose(running: Running, conn: Conn) -> bool:
    how = getattr(running.end, "how", "")
    return {"hang": _hang, "reset": _reset}.get(how, _send)(running, conn)


def _cut(running: Running, conn: Conn) -> bool:
    cut = running.end
    assert isinstance(cut, Cut)
    sure, part = _parted(running)
    kept = round(len(part) * cut.share) if cut.size is None else cut.size
    sent = conn.send(sure + part[: max(0, min(kept, len(part) - 1))])
    if cut.how == "reset":
        conn.reset()
    else:
        conn.close()
    return finish(running, "cut" if sent else "client_left")


def _garbage(running: Running, conn: Conn) -> bool:
    garbage = running.end
    assert isinstance(garbage, Garbage)
    if garbage.body:
        sent = conn.send(_wire(running))
        return finish(running, "garbage" if sent else "client_left", told=sent)
    sent = conn.send(noise(garbage.key, garbage.size))
    conn.close()
    return finish(running, "garbage" if sent else "client_left")


def _drip(running: Running, conn: Conn) -> bool:
    drip = running.end
    assert isinstance(drip, Drip)
    sure, part = _parted(running)
    if not drip.commits:
        part = part[:-1]
    here = conn.send(sure) if sure else True
    for piece in _pieces(part, drip.size):
        here = here and _waits(running, conn, running.world.clock.now(), drip.every)
        here = here and conn.send(piece)
        if not here:
            conn.close()
            return finish(running, "client_left")
    if drip.commits:
        return finish(running, "sent", told=True)
    conn.close()
    return finish(running, "cut")


def _empty(running: Running, conn: Conn) -> bool:
    if getattr(running.end, "status", None) is None:
        conn.close()
        return finish(running, "closed")
    sent = conn.send(_wire(running))
    return finish(running, "empty" if sent else "client_left", told=sent)


_ENDS: dict[type[Any], Callable[[Running, Conn], bool]] = {
    Hang: _hang,
    Reset: _reset,
    LoseAnswer: _lose,
    Cut: _cut,
    Garbage: _garbage,
    Drip: _drip,
    Empty: _empty,
}


def _wire(running: Running) -> bytes:
    return encode(
        running.answer,
        running.call.request,
        running.world.clock.now() + running.conditions.skew_s,
        head=running.head,
        close=running.close,
    )


def _parted(running: Running) -> tuple[bytes, bytes]:
    """Return what is sent whole and what is not: head and body, or nothing and a bare head."""
    head, blank, body = _wire(running).partition(b"\r\n\r\n")
    return (head + blank, body) if body else (b"", head + blank)


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def finish(running: Running, end: str, *, told: bool = False) -> bool:
    """Journal the outcome; `end` says how the call ended, `told` that its status got out whole.

    Return as `perform` does.
    """
    world, answer = running.world, running.answer
    now = world.clock.now()
    line = {
        "kind": "outcome",
        "at": office_text(now),
        "id": running.call.request,
        "end": end,
        "status": answer.status if told else 0,
        "body_hash": digest(answer.body) if told else "",
        "body_size": len(answer.body) if told else 0,
        "entries": running.entries,
        "took_s": round(world.clock.client_seconds(now - running.arrival), 4),
    }
    if told:
        line |= _answered(answer)
    if running.wait_s:
        line["asked_s"] = round(running.wait_s, 4)
    if running.queue:
        line["queue"] = running.queue
    if running.items:
        line["items"] = [
            {**item, "nik": world.journal_subject(item["nik"])} for item in running.items
        ]
    try:
        world.journal.add(line)
    except OSError as error:
        disk_full(world, error)
    return told and not running.close


def _answered(answer: Answer) -> dict[str, str]:
    """Return what verdicts need of an answer beside its status: its code, Retry-After, type."""
    found = {"code": answer.code} if answer.code else {}
    if answer.content_type not in _PLAIN_TYPES:
        found["type"] = answer.content_type
    for name, value in answer.headers:
        if name.lower() == "retry-after":
            found["retry_after"] = value
    return found


def disk_full(world: World, error: OSError) -> Answer:
    """The simulator's own failure, marked so that it is never taken for an injected one."""
    world.counters.internal_errors += 1
    detail = f"siaksim could not write its own files: {error.strerror}. Free some space."
    return refusal(503, detail=detail, headers=(("Siaksim-Internal-Error", "1"),))
