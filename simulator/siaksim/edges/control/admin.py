"""Parts about one world: health, scenario, reset, ledger, journal, metrics."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, current_app

from siaksim import __version__, data
from siaksim.core.clock import office_text
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice, json, whole
from siaksim.edges.control.metrics import metrics_text
from siaksim.edges.control.shown import fault_dict, link_dict, world_dict
from siaksim.world import World
from siaksim.worlds import DEFAULT, world_fingerprint

admin = Blueprint("admin", __name__)
admin.url_value_preprocessor(common.pull_world)

SCENARIO_TEXT_MAX = 256 * 1024
"""Bytes of an inline scenario."""


@admin.get("/health")
def health() -> Response:
    """Say that the server answers, and how often it failed by itself."""
    arguments()
    world, all_worlds = common.world(), common.worlds()
    held = [w for name in all_worlds.names() if (w := all_worlds.get(name)) is not None]
    return json(
        {
            "status": "ok",
            "version": __version__,
            "world": world_dict(world),
            "worlds": len(held),
            "internal_errors": sum(w.counters.internal_errors for w in held),
            "base_url": common.exchange().base_url(world),
        }
    )


@admin.get("/scenario")
def show_scenario() -> Response:
    """Show the world's scenario and all of its faults."""
    arguments()
    return json(_scenario_dict(common.world()))


def _scenario_dict(world: World) -> dict[str, Any]:
    scenario = world.scenario
    return {
        "scenario": scenario.name,
        "story": scenario.story,
        "seed": world.seed,
        "start": office_text(scenario.start),
        "hours": dict(scenario.hours),
        "settings": scenario.settings.model_dump(mode="json"),
        "population": scenario.population_settings.identity(),
        "faults": [fault_dict(f) for f in scenario.faults],
        "shipped": data.scenario_names(),
    }


@admin.put("/scenario")
def change_scenario() -> Response:
    """Change faults and settings from now on: {name} of a shipped scenario, or {text}."""
    given = body("name", "text")
    world = common.planned_world()
    if len(given) != 1:
        raise ControlError(
            400, "give either `name` or `text`.", "body", 'Such as {"name": "siak-brownout"}.'
        )
    text = scenario_text(given)
    scenario = common.worlds().inline(text, str(given.get("name", "text")))
    return json(_scenario_dict(common.worlds().change_scenario(world.name, scenario, text)))


def scenario_text(given: dict[str, Any], key: str = "name") -> str:
    """Return the YAML of a scenario's name or inline text; a path is neither."""
    if "text" in given:
        text = given["text"]
        if not isinstance(text, str) or len(text.encode("utf-8", "replace")) > SCENARIO_TEXT_MAX:
            raise ControlError(400, f"`text` is YAML of at most {SCENARIO_TEXT_MAX} bytes.", "text")
        return text
    name = given[key]
    if not isinstance(name, str):
        raise ControlError(400, "a scenario's name is a text.", key)
    return data.scenario_text(name)


@admin.post("/reset")
def reset() -> Response:
    """Make the world anew, as it was when it was made."""
    body()
    return json(world_dict(common.worlds().reset(common.world().name)))


@admin.get("/links")
def links() -> Response:
    """List the sites' lines: where each is reached, what it is like now, who calls by it."""
    arguments()
    linking = current_app.extensions.get("siaksim-links")
    if linking is None or common.world().name != DEFAULT:
        return json({"engine": None, "broken": "", "https": None, "links": []})
    found = [link_dict(site) for site in linking.sites.values()]
    https = linking.direct and f"https://127.0.0.1:{linking.direct.port}"
    told = {"engine": linking.engine.name, "broken": linking.broken, "https": https}
    return json({**told, "links": found})


@admin.get("/ca")
def ca() -> Response:
    """Give the CA of the HTTPS ports in PEM, for clients to trust; 404 without --tls."""
    arguments()
    linking = current_app.extensions.get("siaksim-links")
    if linking is None or linking.certificates is None:
        raise ControlError(404, "this server speaks no TLS.", "ca", "Start it with --tls.")
    return common.text(linking.certificates.ca_pem, "application/x-pem-file")


@admin.get("/ledger")
def ledger() -> Response:
    """List the registry's changes: ?nik=&kind=&after=SEQ&limit=."""
    given = arguments("nik", "kind", "after", "limit")
    world = common.world()
    after = whole(given, "after", 0, 0, 2**53)
    limit = whole(given, "limit", 1000, 1, 10_000)
    found = [
        entry
        for entry in world.ledger.entries[after:]
        if given.get("nik", entry.nik) == entry.nik and given.get("kind", entry.kind) == entry.kind
    ]
    rows = [
        {**entry.as_dict(), "at": office_text(entry.at), "data": world.shown(entry)}
        for entry in found[:limit]
    ]
    return json({"total": len(found), "entries": rows})


@admin.get("/journal")
def journal() -> Response:
    """Give journal lines as NDJSON, or JSON by ?format=json; other arguments are filters."""
    filters = ("kind", "operation", "client", "subject", "id", "end", "status", "entry", "event")
    given = arguments("after", "limit", "format", *filters)
    world = common.world()
    shape = choice(given.get("format", "ndjson"), "format", ("ndjson", "json"))
    where = {name: given[name] for name in filters if name in given}
    after = whole(given, "after", 0, 0, 2**53)
    lines = world.journal.query(where, after, whole(given, "limit", 1000, 1, 100_000))
    if shape == "json":
        fingerprint = world_fingerprint(world)
        return json({"count": world.journal.count, "fingerprint": fingerprint, "lines": lines})
    raw = b"".join(orjson.dumps(line) + b"\n" for line in lines)
    return Response(raw, content_type="application/x-ndjson")


@admin.get("/metrics")
def metrics() -> Response:
    """Give counters in Prometheus' text format."""
    arguments()
    return common.text(
        metrics_text(common.world(), len(common.worlds().names())),
        "text/plain; version=0.0.4; charset=utf-8",
    )
