"""What the journal says of a request: as it came in, as it was decided about, or turned away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siaksim.core.clock import office_text
from siaksim.core.facts import Facts
from siaksim.core.plan import Decision
from siaksim.journal.leaks import leaks
from siaksim.journal.redact import digest, redacted, redacted_path
from siaksim.services.base import Call
from siaksim.world import World


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came in: target is path and query; header names are lower-case.

    `peer` is the socket's other address, '' for a caller in this process; `link` is the site's
    line by which it came, '' for none.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    close: bool = False
    peer: str = ""
    link: str = ""


def decided_line(call: Call, facts: Facts, decision: Decision, world: World) -> dict[str, Any]:
    """Return what is said of a call before its first byte, and count the faults that strike."""
    line: dict[str, Any] = {
        "kind": "decided",
        "at": office_text(call.now),
        "id": call.request,
        "client": facts.client,
        "actor": facts.actor,
        "operation": facts.operation,
        "subject": world.journal_subject(facts.subject),
        "attempt": facts.attempt,
    }
    if facts.link:
        line["link"] = facts.link
    if isinstance(call.body, Mapping):
        line["body"] = redacted(call.body, world.issued)
    elif call.raw:
        line["body"] = {"hidden": digest(call.raw), "size": len(call.raw)}
    if key := call.headers.get("idempotency-key"):
        line["key"] = redacted(key, world.issued)
    if decision.reasons:
        line["faults"] = [
            {"fault": r.fault_id, "kind": r.kind, "layer": r.layer, "why": r.why}
            for r in decision.reasons
        ]
        counted, struck = world.counters.faults, world.counters.struck
        for reason in decision.reasons:
            counted[reason.kind] = counted.get(reason.kind, 0) + 1
            struck[reason.fault_id] = struck.get(reason.fault_id, 0) + 1
    return line


def sent_line(
    raw: Raw, problems: Sequence[tuple[str, str]], world: World, lane: str, open_query: bool
) -> dict[str, Any]:
    """Return what is said of a request's bytes; with `open_query` its query may hold secrets."""
    line: dict[str, Any] = {
        "lane": lane,
        "method": raw.method,
        "path": redacted_path(raw.target, world.issued),
        "body_size": len(raw.body),
    }
    if problems:
        line["problems"] = [list(p) for p in problems]
    target = raw.target.partition("?")[0] if open_query else raw.target
    if found := leaks(target, raw.headers):
        line["leaks"] = found
    return line


def unrouted_line(raw: Raw, status: int, client: str, world: World) -> dict[str, Any]:
    """Return what is said of a request that no operation takes: a wrong path or method."""
    line = {
        "kind": "unrouted",
        "at": office_text(world.clock.now()),
        "client": client or "anonymous",
        "method": raw.method,
        "path": redacted_path(raw.target, world.issued),
        "status": status,
    }
    return line | {"link": raw.link} if raw.link else line
