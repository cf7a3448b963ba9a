"""Who lives together: kinds of households, and each member's sex and age. PURE.

A *cell* is a kind of household with the age of its anchor: the wife, or else the head. A member's
age is one of a short list, taken by the household's rank among those of its cell and district.
So the people of an age are found by arithmetic, without looking at others.
Ages are completed years at the reference date.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Literal

from siaksim.population.permute import mix

Sex = Literal["L", "P"]
Role = Literal["head", "wife", "child", "parent"]
SPAN = 1 << 32
ADULT = 17
"""Age from which a resident may be recorded for a KTP-el (observed: Law 24/2013)."""
BOYS = 131 / 256
"""Share of boys among children: about 105 to 100 (assumed)."""
MOTHERS = 154 / 256
"""Share of women among parents who live with a child's family (assumed)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of household: who heads it, how many children are at home, a parent living in."""

    name: str
    head: Sex
    couple: bool
    children: int
    parent: bool

    @property
    def size(self) -> int:
        """Return how many people it has."""
        return 1 + self.couple + self.children + self.parent

    def anchor_ages(self) -> range:
        """Return the ages that the wife, or else the head, can have."""
        last = 62 if self.parent else 85 if self.couple else 95
        if not self.children:
            return range(19, last + 1)
        # The mother's ages at birth lie in [max(19, A - 34), min(41, A)]: room for every child.
        first = max(21, 18 + 2 * self.children)
        return range(first, min(last, 74, 77 - 2 * self.children) + 1)


