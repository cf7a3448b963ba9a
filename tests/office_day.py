"""Days of one office, from opening to closing: counters, a kiosk and field kits serve citizens.

The clients are the good ones that siaksim ships: they play officers and citizens both, and know
nothing of faults. Arrivals, paces and habits are assumed: the shares of a day that offices report,
about seven minutes a visit, one citizen in ten who looks for the mail late. Their draws are their
own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from random import Random

import orjson
from field_day import CAPTURES_UNTIL, FieldDay
from siaksim.agreements.showing import request_of
from siaksim.core import chance
from siaksim.core.clock import WIB, office_date
from siaksim.edges.assembly import Assembly
from siaksim.edges.exchange import Raw
from siaksim.example_clients.calling import Caller, Unreachable
from siaksim.example_clients.officer import Officer
from siaksim.example_clients.place import at_server
from siaksim.example_clients.reception import Reception
from siaksim.example_clients.visit import Citizen, Direction, Outcome, Visit
from siaksim.media.selfies import selfie
from siaksim.population.country import PopulationSettings
from siaksim.services.siak.rules import password
from siaksim.stage.carriage import HOST, Carriage
from siaksim.stage.driver import Stage
from siaksim.world import World, country_of

HOUR = 3600.0
# Hours of the day and the percentage of its citizens who come within them.
ARRIVALS = (
    *((7.5, 8, 8), (8, 9, 22), (9, 10, 20), (10, 11, 16), (11, 12, 12)),
    *((12, 13, 6), (13, 14, 8), (14, 15, 6), (15, 15.5, 2)),
)
OPENS, CLOSES, FIELD_CLOSES = 8.0, 15.5, 11.0


def arrivals(count: int, chooser: Random) -> list[float]:
    """Return when citizens come, in hours of the day and in order."""
    weights = [weight for _, _, weight in ARRIVALS]
    slots = chooser.choices(ARRIVALS, weights, k=count)
    return sorted(chooser.uniform(begin, end) for begin, end, _ in slots)


@lru_cache(maxsize=8)
def _people(seed: int, settings: PopulationSettings, day: date, count: int) -> tuple[str, ...]:
    found = country_of(seed, settings).find(
        today=day, limit=count, ages=(17, 60), status="normal", recorded=True
    )
    return tuple(resident.nik for resident in found)


@dataclass(frozen=True)
class Plan:
    """What one day is like; `returns` are visits of people who were handed over before.

    `pupils` are activated in the field, `batch` NIKs are checked by the back office, `lookups`
    made by a clinic in the Dukcapil service. `recordings` are made offline by a field kit, which
    sends them from `sends_at` on (an hour of the day).
    """

    visits: int = 60
    returns: int = 0
    counters: int = 2
    kiosk: bool = True
    pupils: int = 0
    batch: int = 0
    lookups: int = 0
    recordings: int = 0
    sends_at: float = 11.5


Line = deque[tuple[float, Citizen]]
"""Who waits, and since when."""


class Office:
    """One office in one world; `outcomes` are what its clients say of each citizen."""

    def __init__(self, whole: Assembly, world: World) -> None:
        self.world = world
        self.stage = Stage(world.clock.now, world.advance)
        self.carriage = Carriage(whole, world, self.stage)
        self.place = at_server(f"http://{HOST}/w/{world.name}")
        self.mailbox = Reception(self.carriage, self.place, "office")
        self.outcomes: list[Outcome] = []
        self.to_return: deque[Citizen] = deque()
        self.waits_s: list[float] = []
        self.callers: dict[str, Caller] = {}
        self.field: FieldDay | None = None
        first = datetime.combine(office_date(world.scenario.start), time(), WIB)
        self.midnight = first.timestamp()
        self._citizens = self._people()

    def _niks(self, count: int) -> tuple[str, ...]:
        """Return the NIKs of adults who may register, always the same ones."""
        scenario = self.world.scenario
        day = office_date(scenario.start).date()
        return _people(self.world.seed, scenario.population_settings, day, count)

    def _people(self) -> Iterator[Citizen]:
        chooser = Random("citizens")
        for nik in self._niks(2000):
            picture = selfie(chance.bits(self.world.seed, "face", nik), "plain", 240)
            late = chooser.uniform(11, 25) * 60 if chooser.random() < 0.1 else 0.0
            yield Citizen(nik, picture, chooser.lognormvariate(-0.11, 0.47), late)

    def caller(self, name: str) -> Caller:
        """Return the device of a name, the same all days."""
        base = self.place.device(name, 1).base
        return self.callers.setdefault(name, Caller(self.carriage, name, base))

    def officer(self, device: Caller, number: int) -> Officer:
        """Return the officer of a number, at a device."""
        operator = f"petugas{number:02d}"
        return Officer(device, operator, password(operator))

    def work(self, days: Mapping[int, Plan]) -> None:
        """Work through days (from 1), each by its plan, until the last citizen is done."""
        for day, plan in days.items():
            self._plan_day(self.midnight + (day - 1) * 24 * HOUR, plan, Random(f"day-{day}"))
        self.stage.run()

    def _plan_day(self, midnight: float, plan: Plan, chooser: Random) -> None:
        opens, closes = midnight + OPENS * HOUR, midnight + CLOSES * HOUR
        line, kiosk = Line(), Line()
        come = plan.visits + plan.returns
        back = set(chooser.sample(range(come), plan.returns))
        for number, hour in enumerate(arrivals(come, chooser)):
            where = kiosk if plan.kiosk and number % 4 == 3 else line
            self.stage.spawn(self._comes, where, number in back, at=midnight + hour * HOUR)
        for number in range(1, plan.counters + 1):
            officer = self.officer(self.caller(f"counter.{number}"), number)
            self.stage.spawn(self._serve, officer.caller, officer, line, closes, line, at=opens)
            if number == 1 and plan.kiosk:
                device = self.caller("kiosk.1")
                self.stage.spawn(self._serve, device, officer, kiosk, closes, line, at=opens)
        pupils = Line((opens, citizen) for citizen in islice(self._citizens, plan.pupils))
        for number in (1, 2) if pupils else ():
            kit = self.caller(f"field_kit.{number}")
            officer = self.officer(kit, 10 + number)
            leaves = midnight + FIELD_CLOSES * HOUR
            self.stage.spawn(
                self._serve, kit, officer, pupils, leaves, pupils, "phone_scans", at=opens
            )
        if plan.recordings:
            officer = self.officer(self.caller("field_kit.9"), 19)
            self.field = FieldDay(self.world, officer, self.stage.sleep)
            until = min(CAPTURES_UNTIL, plan.sends_at)
            self.stage.spawn(self.field.captures, plan.recordings, until, at=opens)
            self.stage.spawn(self.field.sends, 20.0, at=midnight + plan.sends_at * HOUR)
        if plan.batch:
            self.stage.spawn(self._check_lists, plan.batch, at=opens + HOUR + 8 * 60)
        if plan.lookups:
            self.stage.spawn(self._look_up, plan.lookups, (closes - opens), at=opens)

    # -- plays -----------------------------------------------------------------------------

    def _comes(self, line: Line, back: bool) -> None:
        citizen = self.to_return.popleft() if back and self.to_return else next(self._citizens)
        line.append((self.stage.now(), citizen))

    def _serve(
        self,
        device: Caller,
        officer: Officer,
        line: Line,
        closes: float,
        instead: Line,
        direction: Direction = "officer_scans",
    ) -> None:
        """Serve a line until closing; if the device's clock is off, others serve it (`instead`)."""
        while self.stage.now() < closes:
            if device.warned and line is not instead:
                instead.extend(line)
                line.clear()
            if device.warned or not line:
                self.stage.sleep(20)
                continue
            came, citizen = line.popleft()
            self.waits_s.append(self.stage.now() - came)
            visit = Visit(citizen, device, officer, self.mailbox, direction, len(self.waits_s))
            ended = visit.at_the_counter()
            if ended is None:
                self.stage.spawn(self._goes_on, visit)
            else:
                self._note(citizen, ended)
        while line:
            _, citizen = line.popleft()
            self._note(citizen, Outcome(citizen.nik, "handed_over", "closed"))

    def _note(self, citizen: Citizen, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        if outcome.result == "handed_over":
            self.to_return.append(citizen)

    def _goes_on(self, visit: Visit) -> None:
        self._note(visit.citizen, visit.aside())

    def _check_lists(self, count: int) -> None:
        """The back office checks a list of pupils, one every three seconds, and waits when told."""
        officer = self.officer(self.caller("counter.9"), 9)
        for nik in self._niks(count):
            while True:
                try:
                    officer.call("POST", "/siak/v1/residents/search", {"nik": nik})
                    break
                except Unreachable as away:
                    self.stage.sleep(max(away.after_s, 60.0))
            self.stage.sleep(3)

    def _look_up(self, count: int, within_s: float) -> None:
        """A clinic looks its patients up by NIK in the Dukcapil service, evenly over the day."""
        agreement = self.world.agreements.get("rsud-lookup")
        assert agreement is not None
        for nik in self._niks(count):
            path = f"/w/{self.world.name}{agreement.path('CALL_NIK')}"
            headers = {"content-type": "application/json"}
            body = orjson.dumps(request_of(agreement, "call_nik", nik))
            self.carriage.exchange(Raw("POST", path, headers, body, peer="127.0.0.1"))
            self.stage.sleep(within_s / count)
