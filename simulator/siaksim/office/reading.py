"""Reads an office's file: every mistake at once with line and column, as for scenarios."""

from __future__ import annotations

from siaksim import data
from siaksim.core import units
from siaksim.core.schedule import WEEKDAYS, Hours
from siaksim.office.model import OfficeModel
from siaksim.office.office import Field, Kiosks, Notice, Office, Paper, Service
from siaksim.scenario.checking import Checker
from siaksim.scenario.problems import ScenarioErrors
from siaksim.scenario.reader import read
from siaksim.scenario.values import weekdays

DEFAULT = "kota-mojokerto"


def shipped_office(name: str = DEFAULT) -> Office:
    """Return a shipped office; UserError when there is none of this name."""
    return load_office(data.office_text(name), f"{name}.yaml")


def load_office(text: str, name: str) -> Office:
    """Return the office of a file; ScenarioErrors lists every mistake with its place."""
    document = read(text)
    checker = Checker(document, None)
    if not isinstance(document.data, dict):
        if not checker.mistakes:
            checker.mistake((), "an office is a mapping; begin with `office: name`")
        raise ScenarioErrors(name, checker.mistakes)
    model = checker.model(OfficeModel, document.data, ())
    if model is None or checker.mistakes:
        raise ScenarioErrors(name, checker.mistakes)
    return built(model)


def built(model: OfficeModel) -> Office:
    """Return the office that a checked file means."""
    hours: dict[str, tuple[float, float]] = {}
    for days, text in model.hours.items():
        hours |= dict.fromkeys(weekdays(days), units.hours_of_day(text))
    visits: dict[str, float] = {}
    for days, count in model.visits.items():
        visits |= dict.fromkeys(weekdays(days), count)
    total = sum(model.arrivals.values())
    return Office(
        name=model.office,
        about=model.about,
        opening=Hours(tuple(hours.get(day) for day in WEEKDAYS)),
        visits=tuple(visits.get(day, 0.0) for day in WEEKDAYS),
        curve=tuple(
            (*units.hours_of_day(span), share / total) for span, share in model.arrivals.items()
        ),
        officers=tuple((units.time_of_day(at), n) for at, n in model.officers.items()),
        service=Service(model.service.mean, model.service.cv),
        patience_s=model.patience,
        notice=Notice(model.notice.after, model.notice.turn_back, model.notice.returns),
        paper=_paper(model),
        mail_lane=model.mail_lane,
        kiosks=Kiosks(model.kiosks.machines, model.kiosks.share) if model.kiosks else None,
        field=_field(model),
    )


def _paper(model: OfficeModel) -> Paper | None:
    part = model.paper
    return Paper(part.after, part.intake, part.entry, part.look) if part else None


def _field(model: OfficeModel) -> Field | None:
    part = model.field
    if part is None:
        return None
    service = Service(part.service.mean, part.service.cv)
    return Field(part.kits, units.hours_of_day(part.hours), part.median, part.p95, service)
