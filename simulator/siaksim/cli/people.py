"""siaksim residents: who lives in a scenario's world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from siaksim.cli.root import SCENARIO, cli
from siaksim.errors import UserError

if TYPE_CHECKING:
    from datetime import date

    from siaksim.scenario.build import Scenario


@cli.group()
def residents() -> None:
    """Find and show residents, as a world of this scenario and seed has them at its start."""


def _population_options(command: Any) -> Any:
    command = click.option("--seed", type=click.IntRange(0, 2**63 - 1))(command)
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)
    return click.option("--scenario", metavar="NAME|FILE", default=SCENARIO)(command)


@residents.command("find")
@_population_options
@click.option("--age", help="Completed years on the day.")
@click.option("--ages", metavar="FROM-TO")
@click.option("--area", help="A code or a district's name.")
@click.option("--sex", help="L or P.")
@click.option("--status", help="Such as dead, duplicate, active_elsewhere, never_recorded.")
@click.option("--recorded", metavar="true|false", help="Recorded for a KTP-el.")
@click.option("--date", "today", metavar="YYYY-MM-DD", help="Default: the scenario's day.")
@click.option("--limit", default="20")
def find_residents(scenario: str, seed: int | None, as_json: bool, **query: str | None) -> None:
    """Find residents that fit."""
    from siaksim.edges.control import people
    from siaksim.edges.control.common import ControlError

    found, day, country = _country(scenario, seed)
    given = {name: value for name, value in query.items() if value is not None}
    try:
        fitting = people.search(country, given, day)()
        if "today" in given:
            day = people.day_of(given, day)
    except ControlError as error:
        raise people.user_error(error) from error
    if not fitting:
        click.echo(f"Nobody in {found.name} fits.", err=True)
    _print_residents(fitting, day, as_json)


@residents.command("show")
@_population_options
@click.argument("nik")
def show_resident(scenario: str, seed: int | None, as_json: bool, nik: str) -> None:
    """Show a resident and her or his household."""
    _, day, country = _country(scenario, seed)
    resident = country.by_nik(nik)
    if resident is None:
        raise UserError(
            f"no resident has the NIK {nik[:40]!r}.",
            how="`siaksim residents find` shows some; another seed or scenario has other people.",
        )
    if as_json:
        _print_residents([resident], day, True)
        return
    for name in type(resident).__slots__:
        click.echo(f"{name:<15} {getattr(resident, name)}")
    click.echo("household")
    _print_residents(list(country.household(resident.kk)), day, False)


def _country(name: str, seed: int | None) -> tuple[Scenario, date, Any]:
    from siaksim.core.clock import office_date
    from siaksim.edges.choosing import chosen_scenario
    from siaksim.population.country import Country

    found, _ = chosen_scenario(name)
    chosen = found.seed if seed is None else seed
    return found, office_date(found.start).date(), Country(chosen, found.population_settings)


def _print_residents(found: list[Any], day: date, as_json: bool) -> None:
    if as_json:
        import orjson

        rows = [
            {name: getattr(r, name) for name in type(r).__slots__} | {"age": r.age_on(day)}
            for r in found
        ]
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for r in found:
        recorded = "recorded" if r.recorded else "not recorded"
        place = f"{r.village_name}, {r.district_name}"
        click.echo(
            f"{r.nik}  {r.sex}  {r.age_on(day):>3}  {r.status:<16} {recorded:<12}  "
            f"{r.name}, {place}"
        )
