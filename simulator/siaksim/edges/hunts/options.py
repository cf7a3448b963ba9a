"""What `siaksim hunt` is asked for, and the commands that play again what it found."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HuntOptions:
    """The options of `hunt`.

    `scenario` '' is a normal day without faults. `minutes` (wall time) ends a hunt as well as
    `budget` (tries). `lasts` is how many client seconds a try plays, with `residents` citizens.
    """

    client: str
    command: tuple[str, ...]
    scenario: str = ""
    budget: int = 200
    minutes: float | None = None
    depth: int = 2
    seed: int = 0
    jobs: int = 1
    every: bool = False
    residents: int = 2
    lasts: float = 30.0
    shorten: float = 20.0
    folder: str = "siaksim-hunt"
    json_file: str = ""
    junit_file: str = ""
    width: int = 80

    def replay(self, file: Path) -> str:
        """Return the command that checks the client in a saved scenario."""
        words = ["siaksim", "check", "--client", self.client, "--scenario", _path(file)]
        return shlex.join([*words, "--", *self.command])

    def again(self) -> str:
        """Return the command that hunts the same."""
        words = ["siaksim", "hunt", "--client", self.client, "--seed", str(self.seed)]
        if self.scenario:
            words += ["--scenario", self.scenario]
        words += ["--budget", str(self.budget), "--depth", str(self.depth)]
        words += ["--jobs", str(self.jobs)] if self.jobs != 1 else []
        words += [] if self.minutes is None else ["--minutes", f"{self.minutes:g}"]
        words += ["--residents", str(self.residents), "--lasts", f"{self.lasts:g}"]
        words += ["--shorten", f"{self.shorten:g}"]
        words += ["--all"] if self.every else []
        return shlex.join([*words, "--", *self.command])


def _path(file: Path) -> str:
    """Return a file's path as `--scenario` takes it for a file."""
    text = file.as_posix()
    return text if "/" in text else f"./{text}"
