"""Draws spread evenly over the citizens of a work list, so that few of them meet each outcome.

Eight independent draws miss an outcome of 25% one time in ten. Here the draws of eight citizens in
a row fall into eight different eighths of [0, 1), one each, whatever comes first; each draw alone
is as uniform as any. It is van der Corput's sequence under Owen's nested scrambling, the bits of
which are keyed draws: still a function of (seed, key, rank). PURE: standard library only.
"""

from __future__ import annotations

from siaksim.core import chance

LEVELS = 10
"""Halvings that are told apart: up to 1,024 ranks differ, as many as a work list may have."""


def draw(seed: int, rank: int, *key: chance.Part) -> float:
    """Return a number in [0, 1) for the citizen of this rank (from 0), for this seed and key.

    Of any 2^k ranks in a row that begin at a multiple of 2^k, one lies in each stretch of length
    2^-k. Different keys are independent of each other.
    """
    place, width, seen = 0.0, 1.0, 1
    for level in range(LEVELS):
        digit = rank >> level & 1
        width /= 2
        # `seen` is the path so far: each of its halves is turned over by a draw of its own.
        place += width * (digit ^ chance.bits(seed, "stratum", *key, seen) & 1)
        seen = seen << 1 | digit
    return place + width * chance.draw(seed, "stratum", *key, "in", rank)
