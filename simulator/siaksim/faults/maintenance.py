"""maintenance: 503 with a Retry-After that is right, wrong, absent, or a date.

- {target: all, kind: maintenance, at: "07:00", until: "09:40"}
- {target: siak.*, kind: maintenance, retry_after: wrong, body: problem, at: "07:00", for: 2h}

`retry_after`: `right` (to the end of the fault's window, in client seconds), `wrong` (a quarter
of that, so whoever believes it comes back too early), `date` (right, as an HTTP date that is so
far from the Date header), `absent`, or a time such as 10m that is always told. Without an end
nobody knows what is right: then it is absent, and `wrong` says a minute. Texts: assumed.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from siaksim.core import units
from siaksim.core.effects import Effect, Page, Reply, RetryAfter
from siaksim.core.plan import Draw
from siaksim.faults.base import FaultModel
from siaksim.faults.pages import NGINX, plain_page, reason

_WORDS = ("right", "wrong", "date", "absent")
_PAGE = plain_page(
    "Sistem sedang dalam pemeliharaan",
    "SIAK Terpusat sedang dalam pemeliharaan. Silakan coba beberapa saat lagi.",
)


def _told(value: str) -> str:
    if value not in _WORDS:
        try:
            units.seconds(value)
        except ValueError as error:
            raise ValueError(f"{error}, or give {', '.join(_WORDS)}") from error
    return value


class Maintenance(FaultModel):
    """Answers 503 with a maintenance page, or with the service's own problem body."""

    layer: ClassVar[str] = "http"
    kind: Literal["maintenance"]
    retry_after: Annotated[str, AfterValidator(_told)] = "right"
    body: Literal["page", "problem"] = "page"

    def effects(self, draw: Draw, ends_at: float | None) -> tuple[Effect, ...]:
        """Return one refusal."""
        retry = self._retry(ends_at)
        if self.body == "problem":
            return (Reply(503, "maintenance", retry=retry),)
        html = "text/html; charset=utf-8"
        return (Page(503, _PAGE, html, reason(503), NGINX, retry=retry),)

    def _retry(self, ends_at: float | None) -> RetryAfter | None:
        word = self.retry_after
        if word not in _WORDS:
            return RetryAfter(seconds=units.seconds(word))
        if word == "absent" or (ends_at is None and word != "wrong"):
            return None
        if ends_at is None:
            return RetryAfter(seconds=60.0)
        return RetryAfter(
            until=ends_at, part=0.25 if word == "wrong" else 1.0, as_date=word == "date"
        )
