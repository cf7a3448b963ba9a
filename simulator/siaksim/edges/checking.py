"""`siaksim check`: a client under test plays a part of each scenario's day, and is judged.

Each scenario has a server of its own, in a process of its own; the client is a command that finds
URLs, credentials and its work in its environment. What it prints is kept.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from siaksim import data
from siaksim.core.clock import office_date
from siaksim.edges.choosing import chosen_scenario, is_file
from siaksim.edges.judging import (
    chosen_terms,
    history_of,
    report_on,
    today,
    write_private,
    write_reports,
)
from siaksim.errors import UserError
from siaksim.journal.journal import read
from siaksim.scenario.build import Scenario
from siaksim.services.siak.rules import OFFICERS, password
from siaksim.testing.http import ask_json
from siaksim.testing.server import COMMAND, SiakServer
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.model import Report, Run
from siaksim.verdict.reports.terminal import terminal_report

QUICK = (
    "normal-day",
    "siak-brownout",
    "siak-blackout-25min",
    "ambiguous-commit",
    "gateway-html-502",
    "session-expiry",
)
CRASHED = 4
"""The exit code when the client crashed, hung past its end, or could not be started."""
END_S, KILL_S = 10.0, 5.0
"""Wall seconds in which a client is to end when its day is over: by itself, and after SIGTERM."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `siaksim check` is asked for; files are paths, '' where none is wanted."""

    client: str
    command: tuple[str, ...]
    scenarios: tuple[str, ...] = ()
    suite: str = "quick"
    seed: int | None = None
    folder: str = "siaksim-check"
    language: str = "en"
    json_file: str = ""
    junit_file: str = ""
    html_file: str = ""
    compare: str = ""
    width: int = 80


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one scenario's day that is played; `lasts_s` is about how long, wall seconds."""

    name: str
    scenario: Scenario
    begin: str
    end: str
    residents: int
    shorten: float

    @property
    def lasts_s(self) -> float:
        """How long the client has, in wall seconds."""
        first, last = (int(t[:2]) * 3600 + int(t[3:]) * 60 for t in (self.begin, self.end))
        return (last - first) / self.shorten


def check(options: CheckOptions, say: Say) -> int:
    """Play, judge and report; return the exit code (4: the client did not end well)."""
    if not options.command:
        raise UserError(
            "what is to be checked?",
            "CMD",
            "Give the client's command after --, such as: siaksim check --client counter -- ./app",
        )
    terms = chosen_terms(options.client)
    parts = [_part(name) for name in _chosen(options)]
    total = sum(part.lasts_s for part in parts)
    names = ", ".join(part.name for part in parts)
    say(f"{len(parts)} scenario{'s' if len(parts) != 1 else ''}, about {_told(total)}: {names}")
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    runs: list[Run] = []
    crashed: list[str] = []
    for number, part in enumerate(parts, 1):
        say(f"[{number}/{len(parts)}] {part.name}: {part.begin}-{part.end}, {_told(part.lasts_s)}")
        run, wrong = _play(part, terms, options, folder)
        runs.append(run)
        say(f"        {run.verdict.value}{f', {wrong}' if wrong else ''}")
        if wrong:
            crashed.append(f"{part.name}: {wrong}; see {folder / part.scenario.name}.log")
    report = write_reports(Report(tuple(runs)), options)
    say(terminal_report(report, catalogue(options.language), options.width).rstrip("\n"))
    for line in crashed:
        say(f"the client did not end well in {line}")
    say(f"again: {_again(options)}")
    return CRASHED if crashed else report.exit_code


def _again(options: CheckOptions) -> str:
    words = ["siaksim", "check", "--client", options.client]
    for name in options.scenarios:
        words += ["--scenario", name]
    if not options.scenarios:
        words += ["--suite", options.suite]
    if options.seed is not None:
        words += ["--seed", str(options.seed)]
    return shlex.join([*words, "--", *options.command])


def _chosen(options: CheckOptions) -> tuple[str, ...]:
    if options.scenarios:
        return options.scenarios
    return QUICK if options.suite == "quick" else tuple(data.scenario_names())


