"""From the many URL shapes to one address: area, institution, method. PURE.

Shapes are observed (domain.md 1.1), among them a gateway's prefix before `/dukcapil/`. The path of
the usage report is assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from siaksim.agreements.model import METHODS, Agreement, Granted

_LOOKUP = re.compile(
    r"(?:^|/)dukcapil/get_json/(?:(?P<area>[^/]+)/)?(?P<institution>[^/]+)/(?P<method>[^/]+)/?$"
)
_FACE = re.compile(
    r"(?:^|/)api/face-recognition/dukcapil/(?P<institution>[^/]+)/(?P<method>[^/]+)/?$"
)
_STORE = re.compile(r"(?:^|/)databalik/api/store/?$")
_OURS = re.compile(
    r"(?:^|/)(?:dukcapil/get_json|api/face-recognition/dukcapil|databalik/api)(?:/|$)"
)


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL says: kind (get_json, face, store), area ('' without), institution, method."""

    kind: str
    area: str
    institution: str
    method: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what an agreement is found by; names are matched in any case."""
        return self.kind, self.area, self.institution.lower()


def claims(path: str) -> bool:
    """Say whether a path (without world and client) is meant for this service."""
    return bool(_OURS.search(path))


def address_of(path: str) -> Address | None:
    """Return what a path says, or None when it is no address of this service."""
    if found := _LOOKUP.search(path):
        return Address("get_json", found["area"] or "", found["institution"], found["method"])
    if found := _FACE.search(path):
        return Address("face", "", found["institution"], found["method"])
    if _STORE.search(path):
        return Address("store", "", "", "store")
    return None


def operation_of(address: Address, agreement: Agreement | None) -> tuple[Granted, bool]:
    """Return the canonical operation of a method, and whether the agreement grants it.

    What is not granted has to be some operation, for faults to aim at: the one that its name
    says, or else the kind's plainest.
    """
    granted = agreement.grants(address.method) if agreement else None
    if granted is not None:
        return granted, True
    if address.kind != "get_json":
        return ("call_fr" if address.kind == "face" else "usage_report"), False
    named = METHODS.get(address.method.lower(), "call_nik")
    return (named if named not in ("call_fr", "usage_report") else "call_nik"), False
