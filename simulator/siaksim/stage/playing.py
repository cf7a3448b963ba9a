"""Plays a part of a scenario's day with example clients in this process: no socket, no waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from siaksim.core.clock import office_date
from siaksim.core.units import clock_text
from siaksim.edges.assembly import Assembly, assemble
from siaksim.example_clients.calling import Carrier, Closed
from siaksim.example_clients.clients import Client, client
from siaksim.example_clients.manners import Manners
from siaksim.example_clients.place import Place
from siaksim.scenario.build import Scenario
from siaksim.services.siak.rules import OFFICERS, password
from siaksim.stage.carriage import HOST, Carriage
from siaksim.stage.driver import Stage
from siaksim.verdict.clients import ClientTerms, shipped
from siaksim.verdict.history import History, read_history
from siaksim.verdict.judge import Verdict, judge

WORLD = "stage"
GRACE_S = 10.0
"""Client seconds that clients have after the day's end, as `siaksim check` gives them."""
A_DAY = date(2026, 1, 2)
"""The day by which waivers are judged: shipped client files have none."""


Maker = Callable[[int, Place, Carrier, str], Client]
"""Makes the nth client (from 1): its place, the carrier of its calls, what seeds its draws."""


@dataclass(frozen=True, slots=True)
class Played:
    """A run that is over: what happened, and by which terms it is judged.

    `crash` is what a client of `run_made` raised, if one did.
    """

    history: History
    terms: ClientTerms
    crash: Exception | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict on the clients."""
        return judge(self.history, self.terms, A_DAY)

    @property
    def failed(self) -> set[str]:
        """The names of the rules that were breached."""
        return {ruling.rule for ruling in self.verdict.failed}


@cache
def _whole() -> Assembly:
    return assemble()


@cache
def _terms(kind: str) -> ClientTerms:
    return shipped(kind)


def scenario_of(text: str) -> Scenario:
    """Return the scenario of a name or of a YAML text (anything with a line break)."""
    worlds = _whole().worlds
    return worlds.inline(text) if "\n" in text else worlds.scenario(text)


def run(
    kind: str,
    manners: Manners,
    scenario: str,
    seed: int | None = None,
    *,
    instances: int = 1,
    residents: int | None = None,
) -> Played:
    """Let example clients of a kind play the part of a day that a scenario's `check:` names.

    `scenario` is a shipped one's name or a YAML text; `seed` None is that of the
    scenario's `check:`, else the scenario's own.
    """

    def make(number: int, place: Place, carrier: Carrier, draws: str) -> Client:
        return client(kind, number, place, carrier, manners, draws)

    played = run_made(kind, make, scenario, seed, instances=instances, residents=residents)
    if played.crash is not None:
        raise played.crash
    return played


def run_made(
    kind: str,
    make: Maker,
    scenario: str,
    seed: int | None = None,
    *,
    instances: int = 1,
    residents: int | None = None,
    draws: str = "",
) -> Played:
    """Let clients that `make` makes play, as `run` does; a crash of one ends the run of all.

    `draws` seeds what the clients draw; '' takes the world's seed.
    """
    whole, terms = _whole(), _terms(kind)
    found = scenario_of(scenario)
    part = found.check
    if part is None:
        raise ValueError(f"the scenario {found.name!r} has no check stanza")
    if whole.worlds.get(WORLD) is not None:
        whole.worlds.delete(WORLD)
    begin = found.beginning(_after_midnight(found, part.begin))
    world = whole.worlds.create(
        WORLD,
        begin,
        part.seed if seed is None else seed,
        "auto",
        shorten=part.shorten,
        play=frozenset(terms.actors),
    )
    stage = Stage(world.clock.now, world.advance)
    carriage = Carriage(whole, world, stage)
    body = b'{"residents": %d, "until": "%s", "spread": true, "visits": "%s"}' % (
        residents or part.residents,
        clock_text(part.end).encode(),
        terms.visits.encode(),
    )
    admin = f"http://{HOST}/__admin/worlds/{WORLD}"
    json = {"Content-Type": "application/json"}
    made = carriage.send("POST", f"{admin}/work", json, body, None)
    assert made.status == 201, made.body
    place = _place(admin, part.shorten)
    for number in range(1, instances + 1):
        stage.spawn(make(number, place, carriage, draws or f"{world.seed}").work)
    ends = world.clock.now() + (part.end - part.begin) + GRACE_S * part.shorten
    crash = _play(stage, ends)
    carriage.send("DELETE", f"{admin}/work", {}, b"", None, last=True)
    return Played(read_history(world.journal.lines), terms, crash)


def _play(stage: Stage, ends: float) -> Exception | None:
    """Play to the end; return what the first client that crashed raised: the others end with it."""
    crash: Exception | None = None
    while True:
        try:
            stage.run(ends)
            return crash
        except Closed:  # a play that did not mind the day's end
            continue
        except Exception as error:
            crash = crash or error
            stage.closed = True


def _after_midnight(scenario: Scenario, seconds: float) -> float:
    """Return how long after the scenario's start a time of its first day is, in office seconds."""
    start = office_date(scenario.start)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    return seconds - (start - midnight).total_seconds()


def _place(admin: str, shorten: float) -> Place:
    operator = next(iter(OFFICERS))
    root = f"http://{HOST}/w/{WORLD}"
    return Place(
        base=root,
        admin_url=admin,
        work_url=f"{admin}/work",
        outcome_url=f"{admin}/outcomes",
        mailbox_url=f"{root}/mail/api/v1",
        operator=operator,
        password=password(operator),
        shorten=shorten,
    )
