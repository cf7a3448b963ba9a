"""Citizens: find one, and follow the twelve steps across services, mail and faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, request

from siaksim.edges.control.panel.asking import Refused, ask, segment
from siaksim.edges.control.panel.frame import page, panel
from siaksim.edges.control.panel.sequence import sequence
from siaksim.edges.control.panel.words import message

FIELDS = ("ages", "area", "sex", "status")
STATUSES = ("normal", "deceased", "moved", "duplicate")
RECENT = 12
CALLS = 200
"""Calls of a citizen that a picture shows, the last ones."""
# The seed's twelve steps, and what the world knows a step by: an operation that was answered
# well, or an entry of the ledger.
STEPS = (
    (message("Install the app"), ("ikd.app_status",)),
    (message("Open it, Daftar"), ("ikd.app_status",)),
    (message("Agree to the terms"), ("ikd.terms", "registered")),
    (message("Data verified"), ("data_verified",)),
    (message("Selfie"), ("face_checked",)),
    (message("QR code with the officer"), ("scanned",)),
    (message("Code mailed"), ("mail_issued",)),
    (message("Mail opened, button pressed"), ("mail.activation_page",)),
    (message("Code and captcha entered"), ("activated",)),
    (message("Cek Status"), ("ikd.status",)),
    (message("Log in with the code"), ("logged_in",)),
    (message("IKD is active"), ("logged_in",)),
)


@panel.get("/<world>/citizens")
def citizens(world: str) -> str:
    """Find a citizen."""
    asked = {name: request.args.get(name, "").strip() for name in (*FIELDS, "nik")}
    found, problem, searched = [], "", any(asked.values())
    if searched:
        try:
            found = _found(world, asked)
        except Refused as refusal:
            if refusal.status not in (400, 404):
                raise
            problem = " ".join(filter(None, (refusal.what, refusal.how)))
    recent = [] if searched else _recent(world)
    return page(
        "citizens",
        world,
        asked=asked,
        found=found,
        problem=problem,
        searched=searched,
        recent=recent,
        known_statuses=_statuses(world),
    )


def _found(world: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    if asked["nik"]:
        return [ask(f"residents/{segment(asked['nik'])}", world)]
    query = {name: asked[name] for name in FIELDS}
    found: list[dict[str, Any]] = ask("residents", world, query=query | {"limit": 30})["residents"]
    return found


def _statuses(world: str) -> list[str]:
    """Return the statuses there are, from the control API's own words about a wrong one."""
    try:
        ask("residents", world, query={"status": "?", "limit": 1})
    except Refused as refusal:
        _, _, listed = refusal.how.partition("Known: ")
        return [word.strip(" .") for word in listed.split(",") if word.strip(" .")]
    return []


def _recent(world: str) -> list[dict[str, Any]]:
    """Return the residents whom calls were lately about."""
    rows = ask("calls", world, query={"limit": 1000})["calls"]
    seen: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["subject"].isdigit() and len(seen) < RECENT:
            seen.setdefault(row["subject"], row)
    found = []
    for nik, row in seen.items():
        try:
            found.append(ask(f"residents/{nik}", world) | {"seen": row["at"]})
        except Refused:  # of nobody here: a masked NIK
            continue
    return found


@panel.get("/<world>/citizens/<nik>")
def citizen(world: str, nik: str) -> str:
    """Show a citizen's way: the steps, and every call, entry and mail in order."""
    resident = ask(f"residents/{segment(nik)}", world)
    calls = ask("calls", world, query={"subject": nik, "limit": CALLS})
    entries = ask("ledger", world, query={"nik": nik})["entries"]
    mails = ask("post", world, query={"subject": nik, "limit": 100})["mails"]
    rows = list(reversed(calls["calls"]))
    return page(
        "citizen",
        world,
        menu="citizens",
        person=resident,
        steps=steps(rows, entries),
        drawn=sequence(rows, entries, mails, g.words),
        cut=calls["next"] is not None,
        entries=entries,
    )


def steps(
    rows: Sequence[Mapping[str, Any]], entries: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the twelve steps, each with whether it was made, as all before a made one were."""
    known = {entry["kind"] for entry in entries}
    known |= {row["operation"] for row in rows if row["outcome"] == "ok"}
    done = [bool(known & set(marks)) for _, marks in STEPS]
    last = max((n for n, made in enumerate(done) if made), default=-1)
    return [
        {"number": n + 1, "text": text, "done": n <= last, "next": n == last + 1}
        for n, (text, _) in enumerate(STEPS)
    ]
