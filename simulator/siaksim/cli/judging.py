"""Commands that judge clients: verdict, check, hunt; and the clients to try them with."""

from __future__ import annotations

import sys
from typing import Any

import click

from siaksim.cli.root import DAY, cli, day_of
from siaksim.errors import UserError


def _reports(command: Any) -> Any:
    """Add the options of what is told of a verdict, and where."""
    options = [
        click.option("--json", "json_file", metavar="FILE", default="", help="Write JSON here."),
        click.option("--junit", "junit_file", metavar="FILE", default="", help="Write JUnit here."),
        click.option("--html", "html_file", metavar="FILE", default="", help="Write a page here."),
        click.option("--compare", metavar="LAST.json", default="", help="Say what is new, fixed."),
        click.option("--lang", "language", type=click.Choice(["id", "en"]), default="en"),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM"})
@click.argument("source", metavar="JOURNAL|URL")
@click.option("--client", metavar="KIND|FILE", required=True, help="By whose rules: counter, ...")
@click.option("--world", metavar="NAME", default="", help="Of a server or a folder of journals.")
@click.option("--date", "day", type=DAY, help="Of waivers. Default: today.")
@_reports
@click.option("--token", default="", help="What the control API asks for.")
@click.option("--width", type=click.IntRange(40, 400), help="Default: the terminal's.")
def verdict(day: Any, width: int | None, **given: Any) -> None:
    """Judge the client of a journal file or of a running server's world.

    Exit codes: 0 pass, 1 a rule is breached, 2 usage, 3 the run cannot tell.
    """
    from shutil import get_terminal_size

    from siaksim.edges.judging import VerdictOptions, give_verdict

    chosen = width or get_terminal_size().columns
    options = VerdictOptions(day=day_of(day), width=chosen, **given)
    sys.exit(give_verdict(options, click.echo))


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM_CHECK"})
@click.option("--client", metavar="KIND|FILE", required=True, help="By whose rules: counter, ...")
@click.option("--scenario", "scenarios", metavar="NAME|FILE", multiple=True, help="Or a suite.")
@click.option("--suite", type=click.Choice(["quick", "full"]), default="quick")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Default: the scenarios'.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Scenarios side by side.")
@click.option("--from", "begin", metavar="HH:MM", help="Begin then. Default: the scenarios'.")
@click.option("--until", metavar="HH:MM", help="End then. Default: the scenarios'.")
@click.option("--today", is_flag=True, help="On the nearest like weekday (the default).")
@click.option("--date", "day", type=DAY, metavar="YYYY-MM-DD", help="On this date.")
@click.option(
    "--speed",
    type=click.FloatRange(0, 1000, min_open=True),
    help="Of all time, for clients that scale with SIAKSIM_SPEED.",
)
@click.option(
    "--links",
    type=click.Choice(["embedded", "toxiproxy"]),
    default="embedded",
    help="Who carries sites' lines.",
)
@click.option("--out", "folder", metavar="DIR", default="siaksim-check", help="Output, journals.")
@_reports
@click.option("--width", type=click.IntRange(40, 400), help="Default: the terminal's.")
@click.argument("command", metavar="CMD...", nargs=-1, type=click.UNPROCESSED)
def check(width: int | None, day: Any, today: bool, **given: Any) -> None:
    """Run a client through scenarios and judge it: siaksim check --client counter -- ./app

    Exit codes: 0 pass, 1 a rule is breached, 2 usage, 3 the runs cannot tell, 4 the client crashed,
    5 siaksim itself failed, 130 interrupted.
    """
    from shutil import get_terminal_size

    from siaksim.edges.checking import check as run_check
    from siaksim.edges.checks.options import CheckOptions

    if today and day:
        raise UserError("--today and --date name a day each.", "--date", "Give one of them.")
    options = CheckOptions(width=width or get_terminal_size().columns, day=day_of(day), **given)
    sys.exit(run_check(options, sys.stdout))


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM_HUNT"})
@click.option("--client", metavar="KIND|FILE", required=True, help="By whose rules: counter, ...")
@click.option(
    "--scenario",
    metavar="NAME|FILE",
    default="",
    help="The day on which strikes are tried. Default: a normal one without faults.",
)
@click.option("--budget", type=click.IntRange(1, 100_000), default=200, help="Tries at most.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Wall time at most.")
@click.option("--depth", type=click.IntRange(1, 4), default=2, help="Strikes at once at most.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, help="Of the draws.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Tries side by side.")
@click.option("--all", "every", is_flag=True, help="Go on after the first failure.")
@click.option("--residents", type=click.IntRange(1, 100), default=2, help="Citizens of a try.")
@click.option(
    "--lasts",
    type=click.FloatRange(1, 3600),
    default=30.0,
    help="Seconds of the client that a try plays.",
)
@click.option("--shorten", type=click.FloatRange(1, 1000), default=20.0, help="Of a try's day.")
@click.option("--out", "folder", metavar="DIR", default="siaksim-hunt", help="What it finds.")
@click.option("--json", "json_file", metavar="FILE", default="", help="Write JSON here.")
@click.option("--junit", "junit_file", metavar="FILE", default="", help="Write JUnit here.")
@click.option("--width", type=click.IntRange(40, 400), help="Default: the terminal's.")
@click.argument("command", metavar="CMD...", nargs=-1, type=click.UNPROCESSED)
def hunt(width: int | None, **given: Any) -> None:
    """Search for the smallest schedule of faults that breaks a client.

    Each try is a fresh world with a fresh client; what breaks it is made simple and saved as a
    scenario. Exit codes: 0 nothing found, 1 a rule broken, 2 usage, 3 nothing could be hunted,
    4 the client crashed, 130 interrupted (what was found is kept).
    """
    from shutil import get_terminal_size

    from siaksim.edges.hunting import hunt_by_command
    from siaksim.edges.hunts.options import HuntOptions

    options = HuntOptions(width=width or get_terminal_size().columns, **given)
    sys.exit(hunt_by_command(options, sys.stdout))


@cli.command("example-client", context_settings={"auto_envvar_prefix": "SIAKSIM_EXAMPLE"})
@click.argument("kind", type=click.Choice(["counter", "kiosk", "field_kit"]))
@click.argument("manner", type=click.Choice(["good", "careless"]))
@click.option("--breaks", metavar="RULE", default="", help="Careless by this rule only.")
@click.option("--url", default="", help="A running server or its world, not the environment.")
@click.option("--residents", type=click.IntRange(1, 1000), default=3, help="Who come, with --url.")
@click.option(
    "--queue",
    "queues",
    metavar="DIR",
    default="",
    help="Where field kits keep their queues over restarts. Default: nowhere.",
)
@click.option("--instances", type=click.IntRange(1, 19), default=1, help="Devices at work.")
def example_client(**given: Any) -> None:
    """Be a client to try things with: siaksim check --client counter -- siaksim example-client ...

    It takes URLs and work from what `siaksim check` sets, and ends when the day is over.
    """
    from siaksim.example_clients.running import Asked, Unusable, run

    try:
        sys.exit(run(Asked(**given), click.echo))
    except Unusable as unusable:
        raise UserError(f"{unusable}") from unusable
