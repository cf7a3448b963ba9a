"""What a decision does to an answer. PURE: standard library only.

The exchange performs effects without asking which fault they came from. `ends` says that the
call gets no ordinary answer, `commits` that the operation has run all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

How = Literal["reset", "hang", "gateway_504"]
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

    As Rate; a service that counts its calls itself (services/catalog.QUOTAS) is asked instead.
    """

    ends: ClassVar[bool] = False
    commits: ClassVar[bool] = True
    calls: int
    shared: bool = True
    fault: str = ""


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


Meter = Rate | Quota
Effect = (
    Wait
    | Reply
    | Page
    | Retype
    | AddHeaders
    | Meter
    | Hang
    | Reset
    | Cut
    | Garbage
    | Drip
    | Empty
    | LoseAnswer
)
