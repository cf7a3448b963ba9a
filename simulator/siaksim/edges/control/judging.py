"""A world's verdict as a part of the control API: the same numbers as `siaksim verdict`.

Rules and reports are imported when a verdict is asked for: a server starts sooner without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gevent
from flask import Blueprint, Response

from siaksim import data
from siaksim.core.slip import Slip
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice, json
from siaksim.edges.holidays import today
from siaksim.edges.slipping import note_slip

if TYPE_CHECKING:
    from siaksim.verdict.clients import ClientTerms

judging = Blueprint("verdict", __name__)
judging.url_value_preprocessor(common.pull_world)

TEXT_MAX = 256 * 1024
"""Bytes of an inline client file."""


@judging.get("/clients")
def list_clients() -> Response:
    """List the shipped client files, by whose rules a world can be judged."""
    arguments()
    return json({"clients": data.client_names()})


@judging.get("/verdict")
def verdict() -> Response:
    """Judge the client by a shipped client file: ?client=counter, and lang=id or en."""
    from siaksim.verdict.clients import shipped

    given = arguments("client", "lang")
    if "client" not in given:
        raise ControlError(400, "say which client to judge.", "query.client", "Such as counter.")
    return _judged(shipped(given["client"]), given.get("lang", "en"))


@judging.post("/verdict")
def verdict_by_text() -> Response:
    """Judge the client by a client file of one's own: {text}, and lang."""
    from siaksim.verdict.clients import load_terms

    given = body("text", "lang")
    text = given.get("text")
    if not isinstance(text, str) or len(text.encode("utf-8", "replace")) > TEXT_MAX:
        what = f"`text` is the YAML of a client file, of at most {TEXT_MAX} bytes."
        raise ControlError(400, what, "text", 'Such as {"text": "client: mine..."}.')
    return _judged(load_terms(text, "text"), given.get("lang", "en"))


@judging.post("/slip")
def note() -> Response:
    """Take how late the timers of another process were: {of, counts, worst_s}, for the verdict."""
    given = body("of", "counts", "worst_s")
    of = choice(given.get("of"), "of", ("check",))
    try:
        slip = Slip.from_dict(given)
    except (KeyError, TypeError, ValueError) as error:
        raise ControlError(400, f"this is no count of slips ({error!r}).", "counts") from error
    note_slip(common.world(), of, slip)
    return json({"of": of, **slip.as_dict()}, 201)


def _judged(terms: ClientTerms, lang: Any) -> Response:
    from siaksim.edges.judging import history_of, json_bytes, report_on
    from siaksim.verdict.reports.catalogue import LANGUAGES, catalogue

    words = catalogue(choice(lang, "lang", LANGUAGES))
    world = common.world()
    lines, day = list(world.journal.lines), today()
    recording = "siaksim replay run.json" if world.recorder is not None else ""

    def judged() -> bytes:
        report = report_on(history_of(lines, f"world {world.name}"), terms, day, recording)
        return json_bytes(report, words)

    # A long journal takes a second: in a thread, so that other calls go on meanwhile.
    raw: bytes = gevent.get_hub().threadpool.apply(judged)
    return Response(raw, content_type="application/json")
