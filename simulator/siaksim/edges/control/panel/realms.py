"""Worlds: list, make, compare, begin anew, delete."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from siaksim.edges.control.panel.asking import Refused, ask, segment
from siaksim.edges.control.panel.frame import back_to, page, panel
from siaksim.edges.control.panel.words import message

ACTORS = ("citizen", "officer")
CLOCKS = ("real", "scaled", "manual", "auto")
NUMBERS = ("seed", "speed", "shorten")
TEXTS = ("name", "scenario", "clock", "from")
COMPARED = (
    ("scenario", message("Scenario")),
    ("seed", message("Seed")),
    ("requests", message("Calls")),
    ("entries", message("Ledger entries")),
    ("mails", message("Mails")),
    ("faults", message("Faults that struck")),
    ("fingerprint", message("Fingerprint")),
)


@panel.get("/<world>/worlds")
def realms(world: str) -> str:
    """List the worlds, with a form for another one."""
    return page("realms", world, **_state(world, {}, None))


def _state(world: str, typed: dict[str, Any], refusal: Refused | None) -> dict[str, Any]:
    listed = ask("worlds")["worlds"]
    names = [each["name"] for each in listed]
    chosen = [name for name in request.args.getlist("compare") if name in names][:2]
    where = refusal.where.rpartition(".")[2] if refusal else ""
    at_field = where in (*NUMBERS, *TEXTS, "play")
    return {
        "listed": listed,
        "shipped": ask("scenario", world)["shipped"],
        "clocks": CLOCKS,
        "actors": ACTORS,
        "typed": typed,
        "wrong": {where: _said(refusal)} if refusal and at_field else {},
        "problem": _said(refusal) if refusal and not at_field else "",
        "compared": _compared(chosen) if len(chosen) == 2 else None,
        "chosen": chosen,
    }


def _said(refusal: Refused) -> str:
    return " ".join(filter(None, (refusal.what, refusal.how)))


def _compared(names: list[str]) -> list[dict[str, Any]]:
    told = []
    for name in names:
        world = ask("", name)
        injected = ask("faults", name)["injected"]
        faults = ", ".join(f"{kind} {count}" for kind, count in injected.items())
        lived = ask("journal", name, query={"format": "json", "limit": 1})["fingerprint"]
        told.append({**world, "faults": faults or "-", "fingerprint": lived})
    return [
        {"title": title, "values": [t[key] for t in told], "same": told[0][key] == told[1][key]}
        for key, title in COMPARED
    ]


@panel.post("/<world>/worlds")
def make_realm(world: str) -> AnyResponse:
    """Make a world, and go to its day."""
    form = request.form
    typed: dict[str, Any] = {name: form.get(name, "").strip() for name in (*TEXTS, *NUMBERS)}
    body: dict[str, Any] = {name: typed[name] for name in TEXTS if typed[name]}
    for name in NUMBERS:
        if typed[name]:
            body[name] = _number(typed[name])
    typed["play"] = [actor for actor in ACTORS if actor in form.getlist("play")]
    body["play"] = typed["play"]
    typed["record"] = body["record"] = "record" in form
    try:
        made = ask("worlds", method="POST", body=body)
    except Refused as refusal:
        if refusal.status not in (400, 409):
            raise
        return AnyResponse(
            page("realms", world, **_state(world, typed, refusal)), 422, mimetype="text/html"
        )
    return back_to("day", made["name"])


def _number(text: str) -> Any:
    """Return what was typed as a number; what is none stays text, and the API says so."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


@panel.post("/<world>/worlds/reset")
def reset_realm(world: str) -> AnyResponse:
    """Begin a world anew."""
    ask("reset", request.form.get("name", ""), method="POST")
    return back_to("realms", world)


@panel.post("/<world>/worlds/delete")
def delete_realm(world: str) -> AnyResponse:
    """Delete a world."""
    name = request.form.get("name", "")
    ask(f"worlds/{segment(name)}", method="DELETE")
    return back_to("realms", "default" if name == world else world)
