"""Commands that show what is shipped: scenarios, links, agreements."""

from __future__ import annotations

import sys

import click

from siaksim.cli.root import PORT, cli
from siaksim.errors import UserError


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
