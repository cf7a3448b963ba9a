"""How citizens are served in a forecast: by visits whose calls the services' model answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from siaksim.example_clients.calling import Caller, Closed, Refused, Unreachable
from siaksim.example_clients.manners import Manners
from siaksim.forecast.services import Services
from siaksim.forecast.visit import Desk, Visit
from siaksim.office.book import Line
from siaksim.office.hall import Result
from siaksim.office.trouble import Trouble
from siaksim.scenario.settings import Settings


@dataclass
class Serving:
    """Serves one day's citizens; desks keep sessions, breakers and budgets from turn to turn."""

    services: Services
    settings: Settings
    trouble: Trouble
    manners: Callable[[str], Manners]
    mail_lane: bool
    run: str
    logouts: tuple[float, ...] = ()
    _desks: dict[str, Desk] = field(default_factory=dict)
    _aside: dict[int, Visit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services.listen = self._heard

    def _heard(self, client: str, alive: bool) -> None:
        """Let the office learn from its own desks' calls; of phones it knows nothing."""
        if client in self._desks:
            now = self.services.now()
            if alive:
                self.trouble.answered(now)
            else:
                self.trouble.failed(now)

    def turn(self, line: Line) -> Result:
        """Serve the citizen of a line at her desk until the chair is free."""
        if line.citizen.channel == "field":
            return self._told(lambda: self._pupil(line))
        visit = self._visit(line)
        result = self._told(visit.at_the_counter)
        if result == "done" and self.mail_lane:
            self._aside[line.citizen.number] = visit
            return "aside"
        return self._told(visit.rest) if result == "done" else result

    def aside(self, line: Line) -> Result:
        """Let a citizen whose chair is free again finish what she does alone."""
        return self._told(self._aside.pop(line.citizen.number).rest)

    def looks(self) -> bool:
        """Look whether SIAK answers."""
        desk = self._desk("counter.1")
        self.services.about = desk.caller.name
        try:
            return desk.caller.once("GET", "/siak/v1/notices").status == 200
        except Unreachable:
            return False

    def _told(self, part: Callable[[], None]) -> Result:
        try:
            part()
        except Refused:
            return "not_possible"
        except (Unreachable, Closed):
            return "given_up"
        return "done"

    def _pupil(self, line: Line) -> None:
        self.services.sleep(line.citizen.service_s)
        desk = self._desk(line.desk)
        self.services.about = self._subject(line)
        desk.call("POST", "/siak/v1/enrolments", {"nik": self.services.about})

    def _visit(self, line: Line) -> Visit:
        kiosk = line.citizen.channel == "kiosk"
        name = line.desk if kiosk else f"phone.{line.citizen.number}"
        phone = self._desk(name).caller if kiosk else self._caller(name, self.manners(line.desk))
        return Visit(
            line.citizen,
            self._subject(line),
            phone,
            None if kiosk else self._desk(line.desk),
            self.services,
            self.settings,
            lambda: self.trouble.on_paper,
        )

    def _subject(self, line: Line) -> str:
        return f"{self.run}.{line.citizen.number}"

    def _desk(self, name: str) -> Desk:
        if name not in self._desks:
            caller = self._caller(name, self.manners(name))
            self._desks[name] = Desk(caller, self.services, self.settings, self.logouts)
        return self._desks[name]

    def _caller(self, name: str, manners: Manners) -> Caller:
        return Caller(self.services, name, f"/c/{name}", manners, draws=self.run)
