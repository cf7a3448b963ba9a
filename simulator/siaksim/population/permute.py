"""Exact permutations of whole numbers: a Feistel network over Z_L x Z_B, and its inverse. PURE."""

from __future__ import annotations

from collections.abc import Iterator

_MASK = (1 << 64) - 1


def mix(x: int) -> int:
    """Return splitmix64's finaliser of x: 64 well-mixed bits."""
    x = (x + 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


def subkey(key: int, *parts: int) -> int:
    """Return a key for a purpose: each part is mixed in, in order."""
    for part in parts:
        key = mix(key ^ mix(part & _MASK))
    return key


def forward(key: int, rows: int, columns: int, x: int) -> int:
    """Permute x in 0..rows*columns-1."""
    a, b = divmod(x, columns)
    a = (a + mix(key ^ (b << 3))) % rows
    b = (b + mix(key ^ (a << 3) ^ 1)) % columns
    a = (a + mix(key ^ (b << 3) ^ 2)) % rows
    b = (b + mix(key ^ (a << 3) ^ 3)) % columns
    return a * columns + b


def backward(key: int, rows: int, columns: int, y: int) -> int:
    """Undo `forward`."""
    a, b = divmod(y, columns)
    b = (b - mix(key ^ (a << 3) ^ 3)) % columns
    a = (a - mix(key ^ (b << 3) ^ 2)) % rows
    b = (b - mix(key ^ (a << 3) ^ 1)) % columns
    a = (a - mix(key ^ (b << 3))) % rows
    return a * columns + b


def row_inverses(key: int, rows: int, columns: int, a: int) -> Iterator[int]:
    """Give every x that `forward` sends to row a, in no meaningful order.

    The last round only shifts the columns of a row, so over a whole row it need not be undone.
    """
    for b in range(columns):
        a1 = (a - mix(key ^ (b << 3) ^ 2)) % rows
        b1 = (b - mix(key ^ (a1 << 3) ^ 1)) % columns
        yield (a1 - mix(key ^ (b1 << 3))) % rows * columns + b1


def shuffle(key: int, size: int, x: int) -> int:
    """Permute x in 0..size-1 for any size, by walking cycles of a slightly larger square."""
    side = _side(size)
    x = forward(key, side, side, x)
    while x >= size:
        x = forward(key, side, side, x)
    return x


def unshuffle(key: int, size: int, y: int) -> int:
    """Undo `shuffle`."""
    side = _side(size)
    y = backward(key, side, side, y)
    while y >= size:
        y = backward(key, side, side, y)
    return y


def _side(size: int) -> int:
    side = int(size**0.5)
    while side * side < size:
        side += 1
    return max(1, side)
