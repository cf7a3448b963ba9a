"""The usage report ("data balikan"): what an institution did with its look-ups.

Observed (domain.md 1.7): an array, a Bearer token, 200 `Success`, and a real 400 for a repeat.
The path and the answers to other mistakes are assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from siaksim.core.clock import office_date
from siaksim.ledger.entries import Change
from siaksim.services.base import Answer, Call
from siaksim.services.dukcapil.messages import message
from siaksim.world import World

SUCCESS = "Success"
REPEATED = "Data sudah pernah dikirim"
UNAUTHORIZED = "Unauthorized"  # assumed
INVALID = "Parameter Tidak Lengkap / Tidak Valid"  # assumed here


def usage_report(call: Call, world: World) -> Answer:
    """Take a report; what was reported before is refused whole, so nothing of it is kept."""
    name = call.path["agreement"]
    agreement = world.agreements.get(name)
    token = call.bearer()
    if agreement is None or not any(token == user.password for user in agreement.users):
        return message(401, UNAUTHORIZED)
    rows = list(_rows(call.body.get("report")))
    if not rows or None in rows:
        return message(400, INVALID)
    marks = [_mark(*row) for row in rows if row is not None]
    if len(set(marks)) < len(marks) or not world.registry.reported.isdisjoint(marks):
        return message(400, REPEATED)
    day = office_date(call.now).date().isoformat()
    change = Change("usage_reported", "-", {"agreement": name, "day": day, "marks": marks})
    return message(200, SUCCESS, change)


def _rows(report: Any) -> Iterator[tuple[str, str, str] | None]:
    """Give (institution, NIK, customer) of each row, None for each that has a wrong form."""
    if not isinstance(report, list):
        return
    for part in report:
        rows = part.get("data") if isinstance(part, Mapping) else None
        if not rows or not isinstance(rows, list) or not _text(part.get("id_lembaga")):
            yield None
            continue
        for row in rows:
            yield from _customers(_text(part["id_lembaga"]), row)


def _customers(institution: str, row: Any) -> Iterator[tuple[str, str, str] | None]:
    nik = _text(row.get("NIK")) if isinstance(row, Mapping) else ""
    listed = row.get("param") if isinstance(row, Mapping) else None
    if not nik or not listed or not isinstance(listed, list):
        yield None
        return
    for item in listed:
        customer = _text(item.get("CUSTOMER_ID")) if isinstance(item, Mapping) else ""
        yield (institution, nik, customer) if customer else None


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _mark(*row: str) -> str:
    """Return a row as a hash: the ledger need not keep whom an institution looked up."""
    return blake2b("\x1f".join(row).encode("utf-8", "replace"), digest_size=8).hexdigest()
