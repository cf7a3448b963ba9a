"""Draws keyed by what is asked, never by arrival order. PURE: standard library only.

A draw is a function of (seed, key) and of nothing else: not of the process, of
PYTHONHASHSEED, of how many draws came before, or of the world's name.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

SCHEME = 1
"""Counts the ways in which a seed and a key have made a draw. Whoever changes what a draw comes to
counts on: run files (siaksim.replay) of another scheme are refused."""

Part = str | int

_SPAN = 1 << 64


def bits(seed: int, *key: Part) -> int:
    """Return 64 even bits for this seed and key."""
    # The separator cannot occur in a key part that a user writes, so ("ab", "c") != ("a", "bc").
    text = "\x1f".join([str(seed), *map(str, key)])
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def keyed(seed: int, *key: Part) -> Callable[[str], int]:
    """Return a function that gives `bits(seed, *key, name)` for names, faster one by one."""
    begun = blake2b("\x1f".join([str(seed), *map(str, key), ""]).encode(), digest_size=8)

    def named(name: str) -> int:
        whole = begun.copy()
        whole.update(name.encode())
        return int.from_bytes(whole.digest(), "big")

    return named


def draw(seed: int, *key: Part) -> float:
    """Return a number in [0, 1) for this seed and key."""
    return (bits(seed, *key) >> 11) / (1 << 53)


def below(seed: int, limit: int, *key: Part) -> int:
    """Return a whole number in 0..limit-1; limit must be positive."""
    return bits(seed, *key) * limit // _SPAN


def text(seed: int, alphabet: str, length: int, *key: Part) -> str:
    """Return `length` characters of `alphabet` (such as a code or a token)."""
    value = bits(seed, *key)
    out: list[str] = []
    for index in range(length):
        if index and index % 8 == 0:  # 8 characters of up to 8 bits use up one draw
            value = bits(seed, *key, index)
        value, rest = divmod(value, len(alphabet))
        out.append(alphabet[rest])
    return "".join(out)
