"""Mail: what became of each, and a mail as the citizen sees it, with a button that works."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from siaksim.edges.control.panel.asking import ask, segment
from siaksim.edges.control.panel.charts import seconds_text
from siaksim.edges.control.panel.frame import page, panel, part

PAGE = 50
BODY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail brings styles of its own and nothing else; its button opens a page beside the panel."""
_NEW_TAB = '<head><base target="_blank">'


@panel.get("/<world>/mail")
def mails(world: str) -> str:
    """Show every mail's way, newest first."""
    return page("mails", world, **_listed(world))


def _listed(world: str) -> dict[str, Any]:
    start = request.args.get("start", "0")
    found = ask("post", world, query={"start": start if start.isdigit() else 0, "limit": PAGE})
    for mail in found["mails"]:
        mail["took"] = _long(mail["took_s"])
    after = found["start"] + PAGE
    return {
        "mails": found["mails"],
        "total": found["total"],
        "start": found["start"],
        "older": after if after < found["total"] else None,
    }


def _long(seconds: float) -> str:
    return seconds_text(seconds) if seconds < 120 else f"{seconds / 60:.0f} min"


@panel.get("/<world>/mail/rows")
def mail_rows(world: str) -> AnyResponse:
    """Show the list alone."""
    return Response(part("mails", **_listed(world), world={"name": world}))


@panel.get("/<world>/mail/<identity>")
def mail(world: str, identity: str) -> str:
    """Show one mail as the citizen sees it."""
    found = ask(f"mail/message/{segment(identity)}", world)
    registration = identity.partition(".")[0]
    ways = ask("post", world, query={"limit": 1000})["mails"]
    way = next((w for w in ways if identity in w["ids"]), None)
    return page("letter", world, menu="mails", mail=found, way=way, registration=registration)


@panel.get("/<world>/mail/<identity>/body")
def mail_body(world: str, identity: str) -> AnyResponse:
    """Give a mail's own page, for a frame that may do nothing but open its link."""
    html = ask(f"mail/message/{segment(identity)}", world)["HTML"]
    answer = Response(html.replace("<head>", _NEW_TAB, 1), content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = BODY_POLICY
    return answer
