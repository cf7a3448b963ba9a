"""What an operation is given and what it gives back. PURE.

An operation is a plain function (call, world) -> Answer. It reads the world's registry, changes
nothing, and asks for changes in its answer; the exchange commits them, all or none, before the
answer leaves. So a fault before the commit needs no undoing, and a lost answer is a commit
without a send.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from siaksim.ledger.entries import Change

if TYPE_CHECKING:
    from siaksim.contract.spec import Operation
    from siaksim.world import World

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has passed the contract.

    `body` is the parsed JSON or form (a mapping), or None; `raw` the bytes as sent. `headers`
    have lower-case names. `base_url` is where this client reaches this world, no slash at the
    end; `request` is the journal id; `peer` the address that the socket came from ('' in process).
    """

    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    media_type: str
    body: Any
    raw: bytes
    client: str
    request: str
    base_url: str
    now: float
    peer: str = ""
    prepared: Any = None
    """What a thread has computed for the operation beforehand, if it has one for that."""

    def bearer(self) -> str:
        """Return the Bearer token, or an empty text."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answers, and the changes that it asks for."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = field(default=())
    reason: str = ""  # the phrase after the status, when it is not the usual one
    server: str = ""
    code: str = ""  # what a refusal is called, for the journal
    items: tuple[Mapping[str, str], ...] = ()  # what came of a batch's items, for the journal


OperationFunction = Callable[[Call, "World"], Answer]


@dataclass(frozen=True, slots=True)
class OwnQuota:
    """How a service counts a quota's calls itself, and what it says when they are used up."""

    used_up: Callable[[Call, World, int], bool]
    status: int
    code: str


def json_answer(
    status: int,
    body: Mapping[str, Any],
    *changes: Change,
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """Return a JSON answer with the changes that it stands for."""
    return Answer(status, orjson.dumps(body), "application/json", headers, changes)


def problem(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    *changes: Change,
    headers: tuple[tuple[str, str], ...] = (),
    **extra: Any,
) -> Answer:
    """Return an RFC 9457 problem: stable `code`, Indonesian `title`, English `detail`."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    raw = orjson.dumps(body | extra)
    return Answer(status, raw, PROBLEM_TYPE, headers, changes, code=code)