KINDS: tuple[Kind, ...] = (
    Kind("man", "L", False, 0, False),
    Kind("woman", "P", False, 0, False),
    *(Kind(f"couple-{n}", "L", True, n, False) for n in range(5)),
    *(Kind(f"couple-{n}-parent", "L", True, n, True) for n in range(5)),
    *(Kind(f"mother-{n}", "P", False, n, False) for n in range(1, 5)),
    *(Kind(f"father-{n}", "L", False, n, False) for n in range(1, 3)),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One member of a cell's households: sex None is drawn; each age is equally frequent."""

    role: Role
    sex: Sex | None
    ages: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A kind of household at one age of its anchor; slots are the members, head first.

    There is one of each: `cell` makes it.
    """

    kind: Kind
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One person's place in a household."""

    role: Role
    sex: Sex
    age: int


@cache
def cell(kind: Kind, age: int) -> Cell:
    """Return the cell of a kind of household and its anchor's age."""
    slots: list[Slot] = []
    if kind.couple:
        # A husband is 3 years younger to 12 years older than his wife (assumed).
        slots.append(Slot("head", "L", tuple(max(19, age + gap) for gap in range(-3, 13))))
        slots.append(Slot("wife", "P", (age,)))
    else:
        slots.append(Slot("head", kind.head, (age,)))
    slots += [Slot("child", None, ages) for ages in _child_ages(kind.children, age)]
    if kind.parent:
        # 20 to 38 years older than the head, whatever the head's own age is.
        slots.append(Slot("parent", None, tuple(range(age + 32, age + 36))))
    return Cell(kind, tuple(slots))


def _child_ages(count: int, age: int) -> list[tuple[int, ...]]:
    """Return each child's ages, oldest child first: equal parts, one year free between them.

    So the mother is 18-42 years old at each birth, and siblings are a year apart or more.
    """
    if not count:
        return []
    low, high = max(19, age - 34), min(41, age)
    years, found = high - low + 1, []
    for n in range(count):
        first = low + n * (years + 1) // count
        last = low + (n + 1) * (years + 1) // count - 2
        found.append(tuple(range(age - first, age - last - 1, -1)))
    return found


def sex_of(slot: Slot, place: int, key: int) -> Sex:
    """Return the sex of a household's member: 8 bits of the household's key for each slot."""
    if slot.sex is not None:
        return slot.sex
    draw = (key >> (8 * place)) & 255
    if slot.role == "child":
        return "L" if draw < 256 * BOYS else "P"
    return "P" if draw < 256 * MOTHERS else "L"


@cache
def coprimes(length: int) -> tuple[int, ...]:
    """Return the strides that visit every one of `length` places."""
    return tuple(s for s in range(1, length + 1) if math.gcd(s, length) == 1)


def turn(key: int, cell_number: int, place: int, length: int) -> tuple[int, int]:
    """Return (stride, offset): the household of rank r has age number (r * stride + offset).

    `key` is that of the district and size; modulo `length`. Offsets differ from cell to cell.
    """
    draw = mix(key ^ (cell_number << 4) ^ place)
    strides = coprimes(length)
    return strides[(draw >> 32) % len(strides)], draw % length


# -- how many of each ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strata:
    """Cells by household size, where each one's quota ends (of 2^32), and people by size."""

    cells: dict[int, tuple[Cell, ...]]
    ends: dict[int, tuple[int, ...]]
    people: dict[int, float]

    def number_at(self, size: int, position: int) -> int:
        """Return the number of the cell whose quota holds a position in 0..2^32-1."""
        return bisect_right(self.ends[size], position)


Weights = dict[Cell, float]


@cache
def fitted() -> Weights:
    """Return the share of all households that each cell has, as tools/fit_households.py fits."""
    text = files("siaksim.population").joinpath("data/cells.json").read_text(encoding="utf-8")
    given = json.loads(text)["households"]
    found = {
        cell(kind, age): float(weight)
        for kind in KINDS
        for age, weight in zip(kind.anchor_ages(), given[kind.name], strict=True)
    }
    whole = sum(found.values())
    return {where: weight / whole for where, weight in found.items()}


def profile(where: Cell) -> dict[tuple[Sex, int], float]:
    """Return how many people of each sex and age a household of a cell has on average."""
    found: dict[tuple[Sex, int], float] = {}
    for slot in where.slots:
        men = 1 - MOTHERS if slot.role == "parent" else BOYS
        for age in slot.ages:
            for sex, share in (("L", men), ("P", 1 - men)):
                part = share if slot.sex is None else float(slot.sex == sex)
                if part:
                    key: tuple[Sex, int] = ("L" if sex == "L" else "P", age)
                    found[key] = found.get(key, 0.0) + part / len(slot.ages)
    return found


@cache
def young(where: Cell) -> float:
    """Return how many people under 17 a household of a cell has on average."""
    return sum(part for (_, age), part in profile(where).items() if age < ADULT)


def tilted(weights: Weights, tilt: float) -> Weights:
    """Return weights moved towards households with more (tilt > 0) or fewer people under 17.

    A cell of z people, u of them under 17, is weighted by exp(tilt * (u - 0.27 z)); the numbers
    of households of each size stay.
    """
    moved = {
        where: weight * math.exp(tilt * (young(where) - 0.27 * where.kind.size))
        for where, weight in weights.items()
    }
    before, after = _by_size(weights), _by_size(moved)
    return {
        where: weight * before[where.kind.size] / after[where.kind.size]
        for where, weight in moved.items()
    }


def _by_size(weights: Weights) -> dict[int, float]:
    found: dict[int, float] = {}
    for where, weight in weights.items():
        found[where.kind.size] = found.get(where.kind.size, 0.0) + weight
    return found


def share_young(weights: Weights) -> float:
    """Return the share of people under 17."""
    people = sum(weight * where.kind.size for where, weight in weights.items())
    return sum(weight * young(where) for where, weight in weights.items()) / people


YOUNG_LEAST, YOUNG_MOST = 0.15, 0.40
"""Shares of people under 17 that a world may ask for."""


@cache
def strata(under_17: float | None = None) -> Strata:
    """Return the strata, tilted so that this share of the people is under 17 (None: as fitted)."""
    weights = fitted()
    if under_17 is not None:
        low, high = -8.0, 8.0
        for _ in range(48):
            middle = (low + high) / 2
            if share_young(tilted(weights, middle)) < under_17:
                low = middle
            else:
                high = middle
        weights = tilted(weights, low)
    cells: dict[int, tuple[Cell, ...]] = {}
    ends: dict[int, tuple[int, ...]] = {}
    people: dict[int, float] = {}
    for size, households in _by_size(weights).items():
        chosen = [where for where, weight in weights.items() if where.kind.size == size and weight]
        sums = list(accumulate(weights[where] for where in chosen))
        cells[size] = tuple(chosen)
        ends[size] = (*(int(SPAN * part / sums[-1]) for part in sums[:-1]), SPAN)
        people[size] = households * size
    whole = sum(people.values())
    return Strata(cells, ends, {size: part / whole for size, part in sorted(people.items())})


@cache
def age_shares(under_17: float | None = None) -> tuple[float, ...]:
    """Return the share of people of each age 0-99."""
    found = [0.0] * 100
    table = strata(under_17)
    for size, cells in table.cells.items():
        first = 0
        for where, end in zip(cells, table.ends[size], strict=True):
            part = (end - first) / SPAN * table.people[size] / size
            first = end
            for (_, age), count in profile(where).items():
                found[age] += part * count
    return tuple(found)
