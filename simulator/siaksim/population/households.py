"""Who lives together: the cells of households, and each member's sex and age. PURE.

Ages are completed years at the reference date. Weights of the cells are assumed: smooth in the
anchor's age, and chosen so that household sizes come near to Indonesia's mean of about 3.6.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from siaksim.population.permute import subkey

Sex = Literal["L", "P"]
Role = Literal["head", "wife", "child", "parent"]
SPAN = 1 << 32

# (people in the household, share of all people)
SIZE_SHARES: dict[int, float] = {1: 0.03, 2: 0.11, 3: 0.24, 4: 0.32, 5: 0.20, 6: 0.10}


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of household: with a couple or one adult, children, a parent living in."""

    couple: bool
    children: int
    parent: bool
    anchor_age: int


@dataclass(frozen=True, slots=True)
class Member:
    """One person's place in a household."""

    role: Role
    sex: Sex
    age: int


# size -> (couple, children, parent living in, weight)
_TYPES: dict[int, tuple[tuple[bool, int, bool, int], ...]] = {
    1: ((False, 0, False, 1),),
    2: ((True, 0, False, 7), (False, 1, False, 3)),
    3: ((True, 1, False, 8), (False, 2, False, 1), (True, 0, True, 1)),
    4: ((True, 2, False, 9), (True, 1, True, 1)),
    5: ((True, 3, False, 7), (True, 2, True, 3)),
    6: ((True, 4, False, 6), (True, 3, True, 4)),
}


def _anchor_ages(couple: bool, children: int, parent: bool) -> range:
    if children == 0:
        return range(20, 66 if parent else 86)
    # The mother's ages at birth lie in [max(19, A - 34), min(41, A)]: room for every child.
    first, last = max(21, 18 + 2 * children), min(74, 77 - 2 * children)
    return range(first, min(last, 62 if parent else last) + 1)


@lru_cache(maxsize=8)
def cells(size: int) -> tuple[tuple[Cell, ...], tuple[int, ...]]:
    """Return the cells of a household size, and where each one's quota ends (of 2^32)."""
    found: list[Cell] = []
    weights: list[float] = []
    for couple, children, parent, weight in _TYPES[size]:
        ages = _anchor_ages(couple, children, parent)
        middle = 38 if children else (60 if couple else 48)
        raw = [1.0 / (1.0 + ((age - middle) / 14.0) ** 2) for age in ages]
        for age, part in zip(ages, raw, strict=True):
            found.append(Cell(couple, children, parent, age))
            weights.append(weight * part / sum(raw))
    total = sum(weights)
    ends: list[int] = []
    running = 0.0
    for part in weights:
        running += part
        ends.append(int(SPAN * running / total))
    ends[-1] = SPAN
    return tuple(found), tuple(ends)


def cell_at(size: int, position: int) -> Cell:
    """Return the cell whose quota holds a position in 0..2^32-1."""
    found, ends = cells(size)
    return found[bisect_right(ends, position)]


def members(cell: Cell, key: int) -> tuple[Member, ...]:
    """Return everybody of a household, head first; `key` is the household's own."""
    age = cell.anchor_age
    found: list[Member] = []
    if cell.couple:
        husband = max(19, min(95, age + subkey(key, 1) % 16 - 3))
        found = [Member("head", "L", husband), Member("wife", "P", age)]
    else:
        woman = subkey(key, 2) % 10 < (8 if cell.children else 5)
        found = [Member("head", "P" if woman else "L", age)]
    found += [
        Member("child", "P" if subkey(key, 3, n) & 1 else "L", child)
        for n, child in enumerate(_child_ages(cell, key))
    ]
    if cell.parent:
        older = min(97, found[0].age + 20 + subkey(key, 4) % 19)
        found.append(Member("parent", "P" if subkey(key, 5) % 10 < 7 else "L", older))
    return tuple(found)


def _child_ages(cell: Cell, key: int) -> list[int]:
    """Return ages, oldest first: one draw in each of equal parts, one year free between parts."""
    if not cell.children:
        return []
    low, high = max(19, cell.anchor_age - 34), min(41, cell.anchor_age)
    years, count = high - low + 1, cell.children
    ages = []
    for n in range(count):
        first = low + n * (years + 1) // count
        last = low + (n + 1) * (years + 1) // count - 2
        ages.append(cell.anchor_age - (first + subkey(key, 6, n) % (last - first + 1)))
    return ages


def ages_possible(cell: Cell) -> frozenset[int]:
    """Return every age that somebody in a household of this cell can have."""
    age = cell.anchor_age
    found = {age}
    if cell.couple:
        found.update(range(max(19, age - 3), min(95, age + 12) + 1))
    if cell.children:
        found.update(range(age - min(41, age), age - max(19, age - 34) + 1))
    if cell.parent:
        found.update(range(min(97, max(19, age - 3) + 20), min(97, age + 12 + 38) + 1))
    return frozenset(found)
