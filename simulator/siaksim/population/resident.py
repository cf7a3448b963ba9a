"""One resident, as the registry holds her or him."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["normal", "dead", "duplicate", "inactive", "active_elsewhere"]


@dataclass(frozen=True, slots=True)
class Resident:
    """A synthetic resident; texts are upper case, codes as in the registry's tables.

    `birth_date` is the record's, which differs from the NIK's after a correction. `recorded` is
    the KTP-el recording, `has_photo` whether the face check has something to compare with.
    """

    index: int
    nik: str
    kk: str
    name: str
    sex: Literal["L", "P"]
    birth_place: str
    birth_date: date
    religion: str
    blood_type: str
    marital_status: str
    relation: str
    education: str
    occupation: str
    mother_name: str
    father_name: str
    mother_nik: str | None
    father_nik: str | None
    address: str
    rt: int
    rw: int
    area: str
    village_code: str
    village_name: str
    district_name: str
    regency_name: str
    province_name: str
    postal_code: str | None
    status: Status
    recorded: bool
    has_photo: bool

    def age_on(self, day: date) -> int:
        """Return completed years on a day."""
        return years_between(self.birth_date, day)


def years_between(born: date, day: date) -> int:
    """Return completed years from a birth date to a day (29 February counts from 1 March)."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
