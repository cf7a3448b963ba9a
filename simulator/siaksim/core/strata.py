"""Draws spread evenly over the citizens of a work list, so that few of them meet each outcome.

Eight independent draws miss an outcome of 25% one time in ten. Here the draws of eight citizens in
a row fall into eight different eighths of [0, 1), one each, and those of 64 into 64 parts; each
draw alone is as uniform as any. Which of the eight gets which eighth is a keyed draw, so that who
serves every second citizen meets as much as others (a regular order would give them one half).
Still a function of (seed, key, rank). PURE: standard library only.
"""

from __future__ import annotations

from siaksim.core import chance

WIDE = 8
_ORDERS = 40320
"""The ways to order eight."""


def draw(seed: int, rank: int, *key: chance.Part) -> float:
    """Return a number in [0, 1) for the citizen of this rank (from 0), for this seed and key.

    Of 8 (64) ranks in a row that begin at a multiple of 8 (64), one lies in each stretch of length
    1/8 (1/64). Different keys are independent of each other.
    """
    block, place = divmod(rank, WIDE)
    eighth = _placed(chance.below(seed, _ORDERS, "stratum", *key, block), place)
    # The eight blocks of 64 ranks share each eighth out among themselves in the same way.
    wider, place = divmod(block, WIDE)
    part = _placed(chance.below(seed, _ORDERS, "stratum", *key, "in", eighth, wider), place)
    rest = chance.draw(seed, "stratum", *key, "rest", rank)
    return (eighth + (part + rest) / WIDE) / WIDE


def _placed(order: int, place: int) -> int:
    """Return what stands at a place (0..7) in one of the orders of 0..7, by the order's number."""
    left = list(range(WIDE))
    for more in range(place + 1):
        order, choice = divmod(order, WIDE - more)
        found = left.pop(choice)
    return found
