"""What a planted bug is: a careless client, its careful twin, and the rules that tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from siaksim.example_clients.calling import Caller, Carrier
from siaksim.example_clients.clients import Client, client
from siaksim.example_clients.manners import GOOD, Manners
from siaksim.example_clients.place import Place
from siaksim.example_clients.reception import Reception
from siaksim.stage.playing import Maker


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug in one client; a hunt that breaks one of `rules` has found it."""

    name: str
    told: str
    kind: str
    rules: frozenset[str]
    careless: Maker
    careful: Maker


def bug_named(bugs: Iterable[Bug], name: str) -> Bug:
    """Return the bug of this name; KeyError names those that there are."""
    known = {bug.name: bug for bug in bugs}
    if name not in known:
        raise KeyError(f"{name}; there are {', '.join(known)}")
    return known[name]


def by_manners(kind: str, manners: Manners = GOOD) -> Maker:
    """Return what makes example clients of a kind with these manners."""

    def make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
        return client(kind, number, place, carrier, manners, draws)

    return make


@dataclass(frozen=True, slots=True)
class Device:
    """The parts of one client of the office."""

    caller: Caller
    place: Place
    reception: Reception


def device(
    kind: str,
    number: int,
    place: Place,
    carrier: Carrier,
    draws: str,
    caller: type[Caller] = Caller,
    manners: Manners = GOOD,
) -> Device:
    """Return the parts that `client` puts together, with a caller of another class."""
    name = f"{kind}.{number}"
    own = place.device(name, number)
    made = caller(carrier, name, own.base, manners, draws=draws)
    return Device(made, own, Reception(carrier, own, name))
