"""siaksim serve and siaksim replay."""

from __future__ import annotations

from typing import Any

import click

from siaksim.cli.root import DAY, PORT, SCENARIO, cli, day_of


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
        options = {**given, "play": frozenset(actors), "day": day_of(given["day"])}
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
