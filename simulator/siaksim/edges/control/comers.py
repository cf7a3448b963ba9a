"""Who comes to an office, and whom a field kit meets at a school."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from siaksim.population.resident import Resident
from siaksim.services.siak.enrolments import reaches, wed
from siaksim.world import World

TOO_YOUNG, PHONE = 1, 3
"""Places among eight visitors at a school: one is too young to be recorded, one brings a phone."""
LOOKED_AT = 200
"""Pupils among whom those nearest to the age limit are chosen."""


class Comer(NamedTuple):
    """A visitor: `wants` is activation or recording."""

    nik: str
    wants: str


def at_office(world: World, count: int) -> list[Comer]:
    """Return adults who can be activated; fewer where there are no more."""
    people = world.country.find(
        today=world.today(), ages=(17, 70), status="normal", recorded=True, limit=2 * count + 20
    )
    return [Comer(person.nik, "activation") for person in people if person.has_photo][:count]


def at_school(world: World, count: int) -> list[Comer]:
    """Return pupils of every age near the limit, adults who were never recorded, some with phones.

    Of eight one is a few weeks too young, three are old enough for the recording and not yet for
    the card, three are adults, and one brings a phone to be activated (the mixture is assumed; of
    156 recordings at a school 88 waited for a birthday: domain.md section 5).
    """
    today, limit = world.today(), world.settings.recording_age_months
    pupils = world.country.find(today=today, ages=(16, 16), status="normal", limit=LOOKED_AT)
    pupils = sorted((p for p in pupils if not wed(p)), key=lambda p: _off(p, limit, today))
    young = [p for p in pupils if _off(p, limit, today) > 0]
    ripe = [p for p in reversed(pupils) if _off(p, limit, today) <= 0]
    adults = world.country.find(
        today=today, ages=(17, 60), status="never_recorded", limit=count + LOOKED_AT
    )
    phones = at_office(world, count // 8 + 1)
    found = []
    for number in range(count):
        place = number % 8
        if place == PHONE and "citizen" in world.play:
            found.append(phones.pop(0) if phones else None)
        elif place == TOO_YOUNG:
            found.append(_next(young))
        else:
            found.append(_next(ripe if place % 2 else adults) or _next(adults))
    return [comer for comer in found if comer is not None]


def _off(pupil: Resident, months: int, today: date) -> int:
    """Return how many days a pupil is too young to be recorded; 0 or fewer: old enough."""
    return (reaches(pupil.birth_date, months) - today).days


def _next(people: list[Resident]) -> Comer | None:
    return Comer(people.pop(0).nik, "recording") if people else None
