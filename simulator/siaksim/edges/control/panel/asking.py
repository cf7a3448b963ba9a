"""How the panel speaks with siaksim: by its control API, in this process, and in no other way.

A page asks what a program would ask, so a refusal says what, where and how, and nothing that the
panel shows or does is out of a script's reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson
from flask import current_app, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from siaksim.edges.control.common import ControlOptions


@dataclass
class Refused(Exception):
    """The control API's refusal: its problem document, and the status."""

    status: int
    problem: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What is wrong."""
        return str(self.problem.get("what", self.status))

    @property
    def where(self) -> str:
        """Where, or ''."""
        return str(self.problem.get("where", ""))

    @property
    def how(self) -> str:
        """How to mend it, or ''."""
        return str(self.problem.get("how", ""))


def segment(text: str) -> str:
    """Return a text as one segment of a path."""
    return quote(text, safe="")


def ask(
    part: str,
    world: str | None = None,
    *,
    method: str = "GET",
    query: Mapping[str, Any] | None = None,
    body: Any = None,
) -> Any:
    """Return what the control API says: JSON as it is, else bytes; Refused when it refuses.

    `part` is the path under the world's root, or under /__admin without a world.
    """
    root = "/__admin" if world is None else f"/__admin/worlds/{segment(world)}"
    options: ControlOptions = current_app.extensions["siaksim-options"]
    builder = EnvironBuilder(
        path=f"{root}/{part}" if part else root,
        method=method,
        query_string={k: str(v) for k, v in (query or {}).items() if v not in (None, "")},
        headers=[("X-Siaksim-Token", options.token)] if options.token else None,
        data=None if body is None else orjson.dumps(body),
        content_type=None if body is None else "application/json",
    )
    environ = builder.get_environ()
    environ["HTTP_HOST"] = request.host
    # A context of its own: `g` holds the world of the request that it belongs to.
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
        pieces, status_text, headers = run_wsgi_app(current_app.wsgi_app, environ, buffered=True)
    raw, status = b"".join(pieces), int(status_text.partition(" ")[0])
    is_json = "json" in headers.get("Content-Type", "") and "ndjson" not in headers["Content-Type"]
    found = orjson.loads(raw) if is_json and raw.strip() else raw
    if status >= 400:
        raise Refused(status, found if isinstance(found, dict) else {"what": status_text})
    return found
