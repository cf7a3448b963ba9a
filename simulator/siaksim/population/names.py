"""Names of people, by keyed hashes into word lists. PURE.

Words are Faker's Indonesian lists, frozen as data (tools/freeze_names.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import cast

from siaksim.population.households import Sex
from siaksim.population.permute import mix

_LISTS: dict[Sex, tuple[str, str]] = {
    "L": ("male", "second_male"),
    "P": ("female", "second_female"),
}


@cache
def words() -> dict[str, list[str]]:
    """Return the frozen word lists."""
    text = files("siaksim.population").joinpath("data/names.json").read_text(encoding="utf-8")
    return cast(dict[str, list[str]], json.loads(text))


def pick(items: Sequence[str], key: int) -> str:
    """Return the word that a key stands for."""
    return items[key % len(items)]


def name_of(sex: Sex, key: int) -> str:
    """Return a full name for a person's key."""
    first, second = _LISTS[sex]
    return f"{pick(words()[first], key)} {pick(words()[second], key >> 20)}"


def own_key(home: int, slot: int) -> int:
    """Return the key of one member of a household, for all that is her or his own."""
    return mix(home ^ (slot << 4) ^ 0x30)


def name_at(home: int, slot: int, sex: Sex) -> str:
    """Return the full name of a household's member."""
    return name_of(sex, own_key(home, slot))


def named(name: str) -> dict[Sex, tuple[int, int]]:
    """Return, for each sex that somebody of this full name can have, its words' numbers."""
    return {sex: _names(sex)[name] for sex in _LISTS if name in _names(sex)}


def has_name(key: int, sex: Sex, numbers: tuple[int, int]) -> bool:
    """Say whether a person's key gives the name of these numbers."""
    first, second = _LISTS[sex]
    lists = words()
    return key % len(lists[first]) == numbers[0] and (key >> 20) % len(lists[second]) == numbers[1]


@cache
def _names(sex: Sex) -> dict[str, tuple[int, int]]:
    first, second = _LISTS[sex]
    return {
        f"{one} {two}": (i, j)
        for i, one in enumerate(words()[first])
        for j, two in enumerate(words()[second])
    }
