"""Errors that hide in an HTTP 200. PURE."""

from __future__ import annotations

from dataclasses import replace

import orjson

from siaksim.services.base import PROBLEM_TYPE, Answer, Call
from siaksim.services.mail import page
from siaksim.services.mail.operations import browses


def softened(refused: Answer, call: Call) -> Answer:
    """Return a service's refusal as it looks when only its body says so (assumed).

    A problem is sent as plain JSON, and as a page to whoever asks the mail's page for pages.
    """
    if refused.content_type != PROBLEM_TYPE:
        return replace(refused, status=200)
    if call.operation.service == "mail" and browses(call):
        title = str(orjson.loads(refused.body)["title"])
        return Answer(200, page.notice(title), page.CONTENT_TYPE, page.HEADERS)
    return replace(refused, status=200, content_type="application/json")
