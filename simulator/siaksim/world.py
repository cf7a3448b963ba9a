"""One world: an isolated simulation with its own clock, plan, registry, mail and journal.

PURE but for what it is given: the journal's sink and the ledger's store may write files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from siaksim.core import chance
from siaksim.core.agenda import Agenda
from siaksim.core.centre import Centres, Place
from siaksim.core.clock import Clock, office_date, office_text
from siaksim.core.conditions import NORMAL, Conditions
from siaksim.core.faultbook import FaultBook, Row
from siaksim.core.meters import Meters
from siaksim.core.work import WorkList
from siaksim.happenings import plan_happenings
from siaksim.journal.journal import Journal
from siaksim.journal.redact import mask_nik, redacted
from siaksim.ledger.entries import Change, Entry
from siaksim.ledger.ledger import Kept, Ledger
from siaksim.ledger.registry import Registry, Session
from siaksim.population.country import Country, PopulationSettings, Resident
from siaksim.post import Delivered, Post
from siaksim.recoveries import plan_recoveries
from siaksim.watch import Watch

if TYPE_CHECKING:
    from siaksim.agreements.directory import Directory
    from siaksim.core.plan import FaultPlan, PlannedFault
    from siaksim.links.plan import LinkSpec
    from siaksim.replay.player import Replay
    from siaksim.replay.recorder import Recorder
    from siaksim.scenario.build import Scenario
    from siaksim.scenario.settings import Settings


@lru_cache(maxsize=64)
def country_of(seed: int, settings: PopulationSettings) -> Country:
    """Return the residents of a seed and settings; worlds that agree in both share them."""
    return Country(seed, settings)


def last_serial(name: str, requests: Iterable[object]) -> int:
    """Return the highest number in request ids `<world>-<number>`, so that none is given twice."""
    highest = 0
    for request in requests:
        world, _, number = str(request).rpartition("-")
        if world == name and number.isdigit():
            highest = max(highest, int(number))
    return highest


@dataclass(slots=True)
class Counters:
    """What the server has done for a world.

    `actors` are calls of those whom siaksim plays, `internal_errors` its own failures.
    """

    requests: int = 0
    hot_lane: int = 0
    other_lane: int = 0
    actors: int = 0
    internal_errors: int = 0
    open_calls: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    """How often each kind struck; `struck` says it of each fault by its id."""
    struck: dict[str, int] = field(default_factory=dict)


class World:
    """The state and the time of one simulation; the default world's name is `default`."""

    def __init__(
        self,
        name: str,
        scenario: Scenario,
        clock: Clock,
        *,
        seed: int | None = None,
        ledger: Ledger | None = None,
        journal: Journal | None = None,
        play: frozenset[str] = frozenset(),
    ) -> None:
        """Make a world; `play` names the actors that siaksim plays (citizen, officer)."""
        self.name = name
        self.scenario = scenario
        self.clock = clock
        self.seed = scenario.seed if seed is None else seed
        self.settings: Settings = scenario.settings
        self.book = FaultBook(self.seed, scenario.faults)
        self.meters = Meters()
        self.centres = self._centres()
        self.places: dict[str, Place] = {}
        """Of calls that wait for a server, by their ids."""
        self.ledger = ledger or Ledger(self.seed)
        self.registry = self.ledger.registry
        self.journal = journal or Journal()
        self.play = play
        self.agenda = Agenda()
        self.on_plan: list[Callable[[], None]] = []
        """Called when there is another plan: faults were added or ended, or the scenario's."""
        self._watch = Watch(self.agenda, clock, lambda line: self.journal.add(line))
        self.attempts: dict[tuple[str, str, str], int] = {}
        self.in_flight: set[str] = set()
        self.work = WorkList()
        self.counters = Counters()
        self.post = Post(self)
        self.conditions: Conditions = NORMAL
        self.on_entries: list[Callable[[Sequence[Entry]], None]] = []
        self.on_reset: list[Callable[[World, str], None]] = []
        """Called with the world that takes this one's place, and with its scenario's YAML."""
        self.recorder: Recorder | None = None
        self.replay: Replay | None = None
        """What decides in the plan's place."""
        self.serial = 0
        self._settling = False
        for entry in self.ledger.entries:  # a restart resumes mails on their way
            self._after(entry)
        self.plan = self.book.plan()

    @property
    def plan(self) -> FaultPlan:
        """What goes wrong in this world; a new plan's happenings go on the agenda at once.

        What begins and ends by time is journaled.
        """
        return self._plan

    @plan.setter
    def plan(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._watch.plan(plan)
        plan_happenings(self)
        for listener in self.on_plan:
            listener()
        self.centres.plan(plan)
        plan_recoveries(self)

    @property
    def on_mail(self) -> list[Callable[[Delivered], None]]:
        """Called with each mail that reaches a mailbox."""
        return self.post.listeners

    def under(self, conditions: Conditions) -> World:
        """Return this world as one call sees it; it shares all state with this one."""
        seen = copy(self)
        seen.conditions = conditions
        return seen

    @property
    def country(self) -> Country:
        """The residents of this world."""
        return country_of(self.seed, self.scenario.population_settings)

    def resident(self, nik: str) -> Resident | None:
        """Return the resident with this NIK, or None when siaksim did not issue it."""
        found = self.country.by_nik(nik)
        if found is None:
            return None
        found = self.as_recorded(found)
        return replace(found, status="duplicate") if self.conditions.duplicate == nik else found

    def as_recorded(self, resident: Resident) -> Resident:
        """Return a resident as a KTP-el recording of this world, if it is finished, leaves her."""
        if resident.recorded or resident.nik not in self.registry.enrolments.by_nik:
            return resident
        done = self.registry.enrolments.finished(resident.nik, self.clock.now()) is not None
        return replace(resident, recorded=done, has_photo=done)

    def face(self, nik: str) -> int:
        """Return the 64-bit key of a resident's face: pictures are drawn and judged by it."""
        return chance.bits(self.seed, "face", nik)

    def replica(self, nik: str) -> Registry:
        """Return the registry that a read about this NIK sees: it may lag behind."""
        if self.conditions.lag_s <= 0:
            return self.registry
        return self.ledger.history.as_of(nik, self.clock.now() - self.conditions.lag_s)

    def issued(self, nik: str) -> bool:
        """Say whether siaksim issued this NIK."""
        return self.country.index_of(nik) is not None

    @property
    def links(self) -> Mapping[str, LinkSpec]:
        """The sites' lines of this world's scenario, by name."""
        return {spec.name: spec for spec in self.scenario.links}

    @property
    def agreements(self) -> Directory:
        """The agreements of the Dukcapil data web service in this world."""
        return self.scenario.agreements

    @property
    def reference_date(self) -> date:
        """The day at which the residents are counted: it does not move."""
        return self.scenario.population_settings.reference_date

    def area(self, nik: str) -> str:
        """Return the code of the village where a resident lives; '' for anybody else."""
        resident = self.resident(nik)
        return f"{resident.area}.{resident.village_code}" if resident else ""

    def today(self) -> date:
        """Return the office's date."""
        return office_date(self.clock.now()).date()

    # -- time ------------------------------------------------------------------------------

    def settle(self) -> None:
        """Run everything that is due by now, in order."""
        if self._settling:  # an action that calls back in must not run later ones first
            return
        self._settling = True
        try:
            while (item := self.agenda.pop_due(self.clock.now())) is not None:
                item[1]()
        finally:
            self._settling = False

    def advance(self, office_s: float) -> None:
        """Move a stepped clock forward, firing each timer at its own time, in order."""
        target = self.clock.now() + office_s
        while (due := self.agenda.next_due()) is not None and due <= target:
            self.clock.move_to(due)
            self.settle()
            if self._settling:  # called from within an action: the outer loop goes on
                break
        self.clock.move_to(target)

    # -- calls -----------------------------------------------------------------------------

    def next_request(self) -> str:
        """Return the journal id of a new request."""
        self.serial += 1
        return f"{self.name}-{self.serial}"

    def attempt(self, client: str, operation: str, subject: str) -> int:
        """Count and return the attempt: the nth arrival of (client, operation, subject)."""
        key = (client, operation, subject)
        number = self.attempts.get(key, 0) + 1
        self.attempts[key] = number
        return number

    def journal_subject(self, subject: str) -> str:
        """Return how a subject is written in journals: a NIK that we did not issue is masked."""
        is_nik = len(subject) == 16 and subject.isascii() and subject.isdigit()
        return mask_nik(subject) if is_nik and not self.issued(subject) else subject

    def commit(
        self, changes: Sequence[Change], request: str, kept: Mapping[str, Kept] | None = None
    ) -> list[Entry]:
        """Commit an operation's changes; OSError (a full disk) leaves nothing changed."""
        entries = self.ledger.commit(changes, self.clock.now(), request, kept)
        for entry in entries:
            self.journal.add(
                {
                    "kind": "ledger",
                    "at": office_text(entry.at),
                    "id": request,
                    "subject": entry.nik,
                    "entry": entry.kind,
                    "seq": entry.seq,
                    "data": self.shown(entry),
                }
            )
            self._after(entry)
        for listener in self.on_entries:
            listener(entries)
        return entries

    def shown(self, entry: Entry) -> dict[str, Any]:
        """Return an entry's data as a journal or the control API may show it."""
        data = {k: v for k, v in entry.data.items() if k != "pin_hash"}
        shown: dict[str, Any] = redacted(data, self.issued)
        return shown

    # -- faults ----------------------------------------------------------------------------

    def take_scenario(self, scenario: Scenario) -> None:
        """Put a scenario's settings and faults in the place of all others; people and clock stay.

        Faults that were added by hand end with those of the scenario before, which is journaled.
        """
        now = self.clock.now()
        for row in self.book.rows:
            if row.origin == "control" and row.state(now) in ("waiting", "active"):
                self._watch.fault("ended", row.fault, "scenario")
        changed = scenario.capacity != self.scenario.capacity
        self.scenario = scenario
        self.settings = scenario.settings
        if changed:
            self.centres = self._centres()
        self.plan = self.book.reset(scenario.faults)
        self.meters.clear()

    def add_faults(
        self, faults: Sequence[PlannedFault], written: Sequence[Mapping[str, Any]] = ()
    ) -> None:
        """Let faults act besides the scenario's; each end, by time too, is journaled."""
        self.plan = self.book.add(faults, written)
        for fault in faults:
            self._watch.fault("added", fault, "control")

    def end_fault(self, row: Row) -> None:
        """End a fault by hand: calls that it holds are let go."""
        self.plan = self.book.end(row, self.clock.now())
        self._watch.fault("ended", row.fault, "control")

    def _centres(self) -> Centres:
        part = self.scenario.capacity
        return Centres(part.terms() if part else (), self.seed, self.clock)

    # -- mail ------------------------------------------------------------------------------

    def _after(self, entry: Entry) -> None:
        if (token := self.registry.opened_by(entry)) is not None:
            self._watch.session(partial(self.registry.sessions.get, token), self._session_limits)
        if entry.kind == "mail_issued":
            self.post.send(entry)

    def mailbox(self) -> list[Delivered]:
        """Return the mails in all inboxes, newest first."""
        return self.post.box()

    # -- sessions --------------------------------------------------------------------------

    def session(self, token: str, now: float) -> Session | None:
        """Return the live session of a token and mark it used; None when unknown or expired."""
        session = self.registry.sessions.get(token)
        if session is None or session.ended:
            return None
        idle_s, absolute_s = self._session_limits()
        if now - session.used_at > idle_s or now - session.opened_at > absolute_s:
            return None
        session.used_at = max(session.used_at, now)  # a clock that is off sets nothing back
        return session

    def _session_limits(self) -> tuple[float, float]:
        """Return the office seconds that a session lives without a call, and at most."""
        return self.settings.session_idle_s, self.settings.session_absolute_s

    def close(self) -> None:
        """Let go of the world's files."""
        self.ledger.close()
        self.journal.close()
        if self.recorder is not None:
            self.recorder.close()
