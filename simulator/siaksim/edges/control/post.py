"""What became of every mail that was sent: on its way, delivered, late, lost, doubled, refused."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from siaksim.core.clock import office_text
from siaksim.edges.control import common
from siaksim.edges.control.common import arguments, json, whole
from siaksim.ledger.registry import Mail, Registration
from siaksim.post import mail_id
from siaksim.world import World

post = Blueprint("post", __name__)
post.url_value_preprocessor(common.pull_world)


@post.get("/post")
def ways() -> Response:
    """List every mail's way, newest first: ?subject=NIK&start=&limit=."""
    given = arguments("subject", "start", "limit")
    start = whole(given, "start", 0, 0, 10**6)
    limit = whole(given, "limit", 50, 1, 1000)
    world = common.world()
    sent = [
        (registration, mail)
        for registration in world.registry.registrations.values()
        if given.get("subject", registration.nik) == registration.nik
        for mail in registration.mails
    ]
    sent.sort(key=lambda pair: (pair[1].sent_at, pair[0].id, pair[1].number), reverse=True)
    page = sent[start : start + limit]
    return json(
        {"total": len(sent), "start": start, "mails": [_way(world, *pair) for pair in page]}
    )


def _way(world: World, registration: Registration, mail: Mail) -> dict[str, Any]:
    now, newest = world.clock.now(), registration.mails[-1]
    arrivals = [due for due in (mail.due_at, *mail.copies_at) if mail.fate == "delivered"]
    arrived = [due for due in arrivals if due <= now]
    return {
        "subject": registration.nik,
        "registration": registration.id,
        "number": mail.number,
        "to": mail.to,
        "sent": office_text(mail.sent_at),
        "state": mail.fate if mail.due_at <= now else "on_its_way",
        "deferred": bool(mail.deferred_at and mail.deferred_at <= now),
        "folder": mail.folder,
        "arrived": [office_text(due) for due in arrived],
        "due": office_text(mail.due_at),
        "took_s": round(mail.due_at - mail.sent_at, 3),
        "ids": [
            found
            for copy in range(1, len(arrived) + 1)
            if world.post.get(found := mail_id(registration.id, mail.number, copy))
        ],
        "link": "newer" if newest is not mail else "dead" if mail.link_dies_at <= now else "alive",
        "said": mail.said,
        "fault": mail.fault,
        "why": mail.why,
    }
