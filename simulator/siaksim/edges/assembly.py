"""Puts the parts together: contracts and operations, worlds, exchange, app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from time import monotonic

from flask import Flask

from siaksim import data
from siaksim.contract.spec import Contract, parse
from siaksim.core.clock import Mode
from siaksim.edges.acting import Acting
from siaksim.edges.app import create_control_app
from siaksim.edges.choosing import known_operations
from siaksim.edges.control.common import ControlOptions
from siaksim.edges.control.guard import trusts
from siaksim.edges.exchange import Exchange
from siaksim.edges.files import FileSink
from siaksim.edges.holidays import office_day
from siaksim.edges.threads import prepared, threaded
from siaksim.scenario.build import Scenario
from siaksim.services.base import OperationFunction
from siaksim.services.catalog import OPERATIONS, PREPARED, SLOW
from siaksim.services.dukcapil.wire import DukcapilWire
from siaksim.worlds import DEFAULT, Worlds

DEFAULT_SCENARIO = "normal-day"


@cache
def contracts() -> Mapping[str, Contract]:
    """Return the contracts of all services by name."""
    return {name: parse(name, data.contract_text(name)) for name in data.contract_names()}


def operations() -> Mapping[str, OperationFunction]:
    """Return the operations of all services by name; every one in a contract must be there."""
    named = {name for contract in contracts().values() for name in contract.operations}
    if named != set(OPERATIONS):
        differing = ", ".join(sorted(named ^ set(OPERATIONS)))
        raise RuntimeError(f"contracts and services differ in: {differing}")
    return OPERATIONS


@dataclass(frozen=True, slots=True)
class Assembly:
    """A whole siaksim but for its listener."""

    worlds: Worlds
    exchange: Exchange
    app: Flask


def assemble(
    options: ControlOptions | None = None,
    *,
    ticks: Callable[[], float] = monotonic,
    journal_dir: Path | None = None,
    state_dir: Path | None = None,
) -> Assembly:
    """Return worlds (none yet), exchange and app, tied together."""
    chosen = options or ControlOptions()
    functions = {
        name: threaded(function, SLOW[name])
        if name in SLOW
        else prepared(function, PREPARED[name])
        if name in PREPARED
        else function
        for name, function in operations().items()
    }
    worlds = Worlds(
        ticks, journal_dir, state_dir, open_sink=FileSink, operations=known_operations()
    )
    wires = (DukcapilWire(contracts()["dukcapil"]),)
    exchange = Exchange(worlds.find, contracts(), functions, wires)
    exchange.trusts = partial(trusts, chosen)
    exchange.public_url = chosen.public_url.rstrip("/")
    app = create_control_app(worlds, exchange, chosen)
    acting = Acting(exchange)
    worlds.on_create.append(acting.attach)
    app.extensions["siaksim-acting"] = acting
    return Assembly(worlds, exchange, app)


def placed(scenario: Scenario, day: date | None, today: date | None = None) -> Scenario:
    """Return a scenario on `day`, or else on the office day nearest to `today`, or where it is."""
    if day is None and today is not None:
        day = office_day(scenario.start, today)
    return scenario if day is None else scenario.shifted(day)


def create_app(
    scenario: str = DEFAULT_SCENARIO,
    *,
    seed: int | None = None,
    clock: Mode = "real",
    play: frozenset[str] = frozenset(),
    public_url: str = "http://127.0.0.1:7425",
) -> Flask:
    """Return siaksim as a WSGI app of one default world, for tests and other WSGI servers."""
    whole = assemble(ControlOptions(public_url=public_url))
    text = data.scenario_text(scenario)
    whole.worlds.create(
        DEFAULT, whole.worlds.scenario(scenario), seed=seed, mode=clock, play=play, text=text
    )
    return whole.app
