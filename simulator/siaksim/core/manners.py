"""How clients behave whose call was not answered: they give up, wait, press again. PURE.

The seven kinds are those of the storm that the project measured (docs/capacity.md). Lengths are
client seconds; all numbers are assumed unless a source is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import inf
from typing import Literal

from siaksim.core import quantiles

Law = Literal["none", "fixed", "doubling", "full_jitter", "uniform"]


@dataclass(frozen=True, slots=True)
class Manner:
    """What one client does: at most `tries` calls, and a pause by a law before each repeat.

    `fixed`: `first_s`; `doubling`: twice as long each time, at most `last_s`; `full_jitter`: even
    between 0 and that; `uniform`: even between both. With a `budget` repeats are at most that part
    of all first calls. `heeds` a Retry-After, if one is told.
    """

    name: str
    tries: float = 1
    law: Law = "none"
    first_s: float = 0.0
    last_s: float = 0.0
    budget: float | None = None
    heeds: bool = False

    def pause(self, attempt: int, u: float) -> float:
        """Return the pause after the nth attempt (from 1) failed, by one even draw."""
        if self.law == "uniform":
            return self.first_s + u * (self.last_s - self.first_s)
        if self.law == "fixed" or self.law == "none":
            return self.first_s
        longest = min(self.last_s, self.first_s * 2.0 ** min(attempt - 1, 60))
        return longest if self.law == "doubling" else u * longest


_FIRST_S, _LAST_S = 1.0, 32.0
"""Of backing off: such a client's usual figures (assumed)."""
MANNERS: Mapping[str, Manner] = {
    manner.name: manner
    for manner in (
        Manner("no_retry"),
        Manner("immediate", 4, "fixed"),
        Manner("exponential", 6, "doubling", _FIRST_S, _LAST_S),
        Manner("jitter", 6, "full_jitter", _FIRST_S, _LAST_S),
        Manner("budget", 6, "full_jitter", _FIRST_S, _LAST_S, budget=0.1, heeds=True),
        Manner("staff", 15, "uniform", 2.0, 8.0),
        Manner("hammer", inf, "fixed", 1.0),
    )
}
"""The seven kinds by name."""
ALIASES = {"careful": "budget", "careless": "staff"}
"""Words for the two that a scenario mostly means: a client with full jitter and a retry budget of
10 %, and people at counters who press again every 2 to 8 seconds."""


class Mix:
    """Who comes: shares of manners, and for each person one of them by a draw."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        """`shares` are by name (also `careful`, `careless`) and come to 1."""
        if not shares or abs(sum(shares.values()) - 1.0) > 1e-6:
            raise ValueError("the shares of the manners come to 100%")
        self._manners = [MANNERS[ALIASES.get(name, name)] for name in shares]
        self._bounds = list(accumulate(shares.values()))
        self._bounds[-1] = 1.0

    def manner(self, u: float) -> Manner:
        """Return whose manner a draw falls on."""
        return self._manners[quantiles.part(u, self._bounds)[0]]


class Budget:
    """A retry budget (token bucket): each first call earns a part of a repeat.

    It begins empty and saves up `most` repeats: a burst after a quiet day stays small.
    """

    __slots__ = ("_left", "_most", "_part")

    def __init__(self, part: float, most: float = 10.0) -> None:
        self._part = part
        self._most = most
        self._left = 0.0

    def earn(self) -> None:
        """Note a first call."""
        self._left = min(self._most, self._left + self._part)

    def spend(self) -> bool:
        """Take one repeat; False when there is none."""
        if self._left < 1.0 - 1e-9:
            return False
        self._left -= 1.0
        return True
