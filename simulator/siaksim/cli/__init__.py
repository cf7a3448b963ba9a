"""The command line. Heavy modules are imported inside commands, so that --help is instant."""

from __future__ import annotations

import sys

import click

# Each of these modules hangs its commands on the group.
from siaksim.cli import judging, people, rehearsing, serving, shipped
from siaksim.cli.root import cli
from siaksim.errors import UserError

__all__ = ["cli", "judging", "main", "people", "rehearsing", "serving", "shipped"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a user's mistake is one clear line on stderr and exit code 2."""
    try:
        cli.main(args=arguments, prog_name="siaksim")
    except UserError as error:
        # With a place in front, editors and terminals make file:line:column clickable.
        click.echo(str(error) if error.where else f"siaksim: {error}", err=True)
        sys.exit(error.exit_code)
