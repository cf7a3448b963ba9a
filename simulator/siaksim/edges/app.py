"""The Flask app: control API, mailbox, documents; and the mocked services under any WSGI server.

siaksim's own server answers mocked paths before this app sees them. Under somebody else's WSGI
server the app hands them to the same exchange.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from time import monotonic
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from siaksim.edges.control import common, guard
from siaksim.edges.control.acting import acting
from siaksim.edges.control.admin import admin
from siaksim.edges.control.agreements import agreements
from siaksim.edges.control.calls import calls
from siaksim.edges.control.capacity import capacity
from siaksim.edges.control.clock import clock
from siaksim.edges.control.collection import collection
from siaksim.edges.control.common import ControlError, ControlOptions, problem
from siaksim.edges.control.documents import documents
from siaksim.edges.control.enrolments import enrolments
from siaksim.edges.control.faults import faults
from siaksim.edges.control.judging import judging
from siaksim.edges.control.mailbox import mailbox
from siaksim.edges.control.outcomes import outcomes
from siaksim.edges.control.panel import panel
from siaksim.edges.control.people import people
from siaksim.edges.control.post import post
from siaksim.edges.control.replaying import replaying
from siaksim.edges.control.spans import spans
from siaksim.edges.control.watching import watching
from siaksim.edges.control.work import work
from siaksim.edges.exchange import BODY_LIMIT, Exchange
from siaksim.edges.pulses import Pulses
from siaksim.errors import UserError
from siaksim.scenario.problems import ScenarioErrors
from siaksim.worlds import Worlds

NEARBY = 6
MAILBOXES = (
    "/mail/api/v1",
    "/w/<world>/mail/api/v1",
    "/__admin/mail",
    "/__admin/worlds/<world>/mail",
)
"""Mailpit's own prefix, and the mailbox as a part of the control API."""


def create_control_app(
    worlds: Worlds, exchange: Exchange, options: ControlOptions | None = None
) -> Flask:
    """Return the app for these worlds; mocked paths go to the exchange."""
    app = Flask("siaksim", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # a redirect would lose the method and the body
    app.extensions["siaksim-worlds"] = worlds
    app.extensions["siaksim-exchange"] = exchange
    app.extensions["siaksim-pulses"] = Pulses(monotonic)
    chosen = options or ControlOptions()
    app.extensions["siaksim-options"] = chosen
    app.before_request(lambda: guard.refused(chosen))
    own = (
        *(admin, faults, replaying, people, agreements),
        *(acting, work, outcomes, judging, documents, enrolments, capacity),
        *(clock, calls, watching, post, spans),
    )
    for blueprint in own:
        app.register_blueprint(blueprint, url_prefix="/__admin")
        app.register_blueprint(
            blueprint, url_prefix="/__admin/worlds/<world>", name=f"{blueprint.name}-of-world"
        )
    app.register_blueprint(panel)
    app.register_blueprint(collection, url_prefix="/__admin")
    for number, prefix in enumerate(MAILBOXES):
        app.register_blueprint(mailbox, url_prefix=prefix, name=f"{mailbox.name}-{number}")
    _handle_errors(app)
    app.wsgi_app = Mocked(app.wsgi_app, exchange)  # type: ignore[method-assign]
    return app


class Mocked:
    """WSGI: mocked paths go to the exchange, which owns their bytes, the rest to Flask."""

    def __init__(self, inner: Any, exchange: Exchange) -> None:
        self._inner = inner
        self._exchange = exchange

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one WSGI request."""
        if not self._exchange.mocks(environ.get("PATH_INFO", "/") or "/"):
            inner: Iterable[bytes] = self._inner(environ, start_response)
            return inner
        status, headers, body = self._exchange.over_wsgi(environ)
        start_response(status, headers)
        return [body]


def _handle_errors(app: Flask) -> None:
    app.register_error_handler(ControlError, _refused)
    app.register_error_handler(ScenarioErrors, _scenario_errors)
    app.register_error_handler(UserError, _user_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)


def _refused(error: ControlError) -> Response:
    return problem(error.status, error.what, error.where, error.how, **error.extra)


def _scenario_errors(error: ScenarioErrors) -> Response:
    mistakes = [
        {"line": m.line, "column": m.column, "path": m.path, "what": m.what} for m in error.mistakes
    ]
    return problem(
        400,
        f"the YAML has {len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}.",
        error.file,
        "See `errors` for each line and column.",
        errors=mistakes,
    )


def _user_error(error: UserError) -> Response:
    return problem(400, error.what, error.where, error.how)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status == 404:
        near = nearby(current_app, request.path)
        return problem(
            404,
            f"there is nothing at {request.path[:120]!r}.",
            "path",
            "GET /__admin/docs lists everything.",
            nearby=near,
        )
    if isinstance(error, MethodNotAllowed):
        allow = ", ".join(sorted({*(error.valid_methods or ())} - {"OPTIONS"}))
        answer = problem(405, f"this path answers {allow}.", "method")
        answer.headers["Allow"] = allow
        return answer
    return problem(status, error.description or error.name)


def _failed(error: Exception) -> Response:
    """siaksim's own failure: marked and counted, so that it is never taken for an injected one."""
    traceback.print_exception(error, file=sys.stderr)
    default = common.worlds().get("default")
    if default is not None:
        default.counters.internal_errors += 1
    full = isinstance(error, OSError)
    answer = problem(
        503 if full else 500,
        f"siaksim could not write its files: {error.strerror}."
        if isinstance(error, OSError)
        else "siaksim itself failed; its terminal shows where.",
        how="Free some space." if full else "This is a defect of siaksim: please report it.",
    )
    answer.headers["Siaksim-Internal-Error"] = "1"
    return answer


def nearby(app: Flask, path: str) -> list[str]:
    """Return the routes whose paths look most like this one, as 'METHODS /path'."""
    shown: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        shown.setdefault(rule.rule, set()).update(methods)
    near = get_close_matches(path[:200], list(shown), n=NEARBY, cutoff=0.3)
    return [f"{', '.join(sorted(shown[rule]))} {rule}" for rule in near or sorted(shown)[:NEARBY]]
