"""Commands for operations leads: forecasts of an office's day."""

from __future__ import annotations

import sys
from typing import Any

import click

from siaksim.cli.root import DAY, cli, day_of


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM_FORECAST"})
@click.argument("scenario", metavar="SCENARIO|FILE")
@click.option("--office", metavar="NAME|FILE", default="", help="Default: kota-mojokerto.")
@click.option(
    "--queue-log",
    metavar="FILE.csv|.xlsx",
    default="",
    help="Fit the office to its queue machine's log: arrival, called, finished.",
)
@click.option(
    "--vary",
    metavar="officers=1..4",
    multiple=True,
    help="Also visits=60,105 or kiosks=1..3; several are combined.",
)
@click.option("--days", type=click.IntRange(1, 10_000), default=20, help="Days of each seed.")
@click.option("--seeds", type=click.IntRange(1, 1000), default=5, help="Seeds of faults.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The first. Default: its own.")
@click.option("--date", "day", type=DAY, metavar="YYYY-MM-DD", help="Default: the scenario's.")
@click.option(
    "--manners",
    metavar="careful|careless|MIX",
    default="careful",
    help="Of the office's clients; a mix such as careless=30%.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Seeds side by side.")
@click.option("--json", "json_file", metavar="FILE", default="", help="Write JSON here.")
def forecast(day: Any, **given: Any) -> None:
    """Say what a scenario costs an office, without HTTP: many days of it in seconds.

    Each day is played beside its twin: the same citizens, no faults.
    """
    from siaksim.forecast.command import ForecastOptions
    from siaksim.forecast.command import forecast as run_forecast

    sys.exit(run_forecast(ForecastOptions(day=day_of(day), **given), click.echo))
