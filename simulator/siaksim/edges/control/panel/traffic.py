"""Traffic: calls as they come, filtered and paged, and why this happened to one of them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, g, make_response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from siaksim.edges.control.panel.asking import Refused, ask, segment
from siaksim.edges.control.panel.charts import seconds_text
from siaksim.edges.control.panel.frame import page, panel, part
from siaksim.edges.control.panel.words import message

FILTERS = ("client", "operation", "subject", "fault", "outcome", "actors")
OUTCOMES = (
    ("", message("all")),
    ("trouble", message("trouble: failed, lost or open")),
    ("ok", message("done")),
    ("refused", message("refused (4xx)")),
    ("error", message("failed (5xx)")),
    ("lost", message("no answer")),
    ("open", message("still open")),
)
PAGE = 50
TARGETS = ("siak.*", "ikd.*", "mail.*", "dukcapil.*")
"""What may be typed as an operation, beside its whole name."""
ENDS = {
    "sent": message("the answer was sent"),
    "hang": message("nothing was sent, then the connection was closed"),
    "reset": message("the connection was reset"),
    "cut": message("the answer was cut short"),
    "garbage": message("something unreadable was sent"),
    "empty": message("an empty answer was sent"),
    "closed": message("the connection was closed without an answer"),
    "client_left": message("the client left before the answer"),
    "open": message("still open"),
}


@panel.get("/<world>/traffic")
def traffic(world: str) -> str:
    """Show calls, newest first."""
    return page("traffic", world, **_listed(world))


def _listed(world: str) -> dict[str, Any]:
    wanted = {name: request.args.get(name, "").strip() for name in FILTERS}
    before = request.args.get("before", "")
    problem = ""
    try:
        found = ask("calls", world, query={**wanted, "before": before, "limit": PAGE})
    except Refused as refusal:
        if refusal.status != 400:
            raise
        found, problem = {"count": 0, "calls": [], "next": None}, refusal.what
    given = {name: value for name, value in wanted.items() if value}
    for row in found["calls"]:
        row["took"] = seconds_text(row["took_s"])
        row["why"] = ", ".join(f["fault"] for f in row["faults"])
    older = urlencode({**given, "before": found["next"]}) if found["next"] else ""
    return {
        "wanted": wanted,
        "filtered": bool(given),
        "outcomes": OUTCOMES,
        "calls": found["calls"],
        "count": found["count"],
        "problem": problem,
        "first_page": not before,
        "older": older,
        "query": urlencode(given),
        "operations": TARGETS,
    }


@panel.get("/<world>/traffic/rows")
def traffic_rows(world: str) -> AnyResponse:
    """Show the list alone; 204 when nothing has come since `seen`."""
    listed = _listed(world)
    if request.args.get("seen", "") == str(listed["count"]):
        return Response(status=204)
    answer = make_response(part("rows", **listed, world=ask("", world)))
    if "seen" not in request.args:  # somebody changed the filter: the address tells it
        here = url_for("panel.traffic", world=world)
        answer.headers["HX-Replace-Url"] = f"{here}?{listed['query']}"
    return answer


@panel.get("/<world>/traffic/har")
def traffic_har(world: str) -> AnyResponse:
    """Give the calls that fit as an HTTP archive."""
    wanted = {name: request.args.get(name, "").strip() for name in FILTERS}
    answer = Response(
        orjson.dumps(ask("har", world, query=wanted)), content_type="application/json"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{world}.har"'
    return answer


@panel.get("/<world>/traffic/recording")
def traffic_recording(world: str) -> AnyResponse:
    """Give the run file of a recorded world, with which it is played again."""
    answer = Response(ask("recording", world), content_type="application/x-ndjson")
    answer.headers["Content-Disposition"] = f'attachment; filename="{world}.run.json"'
    return answer


@panel.get("/<world>/traffic/scenario")
def traffic_scenario(world: str) -> AnyResponse:
    """Give a stretch of the day as a scenario file."""
    asked = {name: request.args.get(name, "")[:5] for name in ("from", "until")}
    answer = Response(ask("span", world, query=asked), content_type="application/yaml")
    answer.headers["Content-Disposition"] = 'attachment; filename="saved.yaml"'
    return answer


@panel.get("/<world>/traffic/<identity>")
def call(world: str, identity: str) -> str:
    """Show one call: what was asked, what was decided and why, and how it ended."""
    found = ask(f"calls/{segment(identity)}", world)
    row, decided, end = found["call"], found["decided"], found["outcome"]
    standing = {fault["id"]: fault for fault in found["faults"]}
    reasons = [
        {**reason, "standing": standing.get(reason["fault"])} for reason in _reasons(decided)
    ]
    row["took"], row["asked"] = seconds_text(row["took_s"]), seconds_text(row["asked_s"])
    return page(
        "call",
        world,
        menu="traffic",
        call=row,
        decided=decided,
        end=end,
        ended=g.words.tell(ENDS.get(row["end"], row["end"])),
        reasons=reasons,
        why=why(row, decided),
        ledger=found["ledger"],
        other=found["other"],
        body=pretty(decided.get("body")),
        curl=curl(decided, found["base_url"]),
    )


def _reasons(decided: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(decided.get("faults", ()))


def why(row: Mapping[str, Any], decided: Mapping[str, Any]) -> str:
    """Return in a sentence why a call went as it did."""
    struck = ", ".join(f"{f['fault']} ({f['kind']})" for f in row["faults"])
    tell = g.words.tell
    if struck and decided.get("problems"):
        return str(tell("{faults} struck it, and it breaks the contract as well.", faults=struck))
    if struck:
        return str(tell("{faults} struck it, by the draw below.", faults=struck))
    if decided.get("problems"):
        return str(tell("No fault struck it: it breaks the contract, as is told below."))
    if row["outcome"] == "ok":
        return str(tell("No fault struck it: this is how the service answers on a good day."))
    if row["outcome"] == "open":
        return str(tell("No fault struck it: it is still being worked on."))
    return str(tell("No fault struck it: the service itself refused, by its rules."))


def pretty(value: Any) -> str:
    """Return JSON as people read it; '' of nothing."""
    return "" if value is None else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def curl(decided: Mapping[str, Any], base_url: str) -> str:
    """Return a call as a line for a terminal; what the journal hides stays hidden."""
    words = ["curl", "-i"]
    if decided["method"] != "GET":
        words += ["-X", decided["method"]]
    if key := decided.get("key"):
        words += ["-H", f"Idempotency-Key: {key if isinstance(key, str) else '(hidden)'}"]
    body = decided.get("body")
    if isinstance(body, dict) and set(body) == {"hidden", "size"}:
        words += ["--data-binary", f"@body-of-{body['size']}-bytes"]
    elif body is not None:
        words += ["-H", "Content-Type: application/json", "-d", orjson.dumps(body).decode()]
    return shlex.join([*words, base_url + _plain_path(decided["path"])])


def _plain_path(path: str) -> str:
    """Return the path on a world's base URL, which names the world already."""
    parts = path.split("/", 3)
    return f"/{parts[3]}" if path.startswith("/w/") and len(parts) == 4 else path
