"""What `siaksim check` is asked for, and the command that asks for it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date

QUICK = (
    "normal-day",
    "siak-brownout",
    "siak-blackout-25min",
    "ambiguous-commit",
    "gateway-html-502",
    "session-expiry",
)
"""The scenarios of the quick suite."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """The options of `check`; files are paths, '' where none is wanted.

    `begin` and `until` are times of day in the place of the scenarios' own; `day` None is the
    office day nearest to today; `speed` None is what the client's file allows. `links` is the
    engine that carries sites' lines.
    """

    client: str
    command: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    suite: str = "quick"
    seed: int | None = None
    jobs: int = 1
    begin: str | None = None
    until: str | None = None
    day: date | None = None
    speed: float | None = None
    links: str = "embedded"
    folder: str = "siaksim-check"
    language: str = "en"
    json_file: str = ""
    junit_file: str = ""
    html_file: str = ""
    compare: str = ""
    width: int = 80

    def again(self) -> str:
        """Return the command that checks the same; where no --date is given, on its own day."""
        words: list[str] = []
        for name in self.scenarios:
            words += ["--scenario", name]
        if not self.scenarios:
            words += ["--suite", self.suite]
        return self._command(words, self.seed, self.day)

    def again_one(self, scenario: str, seed: int, day: date) -> str:
        """Return the command that checks one scenario again, with all that chance hangs on."""
        return self._command(["--scenario", scenario], seed, day)

    def _command(self, words: list[str], seed: int | None, day: date | None) -> str:
        given: list[tuple[str, object]] = [
            ("--seed", seed),
            ("--date", day),
            ("--from", self.begin),
            ("--until", self.until),
            ("--speed", None if self.speed is None else f"{self.speed:g}"),
            ("--links", None if self.links == "embedded" else self.links),
        ]
        for name, value in given:
            if value is not None:
                words += [name, str(value)]
        return shlex.join(
            ["siaksim", "check", "--client", self.client, *words, "--", *self.command]
        )
