"""Agreements of the Dukcapil data web service, as a part of the control API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from siaksim.agreements.model import Agreement
from siaksim.core.clock import office_date
from siaksim.edges.control import common
from siaksim.edges.control.common import arguments, json
from siaksim.world import World

agreements = Blueprint("agreements", __name__)
agreements.url_value_preprocessor(common.pull_world)


@agreements.get("/agreements")
def list_agreements() -> Response:
    """List the agreements: where to call, as whom, and what is left of today's quota."""
    arguments()
    world = common.world()
    return json({"agreements": [_shown(name, a, world) for name, a in world.agreements.items()]})


@agreements.get("/agreements/<name>")
def show_agreement(name: str) -> Response:
    """Show one agreement whole."""
    arguments()
    world = common.world()
    found = world.agreements.get(name)
    if found is None:
        raise common.unknown(name, world.agreements.names(), "agreement")
    whole = found.model_dump(mode="json", by_alias=True)
    return json(_shown(name, found, world) | {"terms": whole})


def _shown(name: str, agreement: Agreement, world: World) -> dict[str, Any]:
    base = common.exchange().base_url(world)
    return {
        "name": name,
        "about": agreement.about,
        "urls": {m: base + agreement.path(m) for m in agreement.methods},
        "users": [user.model_dump(mode="json") for user in agreement.users],
        "quota_left": _left(name, agreement, world),
    }


def _left(name: str, agreement: Agreement, world: World) -> dict[str, int]:
    """Return what is left today, by whose quota it is (the institution's or each user's)."""
    day = office_date(world.clock.now()).date().isoformat()
    used = world.registry.quota_used
    keys = (
        [f"{name}/{user.user_id}" for user in agreement.users]
        if agreement.quota_per == "user"
        else [name]
    )
    return {key: max(0, agreement.quota - used.get((key, day), 0)) for key in keys}
