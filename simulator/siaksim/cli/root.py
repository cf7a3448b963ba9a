"""What every command hangs on: the group, and words that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from siaksim import __version__

if TYPE_CHECKING:
    from datetime import date, datetime

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


def day_of(moment: datetime | None) -> date | None:
    """Return the day that an option names, None when it was not given."""
    return None if moment is None else moment.date()
