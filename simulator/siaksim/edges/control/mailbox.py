"""The mailbox, under Mailpit's routes and in Mailpit's shapes, so that its users' helpers work.

Mails in the spam folder carry the tag Spam; lists and searches show them only when asked to.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import getaddresses
from functools import cache
from typing import Any

from flask import Blueprint, Response

from siaksim import __version__
from siaksim.core.clock import office_text
from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, body, choice, json, whole
from siaksim.post import ANYWHERE, FOLDERS, INBOX, SPAM, Delivered
from siaksim.services.mail.messages import mail_message
from siaksim.world import World

mailbox = Blueprint("mailbox", __name__)
mailbox.url_value_preprocessor(common.pull_world)

_SNIPPET = 250
_SPACES = re.compile(r"\s+")

Render = Callable[[], EmailMessage]
Test = Callable[[Delivered, Render], bool]
"""Rendering costs a millisecond, so a test of the recipient does without."""


def _render(world: World, delivered: Delivered) -> EmailMessage:
    base_url = common.exchange().base_url(world)
    return mail_message(world, delivered.registration, delivered.mail, base_url)


def _addresses(message: EmailMessage, header: str) -> list[dict[str, str]]:
    values = [str(v) for v in message.get_all(header, [])]
    return [{"Name": name, "Address": address} for name, address in getaddresses(values)]


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found is not None else ""


def _head(world: World, delivered: Delivered, message: EmailMessage) -> dict[str, Any]:
    sender = _addresses(message, "From")
    return {
        "ID": delivered.id,
        "MessageID": str(message["Message-ID"]).strip("<>"),
        "From": sender[0] if sender else None,
        "To": _addresses(message, "To"),
        "Cc": _addresses(message, "Cc"),
        "Bcc": [],
        "ReplyTo": _addresses(message, "Reply-To"),
        "Subject": str(message["Subject"]),
        "Tags": _tags(delivered),
        "Username": "",
        "Size": len(message.as_bytes()),
    }


def _tags(delivered: Delivered) -> list[str]:
    return ["Spam"] if delivered.mail.folder == SPAM else []


def _summary(world: World, delivered: Delivered, message: EmailMessage) -> dict[str, Any]:
    plain = _SPACES.sub(" ", _part(message, "plain")).strip()
    return {
        **_head(world, delivered, message),
        "Created": office_text(delivered.at),
        "Read": False,
        "Attachments": 0,
        "Snippet": plain[:_SNIPPET],
    }


def _listing(world: World, found: Sequence[Delivered], total: int, start: int, limit: int) -> Any:
    page = [_summary(world, d, _render(world, d)) for d in found[start : start + limit]]
    return {
        "total": total,
        "unread": total,
        "count": len(page),
        "messages_count": len(found),
        "messages_unread": len(found),
        "start": start,
        "tags": sorted({tag for d in found for tag in _tags(d)}),
        "messages": page,
    }


def _page(given: dict[str, str]) -> tuple[int, int]:
    return whole(given, "start", 0, 0, 10**6), whole(given, "limit", 50, 0, 1000)


@mailbox.get("/messages")
def messages() -> Response:
    """List mails, newest first: ?start=&limit=&folder=inbox|spam|anywhere."""
    given = arguments("start", "limit", "folder")
    start, limit = _page(given)
    world = common.world()
    found = world.post.box(choice(given.get("folder", INBOX), "folder", FOLDERS))
    return json(_listing(world, found, len(found), start, limit))


@mailbox.delete("/messages")
def delete_messages() -> Response:
    """Delete the mails of {IDs}, or all of them without a body."""
    given = body("IDs", "ids")
    world = common.world()
    ids = given.get("IDs", given.get("ids", []))
    if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
        raise ControlError(400, "`IDs` is a list of message IDs.", "body.IDs")
    world.post.delete(ids or [d.id for d in world.post.box(ANYWHERE)])
    return common.text("ok")


@mailbox.get("/search")
def search() -> Response:
    """Search mails: ?query=to:someone@example.invalid&start=&limit=; in:spam for spam."""
    given = arguments("query", "start", "limit", "tz")
    start, limit = _page(given)
    world = common.world()
    return json(_listing(world, _matching(world, given), len(world.post), start, limit))


@mailbox.delete("/search")
def delete_found() -> Response:
    """Delete the mails that a search finds."""
    given = arguments("query", "tz")
    world = common.world()
    world.post.delete([d.id for d in _matching(world, given)])
    return common.text("ok")


def _matching(world: World, given: dict[str, str]) -> list[Delivered]:
    if not given.get("query", "").strip():
        raise ControlError(400, "no search query.", "query.query", "Such as to:a@example.invalid.")
    words = _words(given["query"])
    folder = _folder(words)
    tests = [_test(word) for word in words if not _place(word)]
    addresses = [word[3:] for word in words if word.lower().startswith("to:")]

    def fits(delivered: Delivered) -> bool:
        render = cache(lambda: _render(world, delivered))
        return all(test(delivered, render) for test in tests)

    # One recipient's mails are looked up, not sought among everybody's.
    return [d for d in world.post.box(folder, max(addresses, key=len, default="")) if fits(d)]


def _words(query: str) -> list[str]:
    try:
        return shlex.split(query)
    except ValueError as error:
        raise ControlError(400, f"this query cannot be read: {error}.", "query.query") from error


def _place(word: str) -> str:
    """Return the folder that a word of a query names (in:spam, tag:spam), or an empty text."""
    field, colon, named = word.lower().partition(":")
    return named if colon and field in ("in", "tag") else ""


def _folder(words: Sequence[str]) -> str:
    named = [place for word in words if (place := _place(word))]
    for place in named:
        choice(place, "query.query", FOLDERS)
    if len(set(named)) > 1:
        raise ControlError(400, "a search looks into one folder.", "query.query")
    return named[0] if named else INBOX


def _test(word: str) -> Test:
    if word[:1] in ("-", "!") and len(word) > 1:
        inner = _test(word[1:])
        return lambda delivered, render: not inner(delivered, render)
    field, colon, wanted = word.partition(":")
    field, wanted = field.lower(), wanted.lower()
    if colon and field == "to":
        return lambda delivered, _: wanted in delivered.mail.to.lower()
    if colon and field in ("from", "subject", "message-id"):
        return lambda _, render: wanted in str(render()[field]).lower()
    if colon and re.fullmatch("[a-z-]+", field):
        raise ControlError(
            400,
            f"the search filter {field[:40]!r} is not supported.",
            "query.query",
            "Known: to:, from:, subject:, message-id:, in:spam, in:anywhere, plain words, "
            "and - before any of these but in:.",
        )
    bare = word.lower()
    return lambda _, render: bare in f"{render()['Subject']} {_part(render(), 'plain')}".lower()


def _one(world: World, identity: str) -> Delivered:
    found = world.post.newest() if identity == "latest" else world.post.get(identity)
    if found is not None:
        return found
    raise ControlError(
        404,
        "there is no such mail.",
        "path",
        f"{len(world.post)} mails have arrived by {office_text(world.clock.now())}; "
        "GET /mail/api/v1/messages lists them.",
    )


@mailbox.get("/message/<identity>")
def message(identity: str) -> Response:
    """Show one mail, or the `latest`."""
    arguments()
    world = common.world()
    delivered = _one(world, identity)
    mail = _render(world, delivered)
    return json(
        {
            **_head(world, delivered, mail),
            "Date": office_text(delivered.mail.sent_at),
            "Created": office_text(delivered.at),
            "ReturnPath": _addresses(mail, "From")[0]["Address"],
            "Text": _part(mail, "plain"),
            "HTML": _part(mail, "html"),
            "Inline": [],
            "Attachments": [],
        }
    )


@mailbox.get("/message/<identity>/raw")
def raw(identity: str) -> Response:
    """Give one mail's source, or the `latest`'s."""
    arguments()
    world = common.world()
    source = _render(world, _one(world, identity)).as_bytes()
    return Response(source, content_type="text/plain; charset=utf-8")


@mailbox.get("/message/<identity>/headers")
def headers(identity: str) -> Response:
    """Give one mail's headers, or the `latest`'s."""
    arguments()
    world = common.world()
    found: dict[str, list[str]] = {}
    for name, value in _render(world, _one(world, identity)).items():
        found.setdefault(name, []).append(str(value))
    return json(found)


@mailbox.get("/info")
def info() -> Response:
    """Say what this mailbox is and how many mails it holds."""
    arguments()
    count = len(common.world().post)
    return json(
        {
            "Version": f"siaksim {__version__}",
            "Database": "memory",
            "Messages": count,
            "Unread": count,
            "Tags": {},
        }
    )
