"""What keeps a client from calling: a breaker for a service, rows for a thing, a budget for all."""

from __future__ import annotations

Thing = tuple[str, str, bytes]
"""What a call asks for: method, path and body."""
EARNED = 0.1
"""What a good call pays back into the budget of retries."""


def left_s(due: float, now: float) -> float:
    """Return the seconds until a time; none for less than a microsecond."""
    left = due - now
    return left if left > 1e-6 else 0.0


class Breaker:
    """Stops calls to a service that does not answer: failures in a row open it, a good call closes.

    While it is open, one call in `probe_s` seconds may look whether the service is back.
    """

    def __init__(self, failures: int | None, probe_s: float) -> None:
        self.limit, self.probe_s = failures, probe_s
        self.failures, self.probed_at = 0, 0.0

    @property
    def open(self) -> bool:
        """Whether only probes may go."""
        return self.limit is not None and self.failures >= self.limit

    def due_s(self, now: float) -> float:
        """Return how many seconds from now a call may be made."""
        if not self.open:
            return 0.0
        return left_s(self.probed_at + self.probe_s, now)

    def take(self, now: float) -> None:
        """Note that a call begins: while the breaker is open, it is the probe."""
        self.probed_at = max(self.probed_at, now)

    def learn(self, good: bool, now: float) -> None:
        """Take the outcome of a call."""
        self.failures = 0 if good else self.failures + 1
        self.probed_at = now


class Rows:
    """How often each thing was tried in vain, and when it may be tried again.

    Other cases, a breaker and a budget interrupt a row; without this the next try of the same thing
    would come too early, or once too often.
    """

    def __init__(self, most: int, pause_s: float) -> None:
        self.most, self.pause_s = most, pause_s
        self._failed: dict[Thing, tuple[int, float, float]] = {}

    def count(self, thing: Thing, now: float) -> int:
        """Return how often in a row a thing has failed."""
        count, at, _ = self._failed.get(thing, (0, 0.0, 0.0))
        return count if now - at < self.pause_s else 0

    def due_s(self, thing: Thing, now: float) -> float:
        """Return how many seconds from now a thing may be tried again."""
        count, at, next_at = self._failed.get(thing, (0, 0.0, 0.0))
        due = at + self.pause_s if count >= self.most else next_at
        return left_s(due, now)

    def rest_s(self, thing: Thing, now: float) -> float:
        """Return how many seconds from now a try of a thing begins a new row."""
        _, at, _ = self._failed.get(thing, (0, 0.0, 0.0))
        return left_s(at + self.pause_s, now)

    def fail(self, thing: Thing, now: float, wait_s: float) -> None:
        """Note a failure, and how long to wait before the next try."""
        self._failed[thing] = (self.count(thing, now) + 1, now, now + wait_s)

    def clear(self, thing: Thing) -> None:
        """Note an answer."""
        self._failed.pop(thing, None)


class Budget:
    """Retries that a device may spend: one for ten good calls, so many in hand at most."""

    def __init__(self, most: float | None) -> None:
        self.most = most
        self.left = most or 0.0

    def earn(self) -> None:
        self.left = min(self.most or 0.0, self.left + EARNED)

    def spend(self) -> bool:
        if self.most is None:
            return True
        if self.left < 1.0 - 1e-9:
            return False
        self.left -= 1.0
        return True
