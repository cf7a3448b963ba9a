"""What the tests of field kits share: captured items, and sending them in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from enrolment_desk import body_of
from services_harness import Office, Reply
from siaksim.core.clock import office_text
from siaksim.population.resident import Resident

Item = dict[str, Any]


class Kit:
    """One device in the field; `items` are what it has captured."""

    def __init__(self, office: Office, device: str = "kit-1") -> None:
        self.office = office
        self.device = device
        self.items: list[Item] = []

    def _captured(self, kind: str, ref: str | None, at: float | None, **what: Any) -> Item:
        moment = self.office.world.clock.now() if at is None else at
        reference = f"{self.device}-{len(self.items)}" if ref is None else ref
        item: Item = {"kind": kind, "captured_at": office_text(moment), **what}
        if reference:
            item["client_ref"] = reference
        self.items.append(item)
        return item

    def scan(self, payload: str, ref: str | None = None, at: float | None = None) -> Item:
        """Capture a scan; `ref` '' gives it no client_ref."""
        return self._captured("scan", ref, at, payload=payload)

    def record(
        self, resident: Resident, ref: str | None = None, at: float | None = None, **changed: Any
    ) -> Item:
        """Capture a whole recording."""
        body = body_of(self.office.world, resident.nik, **changed)
        return self._captured("enrolment", ref, at, enrolment=body)

    def sync(
        self, items: Sequence[Mapping[str, Any]] | None = None, operator: str = "petugas01"
    ) -> Reply:
        """Send items (all that were captured) as an officer who logs in for it."""
        body = {"device_id": self.device, "items": list(self.items if items is None else items)}
        return self.office.call("siak.sync", body, token=self.office.officer(operator))

    def results(self, items: Sequence[Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
        reply = self.sync(items)
        assert reply.status == 200
        found: list[dict[str, Any]] = reply.json["results"]
        assert [item["index"] for item in found] == list(range(len(found)))
        return found

    def result(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return self.results([item])[0]

    def conflicts(self, **query: str) -> list[dict[str, Any]]:
        token = self.office.officer()
        reply = self.office.call("siak.conflicts", query=query, token=token)
        found: list[dict[str, Any]] = reply.json["conflicts"]
        return found


def short(found: Mapping[str, Any]) -> tuple[str, str]:
    """Return a result, and the reason or code of what was not accepted."""
    return str(found["result"]), str(found.get("reason") or found.get("code") or "")
