"""Where everything is for one client: what `siaksim check` puts into the environment, or --url."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

SIAK = "/siak/v1"
WORK = "/work"
OPERATORS = 20
"""Operators whom siaksim knows: petugas01 and so on; the last is siaksim's own officer."""


class Missing(Exception):
    """A variable that a client needs and that nobody has set; its text says which."""


@dataclass(frozen=True, slots=True)
class Place:
    """URLs and credentials of one device; `shorten` is how much faster the day's plan runs."""

    base: str
    """Where the services answer for this device, by its name: .../c/counter.1"""
    admin_url: str
    work_url: str
    outcome_url: str
    mailbox_url: str
    operator: str
    password: str
    shorten: float = 1.0
    speed: float = 1.0
    queues: str = ""
    """The folder of the queues of field kits, '' for none: then they are in memory."""

    def device(self, name: str, number: int) -> Place:
        """Return the place of the nth device (from 1), under a name and an operator of its own."""
        base = f"{self.base.partition('/c/')[0]}/c/{name}"
        if number == 1:
            return replace(self, base=base)
        operator = f"petugas{(number - 1) % (OPERATORS - 1) + 1:02d}"
        return replace(self, base=base, operator=operator, password=f"siaksim-{operator}")


def from_environment(variables: Mapping[str, str]) -> Place:
    """Return the place that the environment names; Missing says what it lacks."""

    def wanted(name: str) -> str:
        value = variables.get(name, "")
        if not value:
            raise Missing(name)
        return value

    work = wanted("SIAKSIM_WORK_URL")
    return Place(
        base=wanted("SIAKSIM_SIAK_URL").removesuffix(SIAK),
        admin_url=work.removesuffix(WORK),
        work_url=work,
        outcome_url=wanted("SIAKSIM_OUTCOME_URL"),
        mailbox_url=wanted("SIAKSIM_MAILBOX_URL"),
        operator=wanted("SIAKSIM_OPERATOR"),
        password=wanted("SIAKSIM_PASSWORD"),
        shorten=float(variables.get("SIAKSIM_SHORTEN") or 1.0),
        speed=float(variables.get("SIAKSIM_SPEED") or 1.0),
    )


def at_server(url: str, shorten: float = 1.0) -> Place:
    """Return the place of a world at a running server: http://HOST:PORT or .../w/WORLD."""
    found = re.fullmatch(r"(.*?)(/w/([a-z0-9-]+))?/?", url)
    assert found is not None
    root, prefix, world = found[1], found[2] or "", found[3]
    admin = f"{root}/__admin/worlds/{world}" if world else f"{root}/__admin"
    return Place(
        base=root + prefix,
        admin_url=admin,
        work_url=admin + WORK,
        outcome_url=f"{admin}/outcomes",
        mailbox_url=f"{root}{prefix}/mail/api/v1",
        operator="petugas01",
        password="siaksim-petugas01",
        shorten=shorten,
    )
