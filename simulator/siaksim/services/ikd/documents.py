"""The digital documents in the app, and their QR codes for whoever wants to check them. PURE.

That the app shows a KTP-el, a family card and a QR code that dies after 90 s is observed
(domain.md section 3); which other documents it has, their fields and the answers to a relying
party are assumed. The app shows what SIAK holds: nothing of a document is stored here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from siaksim.ledger.entries import Change
from siaksim.ledger.registry import Registration
from siaksim.services.base import Answer, Call, OperationFunction, json_answer
from siaksim.services.dukcapil.record import record
from siaksim.services.ikd import rules
from siaksim.services.ikd.citizens import citizen
from siaksim.services.ikd.messages import VERIFIED
from siaksim.services.ikd.rules import Refusal
from siaksim.services.refusals import qr_life, refused, seconds_left

if TYPE_CHECKING:
    from siaksim.population.resident import Resident
    from siaksim.world import World

NO_STORE = (("Cache-Control", "no-store"),)
TITLES = {
    "ktp-el": "KTP-el Digital",
    "kk": "Kartu Keluarga",
    "akta-kelahiran": "Akta Kelahiran",
    "akta-perkawinan": "Akta Perkawinan",
}
"""Every kind of document, in the order in which the app lists them."""
CERTIFICATES = {"akta-kelahiran": "NO_AKTA_LHR", "akta-perkawinan": "NO_AKTA_KWN"}


def held(resident: Resident, world: World) -> dict[str, dict[str, Any]]:
    """Return a resident's documents by kind; who has no certificate, has no such document."""
    known = record(resident, world.seed, world.reference_date)
    found = {
        "ktp-el": {"number": resident.nik, "fields": _identity(known)},
        "kk": {"number": resident.kk, "fields": _family(resident, world)},
    }
    for kind, field in CERTIFICATES.items():
        if known[field]:
            found[kind] = {"number": known[field], "fields": {"Nama": resident.name}}
    return {
        kind: {"kind": kind, "title": title, "holder": resident.name, **found[kind]}
        for kind, title in TITLES.items()
        if kind in found
    }


def _identity(known: dict[str, Any]) -> dict[str, str]:
    return {
        "NIK": str(known["NIK"]),
        "Nama": known["NAMA_LGKP"],
        "Tempat/Tgl Lahir": f"{known['TMPT_LHR']}, {known['TGL_LHR']}",
        "Jenis Kelamin": known["JENIS_KLMIN"],
        "Gol. Darah": known["GOL_DARAH"] or "-",
        "Alamat": known["ALAMAT"],
        "RT/RW": f"{known['NO_RT']:03d}/{known['NO_RW']:03d}",
        "Kel/Desa": known["KEL_NAME"],
        "Kecamatan": known["KEC_NAME"],
        "Agama": known["AGAMA"],
        "Status Perkawinan": known["STATUS_KAWIN"],
        "Pekerjaan": known["JENIS_PKRJN"],
        "Kewarganegaraan": "WNI",
        "Berlaku Hingga": "SEUMUR HIDUP",
    }


def _family(resident: Resident, world: World) -> dict[str, str]:
    members = world.country.household(resident.kk)
    return {
        "No. KK": resident.kk,
        **{f"{number}. {m.relation}": m.name for number, m in enumerate(members, 1)},
    }


def documents(call: Call, world: World) -> Answer:
    """Give the documents of the citizen whose session it is."""
    found = citizen(call, world)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    resident = world.resident(found.nik)
    papers = held(resident, world) if resident is not None else {}
    return json_answer(200, {"documents": list(papers.values())}, headers=NO_STORE)


def document_qr(call: Call, world: World) -> Answer:
    """Show a new QR code of a document; it dies by time, by a newer one and with the account."""
    found = citizen(call, world)
    if isinstance(found, Refusal):
        return refused(found, world, call.now)
    resident, kind = world.resident(found.nik), call.path["kind"]
    if resident is None or kind not in held(resident, world):
        return refused(Refusal(404, "document_not_found"), world, call.now)
    papers = world.registry.papers
    number = papers.count(found.id, kind) + 1
    dies_at = call.now + qr_life(world)
    data = {"registration": found.id, "document": kind, "number": number, "dies_at": dies_at}
    body = {
        "payload": papers.payload(found.id, kind, number),
        "expires_in": seconds_left(world, dies_at, call.now),
    }
    change = Change("document_qr_shown", found.nik, data)
    return json_answer(201, body, change, headers=NO_STORE)


def verify_qr(call: Call, world: World) -> Answer:
    """Tell a relying party what a QR code is worth now; nothing changes by it."""
    payload = call.body["payload"]
    result, owner = _worth(payload, world, call.now)
    body: dict[str, Any] = {"result": result, "message": VERIFIED[result], "document": None}
    if owner is not None:
        shown = world.registry.papers.by_payload[payload]
        resident = world.resident(owner.nik)
        paper = held(resident, world)[shown.document] if resident is not None else {}
        told = {name: paper[name] for name in ("kind", "title", "number", "holder")}
        left = seconds_left(world, shown.dies_at, call.now)
        body["document"] = {**told, "expires_in": left}
    return json_answer(200, body, headers=NO_STORE)


def _worth(payload: str, world: World, now: float) -> tuple[str, Registration | None]:
    """Return the result, and whose document it is if it is genuine."""
    registry = world.registry
    shown = registry.papers.by_payload.get(payload)
    if shown is None:
        return "unknown", None
    owner = registry.registrations[shown.registration]
    if rules.account_of(registry, owner) is None:
        return "revoked", None  # dead for good: that says more than that its time is over
    newest = registry.papers.count(shown.registration, shown.document)
    if shown.number != newest or now >= shown.dies_at:
        return "expired", None
    return "genuine", owner


OPERATIONS: dict[str, OperationFunction] = {
    "ikd.documents": documents,
    "ikd.document_qr": document_qr,
    "ikd.verify_qr": verify_qr,
}
