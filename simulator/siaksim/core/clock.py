"""Office time (UTC+7) and the four clocks that tell it. PURE: standard library only.

Two kinds of seconds meet here, and are never mixed:

* *office seconds* pass on the world's day: timeline, mail's way, link life, session idle;
* *client seconds* are what the client under test lives through: HTTP delays, Retry-After,
  expires_in, a QR code's life. `shorten` compresses the day only; `speed` compresses both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

WIB = timezone(timedelta(hours=7), "WIB")
"""Western Indonesian Time, the office's zone."""

Mode = Literal["real", "scaled", "manual", "auto"]
MODES: tuple[Mode, ...] = ("real", "scaled", "manual", "auto")


class Clock:
    """Tells office time as POSIX seconds, and how long a wait of the client's takes."""

    def __init__(
        self,
        start: float,
        mode: Mode = "real",
        *,
        ticks: Callable[[], float] | None = None,
        speed: float = 1.0,
        shorten: float = 1.0,
    ) -> None:
        """Start at office time `start`; `ticks` gives monotonic seconds (real and scaled only)."""
        if speed <= 0 or shorten <= 0:
            raise ValueError("speed and shorten must be above 0")
        if mode in ("real", "scaled") and ticks is None:
            raise ValueError(f"a {mode} clock needs ticks")
        self.mode: Mode = mode
        self.speed = speed
        self.shorten = shorten
        self.listeners: list[Callable[[], None]] = []
        self._start = start
        self._now = start
        self._ticks = ticks
        self._zero = ticks() if ticks else 0.0
        self.stands = False
        """Whether a running clock was stopped by hand."""

    def now(self) -> float:
        """Return office time in POSIX seconds."""
        if self._ticks is None:
            return self._now
        if self.stands:
            return self._start
        return self._start + (self._ticks() - self._zero) * self.speed * self.shorten

    def steer(self, *, speed: float | None = None, stands: bool | None = None) -> None:
        """Change how a running clock goes, from now on: its speed, and whether it stands still."""
        if self._ticks is None:
            raise ValueError(f"a {self.mode} clock does not run by itself")
        if speed is not None and speed <= 0:
            raise ValueError("speed must be above 0")
        self._rebase(self.now())
        if speed is not None:
            self.speed = speed
            self.mode = "real" if speed == 1 else "scaled"
        if stands is not None:
            self.stands = stands

    def jump(self, office_s: float) -> None:
        """Set a running clock forward by so many office seconds at once; never backward."""
        if self._ticks is None:
            raise ValueError(f"a {self.mode} clock does not run by itself")
        self._rebase(self.now() + max(0.0, office_s))

    def _rebase(self, office: float) -> None:
        assert self._ticks is not None
        self._start, self._zero = office, self._ticks()

    @property
    def stepped(self) -> bool:
        """Say whether time moves only when told (manual, auto)."""
        return self._ticks is None

    def move_to(self, office: float) -> None:
        """Set a stepped clock forward to office time `office`; never backward."""
        if self._ticks is not None:
            raise ValueError(f"a {self.mode} clock cannot be moved")
        if office > self._now:
            self._now = office
            for listener in list(self.listeners):
                listener()

    def wall_seconds(self, client_s: float) -> float:
        """Return the wall seconds of a wait of `client_s` client seconds (running clocks)."""
        return client_s / self.speed

    def wall_until(self, office: float) -> float:
        """Return the wall seconds from now to office time `office` (0 if it has passed).

        Of a clock that stands still it is as if it went on now.
        """
        return max(0.0, office - self.now()) / (self.speed * self.shorten)

    def office_seconds(self, client_s: float) -> float:
        """Return how far office time moves while a client lives `client_s` seconds."""
        return client_s * self.shorten

    def client_seconds(self, office_s: float) -> float:
        """Return how many seconds a client lives while `office_s` office seconds pass."""
        return office_s / self.shorten


def office_text(office: float) -> str:
    """Return office time as ISO 8601 with milliseconds and +07:00."""
    return datetime.fromtimestamp(office, WIB).isoformat(timespec="milliseconds")


def office_date(office: float) -> datetime:
    """Return office time as an aware datetime in UTC+7."""
    return datetime.fromtimestamp(office, WIB)


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def http_date(office: float) -> str:
    """Return office time as an HTTP Date (RFC 9110, GMT), whatever the process's locale."""
    return _http_date(int(office))


@lru_cache(maxsize=64)
def _http_date(office: int) -> str:
    day = datetime.fromtimestamp(office, UTC)
    clock = f"{day:%H:%M:%S}"
    return f"{_DAYS[day.weekday()]}, {day.day:02d} {_MONTHS[day.month - 1]} {day.year} {clock} GMT"
