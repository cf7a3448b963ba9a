"""How finite centres stand: queue, servers, the other offices, and what clients added."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from siaksim.core.centre import Centre
from siaksim.core.clock import office_text
from siaksim.core.tally import Row
from siaksim.edges.control import common
from siaksim.edges.control.common import arguments, json

capacity = Blueprint("capacity", __name__)
capacity.url_value_preprocessor(common.pull_world)


@capacity.get("/capacity")
def show_capacity() -> Response:
    """Show each finite service: queue, servers, goodput against offered, recovered or not."""
    arguments()
    world = common.world()
    services = {centre.terms.service: centre_dict(centre) for centre in world.centres}
    return json({"now": office_text(world.clock.now()), "services": services})


def centre_dict(centre: Centre) -> dict[str, Any]:
    """Return how a centre stands; rates are a client second over the last minute."""
    now, terms = centre.standing(), centre.terms
    ended, wait_s = now.trigger_ended, now.wait_s
    return {
        "servers": terms.servers,
        "busy": now.busy,
        "speed": round(now.speed, 4),
        "capacity": round(terms.capacity, 3),
        "places": terms.bound,
        "waiting": now.waiting,
        "wait_s": None if wait_s == float("inf") else round(wait_s, 3),
        "lately": {
            "offered": round(now.offered, 3),
            "calls": round(now.calls, 3),
            "goodput": round(now.goodput, 3),
            "refused": round(now.refused, 3),
            "wasted_share": round(now.wasted_share, 4),
            "amplification": round(now.amplification, 3),
        },
        "stall_ended": None if ended is None else office_text(ended),
        "recovered": now.recovered,
        "recovered_after_s": now.recovered_after_s,
        "others": _counts(centre.tally.whole()),
        "clients": {k: v for k, v in _counts(centre.own).items() if k not in ("well", "lost")},
        "dropped": centre.queue.dropped,
    }


def _counts(row: Row) -> dict[str, Any]:
    return asdict(row) | {
        "amplification": round(row.amplification, 3),
        "wasted_share": round(row.wasted_share, 4),
    }
