"""Real SMTP out: each mail that a world delivers is also sent to a mail server.

Only recipients that cannot be a person's are served (.invalid, .test, .example), unless the user
names a domain. smtplib blocks, so it runs in gevent's threadpool; the office never waits for it.
A server that refuses for now (4xx: greylisting, a full mailbox) is tried again on office time.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from typing import Any

import gevent

from siaksim.errors import UserError
from siaksim.post import Delivered
from siaksim.services.mail.messages import mail_message
from siaksim.world import World

SAFE_DOMAINS = ("invalid", "test", "example")
"""Reserved by RFC 2606: no mail to them can reach a person."""
TIMEOUT_S = 10.0
"""Wall seconds for each step of a delivery; smtplib has no limit of its own."""
RETRY_S = 300.0
"""Office seconds to the second try after a 4xx; each later wait is twice the one before it, up to
RETRY_MAX_S (as common mail servers do)."""
RETRY_MAX_S = 14400.0
GIVE_UP_S = 5 * 86400.0
"""Office seconds after which a mail that was only ever put off is a bounce (RFC 5321: 4-5 days)."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server's address."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Server:
        """Read HOST:PORT; UserError says the form."""
        host, colon, port = text.rpartition(":")
        if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise UserError(
                f"{text!r} is no mail server.", "--smtp", "Write it like 127.0.0.1:1025."
            )
        return cls(host.strip("[]"), int(port))


def allowed(address: str, domains: Collection[str]) -> bool:
    """Say whether a mail to this address may leave: its domain, or one above it, is named."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    named = {*SAFE_DOMAINS, *(d.lower().lstrip("@.").rstrip(".") for d in domains)} - {""}
    labels = domain.split(".")
    return any(".".join(labels[i:]) in named for i in range(len(labels)))


def deliver(server: Server, message: EmailMessage) -> str:
    """Send a mail; return an empty text, or why it was not taken."""
    try:
        with smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S) as connection:
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        return f"{code} {reply.decode('utf-8', 'replace')}"
    except smtplib.SMTPResponseException as error:
        raw = error.smtp_error
        reply_text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
        return f"{error.smtp_code} {reply_text}"
    except (OSError, smtplib.SMTPException) as error:
        return f"no delivery: {error}"
    return ""


class Mailer:
    """Sends the mails of all worlds to one server, and journals what became of each."""

    def __init__(
        self, server: Server, base_url: Callable[[World], str], allow: Collection[str] = ()
    ) -> None:
        """`allow` names more domains that mail may go to."""
        self._server = server
        self._base_url = base_url
        self._allow = tuple(allow)
        self.pending: set[gevent.Greenlet[..., None]] = set()

    def attach(self, world: World) -> None:
        """Send what this world delivers from now on (a Worlds.on_create listener)."""
        world.on_mail.append(lambda delivered: self.send(world, delivered))

    def send(self, world: World, delivered: Delivered) -> None:
        """Begin to send a mail, or journal that its domain is not served."""
        if not allowed(delivered.mail.to, self._allow):
            journal(world, delivered, "refused_domain", "give --smtp-allow DOMAIN to serve it")
            return
        message = mail_message(world, delivered.registration, delivered.mail, self._base_url(world))
        self._begin(world, delivered, message, 1)

    def _begin(
        self, world: World, delivered: Delivered, message: EmailMessage, attempt: int
    ) -> None:
        greenlet = gevent.spawn(self._send, world, delivered, message, attempt)
        self.pending.add(greenlet)
        greenlet.link(self.pending.discard)

    def _send(
        self, world: World, delivered: Delivered, message: EmailMessage, attempt: int
    ) -> None:
        pool = gevent.get_hub().threadpool
        refused: str = pool.apply(deliver, (self._server, message))
        now = world.clock.now()
        due = now + min(RETRY_S * 2 ** (attempt - 1), RETRY_MAX_S)
        if not refused.startswith("4") or due > delivered.at + GIVE_UP_S:
            journal(world, delivered, "bounced" if refused else "sent", refused)
            return
        again = partial(self._begin, world, delivered, message, attempt + 1)
        world.agenda.plan(due, again)  # before the line: who reads it may move the clock
        journal(world, delivered, "deferred", refused)


def journal(world: World, delivered: Delivered, event: str, reason: str = "") -> None:
    """Add a mail line: sent, deferred, bounced or refused_domain, never with the address itself."""
    told: dict[str, Any] = {"copy": delivered.copy} if delivered.mail.copies_at else {}
    if reason:
        told |= {"reason": reason.replace(delivered.mail.to, "<recipient>")[:200]}
    try:
        world.post.line(
            delivered.registration, delivered.mail, event, world.clock.now(), via="smtp", **told
        )
    except OSError:
        world.counters.internal_errors += 1  # a full disk; the mail itself was dealt with
