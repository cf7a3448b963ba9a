"""A world's verdict as a part of the control API: the same numbers as `siaksim verdict`."""

from __future__ import annotations

from typing import Any

import gevent
from flask import Blueprint, Response

from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice
from siaksim.edges.judging import history_of, json_bytes, report_on, today
from siaksim.verdict.clients import ClientTerms, load_terms, shipped
from siaksim.verdict.reports.catalogue import LANGUAGES, catalogue

judging = Blueprint("verdict", __name__)
judging.url_value_preprocessor(common.pull_world)

TEXT_MAX = 256 * 1024
"""Bytes of an inline client file."""


@judging.get("/verdict")
def verdict() -> Response:
    """Judge the client by a shipped client file: ?client=counter, and lang=id or en."""
    given = arguments("client", "lang")
    if "client" not in given:
        raise ControlError(400, "say which client to judge.", "query.client", "Such as counter.")
    return _judged(shipped(given["client"]), given.get("lang", "en"))


@judging.post("/verdict")
def verdict_by_text() -> Response:
    """Judge the client by a client file of one's own: {text}, and lang."""
    given = body("text", "lang")
    text = given.get("text")
    if not isinstance(text, str) or len(text.encode("utf-8", "replace")) > TEXT_MAX:
        what = f"`text` is the YAML of a client file, of at most {TEXT_MAX} bytes."
        raise ControlError(400, what, "text", 'Such as {"text": "client: mine..."}.')
    return _judged(load_terms(text, "text"), given.get("lang", "en"))


def _judged(terms: ClientTerms, lang: Any) -> Response:
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