def _part(name: str) -> Part:
    scenario, _ = chosen_scenario(name)
    found = scenario.check
    if found is None:
        where = name if is_file(name) else f"{name}.yaml"
        raise UserError(
            f"{scenario.name!r} does not say which part of its day a check plays.",
            where,
            'Add a stanza: check: {from: "09:05", until: "09:45", residents: 8, shorten: 20}',
        )
    begin, end = _clock(found.begin), _clock(found.end)
    return Part(name, scenario, begin, end, found.residents, found.shorten)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"


def _told(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


# -- one scenario ----------------------------------------------------------------------------


def _play(part: Part, terms: ClientTerms, options: CheckOptions, folder: Path) -> tuple[Run, str]:
    """Return the judged run, and what was wrong with how the client ended ('': nothing)."""
    journals = folder / "journals" / part.scenario.name
    for old in journals.glob("*.jsonl"):
        old.unlink()
    server = SiakServer.start((*COMMAND, *_serving(part, terms, options, journals)))
    try:
        asked = {"residents": part.residents, "until": part.end}
        work = ask_json("POST", f"{server.url}/__admin/work", body=asked)
        residents = folder / f"{part.scenario.name}.residents.json"
        write_private(str(residents), orjson.dumps(work["visits"], option=orjson.OPT_INDENT_2))
        variables = _environment(server.url, part, residents)
        wrong = _run(options.command, variables, folder / f"{part.scenario.name}.log", part.lasts_s)
    finally:
        server.stop()
    lines = list(read((journals / "default.jsonl").read_bytes()))
    history = history_of(lines, str(journals))
    return report_on(history, terms, today()).runs[0], wrong


def _serving(part: Part, terms: ClientTerms, options: CheckOptions, journals: Path) -> list[str]:
    """Return the options of `siaksim serve` for one part."""
    words = ["--scenario", part.name, "--from", part.begin, "--shorten", f"{part.shorten:g}"]
    words += ["--journal", str(journals)]
    if terms.actors:
        words += ["--play", ",".join(terms.actors)]
    if options.seed is not None:
        words += ["--seed", str(options.seed)]
    return words


def _environment(url: str, part: Part, residents: Path) -> dict[str, str]:
    operator = next(iter(OFFICERS))
    return {
        "SIAKSIM_URL": url,
        "SIAKSIM_IKD_URL": f"{url}/ikd/v1",
        "SIAKSIM_SIAK_URL": f"{url}/siak/v1",
        "SIAKSIM_DUKCAPIL_URL": f"{url}/dukcapil/get_json",
        "SIAKSIM_MAILBOX_URL": f"{url}/mail/api/v1",
        "SIAKSIM_WORK_URL": f"{url}/__admin/work",
        "SIAKSIM_OUTCOME_URL": f"{url}/__admin/outcomes",
        "SIAKSIM_RESIDENTS": str(residents.resolve()),
        "SIAKSIM_OPERATOR": operator,
        "SIAKSIM_PASSWORD": password(operator),
        "SIAKSIM_SCENARIO": part.scenario.name,
        "SIAKSIM_SHORTEN": f"{part.shorten:g}",
        "SIAKSIM_SPEED": "1",
        "SIAKSIM_DATE": office_date(part.scenario.start).date().isoformat(),
    }


def _run(command: Sequence[str], variables: Mapping[str, str], log: Path, lasts_s: float) -> str:
    """Run the client until it ends or its day is over: then SIGTERM ends it, which is no crash.

    Return what was wrong with how it ended, '' for nothing.
    """
    write_private(str(log), b"")
    with open(log, "ab") as output:
        try:
            process = subprocess.Popen(
                list(command), env=os.environ | variables, stdout=output, stderr=subprocess.STDOUT
            )
        except OSError as error:
            return f"it could not be started: {error.strerror}"
        try:
            code = process.wait(lasts_s + END_S)
            return f"it crashed with exit code {code}" if code else ""
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(KILL_S)
            return ""
        except subprocess.TimeoutExpired:
            return "it hung past its end and had to be killed"
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
