"""Documents that the server gives away: an index page, contracts, the scenario schema."""

from __future__ import annotations

from html import escape
from typing import Any

import orjson
from flask import Blueprint, Response, current_app

from siaksim import __version__, data
from siaksim.contract.spec import document_of
from siaksim.core.clock import office_date
from siaksim.edges.control import common
from siaksim.edges.control.common import arguments

documents = Blueprint("documents", __name__)
documents.url_value_preprocessor(common.pull_world)

_NOT_LISTED = ("/__admin/worlds/<world>/", "/w/", "/__admin/panel/<", "/__admin/panel/_")

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>siaksim {version}</title>
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
td {{ padding: .15rem 1rem .15rem 0; vertical-align: top }} code {{ white-space: nowrap }}
</style></head>
<body>
<h1>siaksim {version}</h1>
<p>World <b>{world}</b>, scenario <b>{scenario}</b>: {story} Office time {now}.</p>
<p><a href="/__admin/panel/">The panel</a> shows and steers all of this.</p>
<h2>Contracts</h2>
<ul>{contracts}</ul>
<p><a href="schema">JSON Schema of scenario files</a>. Shipped scenarios: {scenarios}.</p>
<h2>Control API</h2>
<p>Each line also works for another world under <code>/__admin/worlds/&lt;world&gt;/</code>, and
the mailbox under <code>/w/&lt;world&gt;/mail/api/v1/</code>.</p>
<table>{routes}</table>
</body></html>
"""


@documents.get("/docs")
def docs() -> Response:
    """Show the index page."""
    arguments()
    world = common.world()
    routes = []
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: r.rule):
        if rule.rule.startswith(_NOT_LISTED) or rule.endpoint == "static":
            continue
        view = current_app.view_functions[rule.endpoint]
        said = (view.__doc__ or "").splitlines()[0]
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        routes.append(
            f"<tr><td><code>{methods} {escape(rule.rule)}</code></td><td>{escape(said)}</td></tr>"
        )
    contracts = "".join(
        f'<li><a href="openapi/{name}.json">{name}</a></li>' for name in data.contract_names()
    )
    page = _PAGE.format(
        version=__version__,
        world=escape(world.name),
        scenario=escape(world.scenario.name),
        story=escape(world.scenario.story),
        now=_minute(world.clock.now()),
        contracts=contracts,
        scenarios=", ".join(f"<code>{name}</code>" for name in data.scenario_names()),
        routes="\n".join(routes),
    )
    return common.text(page, "text/html; charset=utf-8")


def _minute(office: float) -> str:
    """Return office time to the minute, as people write it."""
    return f"{office_date(office):%Y-%m-%d %H:%M} WIB"


@documents.get("/schema")
def schema() -> Response:
    """Give the JSON Schema of scenario files."""
    arguments()
    return Response(data.schema_text(), content_type="application/schema+json")


@documents.get("/openapi/<service>.json")
def openapi(service: str) -> Response:
    """Give a service's OpenAPI contract as JSON, with this world as its server."""
    arguments()
    base_url = common.exchange().base_url(common.world()) or "/"
    document = {**document_of(data.contract_text(service)), "servers": [{"url": base_url}]}
    raw = orjson.dumps(document, default=_date, option=orjson.OPT_NON_STR_KEYS)
    return Response(raw, content_type="application/json")


def _date(value: Any) -> str:
    return str(value.isoformat())  # YAML reads an unquoted date as one
