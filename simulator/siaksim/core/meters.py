"""What a world counts for rate_limit and quota: who took how many calls. PURE.

Unlike a plan's draws these depend on who arrives when. A plan only asks for them (effects.Rate,
effects.Quota); the counts are the world's.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from siaksim.core.clock import Clock
from siaksim.core.effects import Meter, Quota, Rate

HOUR = 3600.0
"""Office seconds of a quota's period; UTC+7 is off by whole hours, so its hours are UTC's."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a meter said: whether the call may pass, and what is left.

    `limit` calls every `every_s` client seconds, `left` of them now; `reset_s` whole client
    seconds until one more may pass (when refused) or until all are back.
    """

    passed: bool
    limit: int
    every_s: int
    left: int
    reset_s: int


class Meters:
    """The meters of one world, one for each fault and client (or for all clients together)."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}
        self._hours: dict[tuple[str, str], tuple[int, int]] = {}

    def clear(self) -> None:
        """Forget everything: other faults act from now on."""
        self._buckets.clear()
        self._hours.clear()

    def take(self, meter: Meter, client: str, clock: Clock) -> Taken:
        """Take one call for a client now; a refused one costs nothing."""
        key = (meter.fault, "" if meter.shared else client)
        if isinstance(meter, Rate):
            return self._from_bucket(meter, key, clock)
        return self._of_hour(meter, key, clock)

    def _from_bucket(self, rate: Rate, key: tuple[str, str], clock: Clock) -> Taken:
        now = clock.now()
        level, since = self._buckets.get(key, (float(rate.at_once), now))
        per_second = rate.calls / rate.every
        level = min(rate.at_once, level + clock.client_seconds(now - since) * per_second)
        # Who waited as told must not lose by the clock's rounding: a microsecond is given.
        passed = level >= 1.0 - 1e-6 * max(1.0, per_second)
        if passed:
            level -= 1.0
        self._buckets[key] = (level, now)
        lacking = rate.at_once - level if passed else 1.0 - level
        reset = max(1, ceil(lacking / per_second - 1e-9))
        return Taken(passed, rate.calls, max(1, ceil(rate.every)), max(0, int(level + 1e-6)), reset)

    def _of_hour(self, quota: Quota, key: tuple[str, str], clock: Clock) -> Taken:
        now = clock.now()
        hour = int(now // HOUR)
        counted, used = self._hours.get(key, (hour, 0))
        if counted != hour:
            used = 0
        elsewhere = int(quota.others * (now / HOUR - hour))
        passed = used + elsewhere < quota.calls
        self._hours[key] = (hour, used + passed)
        left = max(0, quota.calls - used - elsewhere - passed)
        reset = max(1, ceil(clock.client_seconds((hour + 1) * HOUR - now) - 1e-6))
        return Taken(passed, quota.calls, ceil(clock.client_seconds(HOUR)), left, reset)
