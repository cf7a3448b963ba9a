"""How requests for this service are recognised and read, before router and contract.

Every accepted URL and spelling becomes one canonical operation with canonical keys; what breaks
the contract is noted for the journal, and answered in the agreement's own dialect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from siaksim.agreements.fields import FACE_ALIASES
from siaksim.agreements.texts import CODES, VARIANTS
from siaksim.contract.router import Match, NotFound, WrongMethod
from siaksim.contract.spec import Contract, Operation
from siaksim.contract.validate import Problem, breaches
from siaksim.services.base import Answer, Call
from siaksim.services.dukcapil import admission, face, messages
from siaksim.services.dukcapil.address import address_of, claims, operation_of
from siaksim.services.dukcapil.reading import BODY_MAX, canonical, parsed, said, spelt

if TYPE_CHECKING:
    from siaksim.agreements.model import Agreement
    from siaksim.world import World

SHAPES = (
    "POST /dukcapil/get_json/{area}/{institution}/{method}",
    "POST /dukcapil/get_json/{institution}/{method}",
    "POST /api/face-recognition/dukcapil/{credential id}/CALL_FR",
    "POST /databalik/api/store",
)
_FACE_KEYS = ("transactionId", "transactionSource", "customer_id", "image")
CORS = (("Access-Control-Allow-Origin", "*"),)


class DukcapilWire:
    """The way of this service's requests to its operations."""

    unreadable_statuses = frozenset({400, 413})

    def __init__(self, contract: Contract) -> None:
        self._operations: Mapping[str, Operation] = contract.operations

    def claims(self, path: str) -> bool:
        """Say whether a path (without world and client) is meant for this service."""
        return claims(path)

    def match(self, method: str, path: str, world: World) -> Match | NotFound | WrongMethod:
        """Return the operation of a request; any institution and method has one."""
        address = address_of(path)
        if address is None:
            return NotFound(SHAPES)
        if method != "POST":
            return WrongMethod(("POST", "OPTIONS"))
        named = world.agreements.at(address.key)
        agreement = world.agreements.get(named or "")
        operation, granted = operation_of(address, agreement)
        params = {
            "agreement": named or "",
            "area": address.area,
            "institution": address.institution,
            "method": address.method,
            "granted": "yes" if granted else "",
        }
        return Match(self._operations[f"dukcapil.{operation}"], params)

    def read(
        self, match: Match, headers: Mapping[str, str], query: str, body: bytes, world: World
    ) -> tuple[Mapping[str, Any], list[Problem]]:
        """Return the canonical body and every breach of the contract."""
        name = match.operation.name
        agreement = world.agreements.get(match.path_params["agreement"])
        if name not in ("dukcapil.call_fr", "dukcapil.usage_report") and len(body) > BODY_MAX:
            return {}, [Problem("body", f"is longer than {BODY_MAX} bytes", 413)]
        if agreement is not None and agreement.carrier == "query":
            body = b""
        data, unreadable = parsed(body, headers.get("content-type", ""), query)
        if unreadable is not None:
            return {}, [unreadable]
        validator = match.operation.bodies["application/json"]
        if name == "dukcapil.usage_report":
            return {"report": data}, breaches("body", validator, data)
        if name == "dukcapil.call_fr":
            found = canonical(data, agreement, FACE_ALIASES)
            found |= spelt(found, _FACE_KEYS)
            problems = breaches("body", validator, found)
            found, whole = face.unsealed(found, agreement)
            return found if whole else {**found, "sealed": True}, problems
        found = canonical(data, agreement)
        return found, breaches("body", validator, found)

    def open_query(self, match: Match, world: World) -> bool:
        """Say whether the agreement has everything in its query (observed in one city)."""
        agreement = world.agreements.get(match.path_params["agreement"])
        return agreement is not None and agreement.carrier == "query"

    def unrouted(self, found: NotFound | WrongMethod, path: str, now: float) -> Answer:
        """Return what a path or a method gets that no operation has."""
        if isinstance(found, NotFound):
            text = "No such operation. Paths here: " + "; ".join(found.nearby)
            return messages.spring_error(404, text, path, now)
        return messages.spring_error(405, "Request method not supported, use POST", path, now)

    def unreadable(self, call: Call, problems: list[tuple[str, str]], status: int) -> Answer:
        """Return what a body gets that cannot be read at all (assumed: Spring's own 400, 413)."""
        text = "; ".join(f"{where} {what}" for where, what in problems)
        return messages.spring_error(status, text, "/dukcapil", call.now)

    def refusal(
        self,
        call: Call,
        world: World,
        status: int,
        code: str,
        headers: tuple[tuple[str, str], ...],
    ) -> Answer:
        """Return an injected error: a code in the agreement's dialect, else an HTTP status."""
        answer = self._refusal(call, world, status, code)
        return self.dressed(replace(answer, headers=(*answer.headers, *headers)))

    def soft_error(self, call: Call, world: World, code: str) -> Answer:
        """Return this service's normal way to fail: HTTP 200, and a code (default: one of none).

        Code 02 has no known meaning, and 5000 is a busy server: neither says what is not true.
        """
        default = "5000" if call.operation.name == "dukcapil.call_fr" else "02"
        chosen = code if code.isdigit() else default
        return replace(self.refusal(call, world, 200, chosen, ()), status=200)

    def _refusal(self, call: Call, world: World, status: int, code: str) -> Answer:
        if not code.isdigit():
            return messages.spring_error(status, "", "/dukcapil", call.now)
        if call.operation.name == "dukcapil.call_fr":
            return face.refusal(call, face.spoken(code))
        if code not in CODES:
            return messages.spring_error(500, "", "/dukcapil", call.now)
        if call.operation.name == "dukcapil.usage_report":
            return messages.message(400, VARIANTS["new"][code])
        return admission.refusal(call, world.agreements.get(call.path["agreement"]), code)

    def dressed(self, answer: Answer) -> Answer:
        """Return an answer that a page of any origin may read."""
        return replace(answer, headers=(*answer.headers, *CORS))

    def preflight(self, headers: Mapping[str, str]) -> Answer:
        """Let any origin POST, with the headers that it asks for."""
        wanted = headers.get("access-control-request-headers") or "*"
        allowed = (
            *CORS,
            ("Access-Control-Allow-Methods", "POST, OPTIONS"),
            ("Access-Control-Allow-Headers", wanted),
            ("Access-Control-Max-Age", "600"),
        )
        return Answer(204, b"", "", allowed)


def client_of(call: Call, world: World) -> str:
    """Return who calls: a user of the agreement, else ''."""
    agreement: Agreement | None = world.agreements.get(call.path["agreement"])
    user = said(call.body, "user_id")
    return f"user.{user}" if agreement is not None and agreement.user(user) else ""
