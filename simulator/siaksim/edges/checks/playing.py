"""Plays one part with a client: a server in a process of its own, the client in another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from time import monotonic

import orjson

from siaksim.edges.checks.client import run_client, tail_of
from siaksim.edges.checks.ends import HOW_TO_START
from siaksim.edges.checks.options import CheckOptions
from siaksim.edges.checks.parts import Part
from siaksim.edges.checks.timers import Timers
from siaksim.edges.holidays import today
from siaksim.edges.judging import history_of, report_on, write_private
from siaksim.errors import UserError
from siaksim.journal.journal import read
from siaksim.services.siak.rules import OFFICERS, password
from siaksim.testing.http import ask, ask_json
from siaksim.testing.server import COMMAND, SiakServer
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.reports.model import Run
from siaksim.verdict.words import words

DYING_S = 1.0
"""Wall seconds that a server which broke a connection is given to be dead (assumed)."""
CA_VARIABLES = (
    "SIAKSIM_CA",
    "SSL_CERT_FILE",  # OpenSSL, and so Python's ssl, httpx, Go, Ruby
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
)


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a part: a run, unless siaksim itself failed or was interrupted.

    `wrong` is how the client did not end well, `broken` how siaksim failed ('': neither), `tail`
    the last lines of whoever's it was. `came` of the part's citizens were given to the client.
    """

    part: Part
    run: Run | None = None
    wrong: str = ""
    broken: str = ""
    tail: tuple[str, ...] = ()
    came: int = 0
    took_s: float = 0.0

    @property
    def struck(self) -> int:
        """How many calls of the client a fault struck."""
        return 0 if self.run is None else sum(bool(c.hits) for c in self.run.history.judged)


@dataclass(frozen=True, slots=True)
class Player:
    """Plays parts for one check; `stop` ends those that run, `folder` keeps what they leave."""

    options: CheckOptions
    terms: ClientTerms
    folder: Path
    timers: Timers
    stop: Event

    def play(self, part: Part, begun: Callable[[Part, str], None]) -> Played:
        """Play a part and judge it; `begun` is told the server's URL before the client starts."""
        if self.stop.is_set():
            return Played(part)
        began = monotonic()
        journals = self.folder / "journals" / part.scenario.name
        for old in journals.glob("*.jsonl"):
            old.unlink()
        command = (*COMMAND, *self._serving(part, journals))
        server = SiakServer.start(command, who="siaksim check", how=HOW_TO_START, apart=True)
        try:
            wrong, came, failures = self._with_client(part, server, begun)
        except UserError:
            if not server.ends_within(DYING_S):
                raise
            wrong, came, failures = "", 0, 0  # it broke before the client began, or right after
        finally:
            broken = server.ended
            server.stop()
        if broken is not None:
            return Played(part, broken=_ended(broken), tail=server.tail)
        if self.stop.is_set():
            return Played(part)
        lines = list(read((journals / "default.jsonl").read_bytes()))
        run = report_on(history_of(lines, str(journals)), self.terms, today()).runs[0]
        again = self.options.again_one(part.name, run.verdict.seed, part.day)
        return Played(
            part,
            replace(run, replay=(again,), wrong=wrong),
            wrong,
            words("siaksim itself failed {count} times", count=failures) if failures else "",
            server.tail if failures else tail_of(self.log(part)) if wrong else (),
            came,
            monotonic() - began,
        )

    def log(self, part: Part) -> Path:
        """Return where the client's output is kept."""
        return self.folder / f"{part.scenario.name}.log"

    def _with_client(
        self, part: Part, server: SiakServer, begun: Callable[[Part, str], None]
    ) -> tuple[str, int, int]:
        """Return how the client ended, how many citizens came to it, and siaksim's failures."""
        admin = f"{server.url}/__admin"
        asked = {"residents": part.residents, "until": part.end, "spread": True}
        asked["visits"] = self.terms.visits
        work = ask_json("POST", f"{admin}/work", body=asked)
        residents = self.folder / f"{part.scenario.name}.residents.json"
        write_private(str(residents), orjson.dumps(work["visits"], option=orjson.OPT_INDENT_2))
        begun(part, server.url)
        line = self._line(admin)
        began = monotonic()
        wrong = run_client(
            self.options.command,
            environment(server.url, part, residents, line) | self._trusted(line, admin),
            self.log(part),
            part.lasts_s,
            lambda: self.stop.is_set() or server.ended is not None,
        )
        ask("DELETE", f"{admin}/work")
        slip = self.timers.between(began, monotonic())
        if slip.samples:
            ask_json("POST", f"{admin}/slip", body={"of": "check", **slip.as_dict()})
        visits = ask_json("GET", f"{admin}/work")["visits"]
        failures = ask_json("GET", f"{admin}/health")["internal_errors"]
        return wrong, sum(visit["client"] is not None for visit in visits), int(failures)

    def _line(self, admin: str) -> str:
        """Return where the client's site reaches SIAK, '' when the scenario has no sites."""
        found = ask_json("GET", f"{admin}/links")
        sites = found["links"]
        kind = self.terms.client
        mine = [s for s in sites if s["client"].partition(".")[0] == kind]
        mine += [s for s in sites if not s["client"]]
        return str(mine[0]["url"] if mine else found["https"] or "")

    def _trusted(self, line: str, admin: str) -> dict[str, str]:
        """Return the variables by which common HTTP libraries trust the CA of a run by HTTPS."""
        if not line.startswith("https:"):
            return {}
        file = self.folder / "siaksim-ca.pem"
        write_private(str(file), ask("GET", f"{admin}/ca"))
        return dict.fromkeys(CA_VARIABLES, str(file.resolve()))

    def _serving(self, part: Part, journals: Path) -> list[str]:
        """Return the options of `siaksim serve` for one part."""
        options = ["--scenario", part.name, "--date", part.day.isoformat(), "--from", part.begin]
        options += ["--shorten", f"{part.shorten:g}", "--journal", str(journals)]
        options += ["--links", self.options.links]
        if part.speed != 1:
            options += ["--speed", f"{part.speed:g}"]
        if self.terms.actors:
            options += ["--play", ",".join(self.terms.actors)]
        if part.seed is not None:
            options += ["--seed", str(part.seed)]
        return options


def environment(url: str, part: Part, residents: Path, line: str = "") -> dict[str, str]:
    """Return what a client finds in its environment; the services are reached by its `line`."""
    line = line or url
    operator = next(iter(OFFICERS))
    return {
        "SIAKSIM_URL": line,
        "SIAKSIM_IKD_URL": f"{line}/ikd/v1",
        "SIAKSIM_SIAK_URL": f"{line}/siak/v1",
        "SIAKSIM_DUKCAPIL_URL": f"{line}/dukcapil/get_json",
        "SIAKSIM_MAILBOX_URL": f"{url}/mail/api/v1",
        "SIAKSIM_WORK_URL": f"{url}/__admin/work",
        "SIAKSIM_OUTCOME_URL": f"{url}/__admin/outcomes",
        "SIAKSIM_RESIDENTS": str(residents.resolve()),
        "SIAKSIM_OPERATOR": operator,
        "SIAKSIM_PASSWORD": password(operator),
        "SIAKSIM_SCENARIO": part.scenario.name,
        "SIAKSIM_SHORTEN": f"{part.shorten:g}",
        "SIAKSIM_SPEED": f"{part.speed:g}",
        "SIAKSIM_DATE": part.day.isoformat(),
    }


def _ended(code: int) -> str:
    return words("siaksim's server ended with exit code {code}", code=code)
