"""The command line. Heavy modules are imported inside commands, so that --help is instant."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from siaksim import __version__
from siaksim.errors import UserError

if TYPE_CHECKING:
    from datetime import date, datetime

    from siaksim.scenario.build import Scenario

PORT = 7425
"""S-I-A-K on a phone's keys."""
SCENARIO = "normal-day"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
    epilog="Options also come from SIAKSIM_* variables; a flag wins over a variable.",
)
@click.version_option(__version__, prog_name="siaksim", message="%(prog)s %(version)s")
def cli() -> None:
    """Stand in for SIAK Terpusat and IKD, on good days and bad ones."""


# -- serve ---------------------------------------------------------------------------------


def _serve_options(command: Any) -> Any:
    options = [
        click.option("--scenario", metavar="NAME|FILE", default=SCENARIO, help="The day's plan."),
        click.option("--port", type=click.IntRange(0, 65535), default=PORT, help="0: any free."),
        click.option("--host", default="127.0.0.1", help="Others than loopback need --token."),
        click.option("--token", default="", help="What the control API and the mailbox ask for."),
        click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Default: the scenario's."),
        click.option("--speed", type=click.FloatRange(0, 1000, min_open=True), help="Of all time."),
        click.option(
            "--shorten",
            type=click.FloatRange(0, 1000, min_open=True),
            default=1.0,
            help="Of the day's plan only.",
        ),
        click.option("--from", "begin", metavar="HH:MM", help="When the clock begins that day."),
        click.option("--play", default="none", help="Actors to play: citizen,officer or none."),
        click.option("--journal", metavar="DIR", help="Write journals here."),
        click.option("--state", metavar="DIR", help="Keep ledgers here; a restart resumes."),
        click.option("--smtp", metavar="HOST:PORT", help="Also send mails to this mail server."),
        click.option("--smtp-allow", metavar="DOMAIN", multiple=True, help="Serve this domain."),
        click.option("--public-url", metavar="URL", default="", help="Base of links in mails."),
        click.option("--today", is_flag=True, help="Move the day to the nearest like weekday."),
        click.option("--date", "day", type=DAY, metavar="YYYY-MM-DD", help="Put the day there."),
        click.option("--tied", is_flag=True, hidden=True, help="Stop when the input is closed."),
        click.option("--record", metavar="FILE", help="Write a run file, to be replayed."),
        click.option(
            "--links",
            type=click.Choice(["embedded", "toxiproxy"]),
            default="embedded",
            help="Who carries the sites' lines.",
        ),
        click.option("--tls", is_flag=True, help="Also HTTPS, with a CA made at start."),
        click.option("--toxiproxy", metavar="URL", default="", help="Of a Toxiproxy that runs."),
        click.option("--reload", is_flag=True, help="Apply edits of the scenario's file at once."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM"})
@_serve_options
def serve(**given: Any) -> None:
    """Serve until Ctrl-C."""
    import gc

    # What is made while a server starts stays: to look for rubbish in it takes a twentieth longer.
    gc.disable()
    try:
        from siaksim.edges.serve import ServeOptions, serve_forever

        actors = [] if given["play"] in ("", "none") else given["play"].split(",")
        options = {**given, "play": frozenset(actors), "day": _day(given["day"])}
        serve_forever(ServeOptions(**options), click.echo)
    finally:
        gc.enable()


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM"})
@click.argument("file", metavar="FILE")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, help="0: any free.")
@click.option("--host", default="127.0.0.1", help="Others than loopback need --token.")
@click.option("--token", default="", help="What the control API and the mailbox ask for.")
@click.option(
    "--clock",
    type=click.Choice(["real", "scaled", "manual", "auto"]),
    help="Default: as it was recorded.",
    show_default=False,
)
@click.option("--speed", type=click.FloatRange(0, 1000, min_open=True), help="Of a scaled clock.")
@click.option("--journal", metavar="DIR", help="Write journals here.")
@click.option("--smtp", metavar="HOST:PORT", help="Also send mails to this mail server.")
@click.option("--smtp-allow", metavar="DOMAIN", multiple=True, help="Serve this domain.")
@click.option("--public-url", metavar="URL", default="", help="Base of links in mails.")
def replay(file: str, clock: Any, **given: Any) -> None:
    """Serve the world of a run file, and do to each call what was done to it then."""
    from siaksim.edges.replaying import replay_forever
    from siaksim.edges.serve import ServeOptions

    replay_forever(file, ServeOptions("", **given), clock, click.echo)


# -- verdict -------------------------------------------------------------------------------


@cli.command(context_settings={"auto_envvar_prefix": "SIAKSIM"})
@click.argument("source", metavar="JOURNAL|URL")
@click.option("--client", metavar="KIND|FILE", required=True, help="By whose rules: counter, ...")
@click.option("--world", metavar="NAME", default="", help="Of a server or a folder of journals.")
@click.option("--date", "day", type=DAY, help="Of waivers. Default: today.")
@click.option("--json", "json_file", metavar="FILE", default="", help="Write JSON here.")
@click.option("--junit", "junit_file", metavar="FILE", default="", help="Write JUnit XML here.")
@click.option("--html", "html_file", metavar="FILE", default="", help="Write a page here.")
@click.option("--compare", metavar="LAST.json", default="", help="Say what is new and fixed.")
@click.option("--lang", "language", type=click.Choice(["id", "en"]), default="en")
@click.option("--token", default="", help="What the control API asks for.")
@click.option("--width", type=click.IntRange(40, 400), help="Default: the terminal's.")
def verdict(day: Any, width: int | None, **given: Any) -> None:
    """Judge the client of a journal file or of a running server's world.

    Exit codes: 0 pass, 1 a rule is breached, 2 usage, 3 the run cannot tell.
    """
    from shutil import get_terminal_size

    from siaksim.edges.judging import VerdictOptions, give_verdict

    chosen = width or get_terminal_size().columns
    options = VerdictOptions(day=_day(day), width=chosen, **given)
    sys.exit(give_verdict(options, click.echo))


# -- hunt ----------------------------------------------------------------------------------


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
@click.option("--width", type=click.IntRange(40, 400), help="Default: the terminal's.")
@click.argument("command", metavar="CMD...", nargs=-1, type=click.UNPROCESSED)
def hunt(width: int | None, **given: Any) -> None:
    """Search for the smallest schedule of faults that breaks a client.

    Each try is a fresh world with a fresh client; what breaks it is made simple and saved as a
    scenario. Exit codes: 0 nothing found, 1 a rule broken, 2 usage, 3 nothing could be hunted,
    4 the client crashed.
    """
    from shutil import get_terminal_size

    from siaksim.edges.hunting import hunt_by_command
    from siaksim.edges.hunts.options import HuntOptions

    options = HuntOptions(width=width or get_terminal_size().columns, **given)
    sys.exit(hunt_by_command(options, sys.stdout))


# -- check ---------------------------------------------------------------------------------


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
@click.option("--json", "json_file", metavar="FILE", default="", help="Write JSON here.")
@click.option("--junit", "junit_file", metavar="FILE", default="", help="Write JUnit XML here.")
@click.option("--html", "html_file", metavar="FILE", default="", help="Write a page here.")
@click.option("--compare", metavar="LAST.json", default="", help="Say what is new and fixed.")
@click.option("--lang", "language", type=click.Choice(["id", "en"]), default="en")
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
    options = CheckOptions(width=width or get_terminal_size().columns, day=_day(day), **given)
    sys.exit(run_check(options, sys.stdout))


# -- example-client ------------------------------------------------------------------------


@cli.command("example-client", context_settings={"auto_envvar_prefix": "SIAKSIM_EXAMPLE"})
@click.argument("kind", type=click.Choice(["counter", "kiosk"]))
@click.argument("manner", type=click.Choice(["good", "careless"]))
@click.option("--breaks", metavar="RULE", default="", help="Careless by this rule only.")
@click.option("--url", default="", help="A running server or its world, not the environment.")
@click.option("--residents", type=click.IntRange(1, 1000), default=3, help="Who come, with --url.")
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


# -- scenarios -----------------------------------------------------------------------------


@cli.group()
def scenarios() -> None:
    """List, show and check scenarios."""


@scenarios.command("list")
def list_scenarios() -> None:
    """List the shipped scenarios."""
    from siaksim import data
    from siaksim.scenario.build import load

    names = data.scenario_names()
    width = max(len(name) for name in names)
    for name in names:
        story = load(data.scenario_text(name), f"{name}.yaml").story
        click.echo(f"{name:<{width}}  {' '.join(story.split())}")


@scenarios.command("show")
@click.argument("scenario", metavar="NAME|FILE")
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the file itself.")
@click.option("--width", type=click.IntRange(48, 400), help="Default: the terminal's.")
def show_scenario(scenario: str, as_yaml: bool, width: int | None) -> None:
    """Draw a scenario's days and say what each operation really meets."""
    from shutil import get_terminal_size

    from siaksim.edges.choosing import chosen_scenario
    from siaksim.edges.describing import described

    found, text = chosen_scenario(scenario)
    chosen = width or get_terminal_size().columns
    click.echo(text.rstrip("\n") if as_yaml else described(found, chosen))


@scenarios.command("validate")
@click.argument("files", metavar="NAME|FILE...", nargs=-1, required=True)
def validate_scenarios(files: tuple[str, ...]) -> None:
    """Check scenarios; every mistake is one line, exit code 2 if there is any."""
    from siaksim.edges.choosing import chosen_scenario

    mistaken = False
    for file in files:
        try:
            chosen_scenario(file)
        except UserError as error:
            click.echo(str(error), err=True)
            mistaken = True
        else:
            click.echo(f"{file}: ok")
    if mistaken:
        sys.exit(UserError.exit_code)


# -- links ---------------------------------------------------------------------------------


@cli.group()
def links() -> None:
    """List and show profiles of sites' lines."""


@links.command("profiles")
def list_profiles() -> None:
    """List the shipped profiles."""
    from siaksim.edges.linelist import profiles

    for line in profiles():
        click.echo(line)


@links.command("show")
@click.argument("profile", metavar="PROFILE|FILE")
def show_profile(profile: str) -> None:
    """Show what a line of this profile is like, and where its numbers come from."""
    from siaksim.edges.linelist import chosen_profile, described

    for line in described(profile, chosen_profile(profile)):
        click.echo(line)


# -- agreements ----------------------------------------------------------------------------


@cli.group()
def agreements() -> None:
    """List, show and check agreements of the Dukcapil data web service."""


@agreements.command("list")
def list_agreements() -> None:
    """List the shipped agreements."""
    from siaksim.edges.choosing import chosen_agreements

    known = chosen_agreements(None)
    width = max(len(name) for name in known.names())
    for name, agreement in known.items():
        click.echo(f"{name:<{width}}  {agreement.about}")


@agreements.command("show")
@click.argument("name")
@click.option("--file", metavar="FILE", help="Other agreements than the shipped ones.")
@click.option("--url", default=f"http://127.0.0.1:{PORT}", help="Where the simulator answers.")
def show_agreement(name: str, file: str | None, url: str) -> None:
    """Show how to call an agreement, with a curl line to paste."""
    from siaksim.agreements.showing import described
    from siaksim.edges.choosing import chosen_agreements
    from siaksim.scenario.problems import did_you_mean

    known = chosen_agreements(file)
    found = known.get(name)
    if found is None:
        hint = did_you_mean(name, known.names()).strip()
        how = f"{hint} Agreements: {', '.join(known.names())}.".strip()
        raise UserError(f"no agreement is called {name[:80]!r}.", how=how)
    click.echo(described(name, found, url.rstrip("/")))


@agreements.command("validate")
@click.argument("file", metavar="FILE")
def validate_agreements(file: str) -> None:
    """Check a file of agreements; every mistake is one line, exit code 2 if there is any."""
    from siaksim.edges.choosing import chosen_agreements

    count = len(chosen_agreements(file).names())
    click.echo(f"{file}: ok, {count} agreement{'s' if count != 1 else ''}")


# -- residents -----------------------------------------------------------------------------


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


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a user's mistake is one clear line on stderr and exit code 2."""
    try:
        cli.main(args=arguments, prog_name="siaksim")
    except UserError as error:
        # With a place in front, editors and terminals make file:line:column clickable.
        click.echo(str(error) if error.where else f"siaksim: {error}", err=True)
        sys.exit(error.exit_code)
