"""What a decision does to an answer. PURE: standard library only.

The exchange performs effects without asking which fault they came from. `ends` says that the
call gets no ordinary answer, `commits` that the operation has run all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

How = Literal["reset", "hang", "gateway_504", "gateway_html"]
Ending = Literal["close", "reset"]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """When to come back: in `seconds` client seconds, else when office time is `until`.

    `part` of the time until then is told (1: all of it), as a number or `as_date`.
    """

    seconds: float | None = None
    until: float | None = None
    part: float = 1.0
    as_date: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Answer `seconds` client seconds later; `occupies` keeps the server busy meanwhile."""

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    seconds: float
    occupies: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Refuse in the service's own shape; the operation does not run."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = False
    status: int
    code: str = ""
    headers: Headers = ()
    retry: RetryAfter | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Answer what something in front of the service says; the operation does not run.

    `reason` is the phrase after the status (default: the usual one), `server` the Server header;
    `padding` is added for the browsers that nginx pads its error pages for.
    """

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = False
    status: int
    body: bytes
    content_type: str = "text/html"
    reason: str = ""
    server: str = ""
    headers: Headers = ()
    padding: bytes = b""
    retry: RetryAfter | None = None


@dataclass(frozen=True, slots=True)
class Retype:
    """Send the right body under another Content-Type."""

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    content_type: str


@dataclass(frozen=True, slots=True)
class AddHeaders:
    """Add headers to whatever is answered."""

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    headers: Headers


@dataclass(frozen=True, slots=True)
class Rate:
    """Ask the world's token bucket: `calls` calls come back in `every` client seconds.

    Whether it ends the call is known only when it arrives: 429 when the bucket, which holds
    `at_once`, is empty. `shared`: one bucket for all clients. The plan names the `fault`.
    """

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    calls: int
    every: float
    at_once: int
    shared: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """Ask for one of `calls` calls of this office hour, or of a service's own period.

    `others` are calls an hour that are made elsewhere, evenly.
    As Rate; a service that counts its calls itself (services/catalog.QUOTAS) is asked instead.
    """

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    calls: int
    shared: bool = True
    others: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """Let the operation run only when a server of the centre has done it.

    `wait_s` client seconds for a server, behind `behind` calls, then `service_s` of its work.
    """

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    wait_s: float
    service_s: float
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing until office time `until` (None: for ever), then close."""

    ends: ClassVar[bool] = True
    until: float | None = None
    commits: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """End the connection with RST: the client sees ECONNRESET."""

    ends: ClassVar[bool] = True
    commits: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Send the head and a part of the body that it promises, then end the connection.

    The part is `size` bytes, else `share` (0..1) of the body; at least one byte stays behind.
    """

    ends: ClassVar[bool] = True
    share: float = 0.5
    size: int | None = None
    how: Ending = "close"
    commits: bool = False


@dataclass(frozen=True, slots=True)
class Garbage:
    """Send `size` bytes of noise (a function of `key`): alone, or as the `body` of the answer."""

    ends: ClassVar[bool] = True
    key: int
    size: int
    body: bool = False
    commits: bool = False


@dataclass(frozen=True, slots=True)
class Drip:
    """Send the head, then `size` bytes of the body every `every` client seconds.

    Without a commit the last byte never comes: a whole answer would be a lie.
    """

    ends: ClassVar[bool] = True
    size: int
    every: float
    commits: bool = True


@dataclass(frozen=True, slots=True)
class Empty:
    """Answer `status` without a body; None: close without a byte."""

    ends: ClassVar[bool] = True
    status: int | None = 200
    commits: bool = False


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """Run the operation and commit, then lose the answer in the way named."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = True
    how: How = "reset"
    until: float | None = None


@dataclass(frozen=True, slots=True)
class SoftError:
    """Refuse with HTTP 200 and the error inside, in the service's own dialect; nothing runs."""

    ends: ClassVar[bool] = True
    commits: ClassVar[bool] = False
    code: str = ""
    status: int = 500


class _Passing:
    """The operation runs and its answer goes out; something on the way is not as it should be."""

    __slots__ = ()
    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class StaleRead(_Passing):
    """Read from a replica that is `lag_s` office seconds behind the ledger."""

    lag_s: float


@dataclass(frozen=True, slots=True)
class ClockSkew(_Passing):
    """Let the server's clock run `seconds` office seconds ahead for this call (behind: below 0)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DuplicateRecord(_Passing):
    """Let the call's subject be found as a duplicate record."""


@dataclass(frozen=True, slots=True)
class FaceTrouble(_Passing):
    """Let the face check find `result` whatever the picture, or see `score_loss` points less."""

    result: str = ""
    score_loss: float = 0.0


@dataclass(frozen=True, slots=True)
class CaptchaUnreadable(_Passing):
    """Show a captcha that nobody can read."""


@dataclass(frozen=True, slots=True)
class MailDelay(_Passing):
    """Let the call's mail arrive `seconds` office seconds later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class MailLoss(_Passing):
    """Let the call's mail be accepted and never arrive."""


@dataclass(frozen=True, slots=True)
class MailCopies(_Passing):
    """Let the mail come `count` times, `gap_s` office seconds apart.

    With `newest_only` each is a mail of its own, and only the newest one's link works.
    """

    count: int
    gap_s: float
    newest_only: bool = False


@dataclass(frozen=True, slots=True)
class MailBounce(_Passing):
    """Let the recipient's mail server refuse the mail for good, with these words."""

    said: str


@dataclass(frozen=True, slots=True)
class MailGreylist(_Passing):
    """Let the recipient's server refuse the first try; the next one is `seconds` later."""

    seconds: float
    said: str


@dataclass(frozen=True, slots=True)
class MailSpam(_Passing):
    """Let the mail arrive in the spam folder."""


@dataclass(frozen=True, slots=True)
class LinkLife(_Passing):
    """Let the mail's link live `seconds` office seconds at most."""

    seconds: float


MailEffect = MailDelay | MailLoss | MailCopies | MailBounce | MailGreylist | MailSpam | LinkLife
Passing = StaleRead | ClockSkew | DuplicateRecord | FaceTrouble | CaptchaUnreadable | MailEffect


@dataclass(frozen=True, slots=True)
class EndSessions:
    """What happens to the world, not to a call: every session opened before is dead."""


Happening = EndSessions

Meter = Rate | Quota
Effect = (
    Wait
    | Reply
    | Page
    | Retype
    | AddHeaders
    | Meter
    | Queued
    | Hang
    | Reset
    | Cut
    | Garbage
    | Drip
    | Empty
    | LoseAnswer
    | SoftError
    | Passing
)
