"""Verdicts from files and servers: reads a journal, judges it, writes the reports."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson

from siaksim import data
from siaksim.edges.holidays import today
from siaksim.errors import UserError
from siaksim.journal.journal import read
from siaksim.testing.http import ask
from siaksim.verdict.clients import ClientTerms, load_terms, shipped
from siaksim.verdict.history import History, read_history
from siaksim.verdict.judge import judge
from siaksim.verdict.reports.as_json import report_dict
from siaksim.verdict.reports.catalogue import Catalogue, catalogue
from siaksim.verdict.reports.compare import HOW, compared_with
from siaksim.verdict.reports.html import html_report
from siaksim.verdict.reports.junit import junit_report
from siaksim.verdict.reports.model import Report, Run, replay_lines
from siaksim.verdict.reports.terminal import terminal_report

DEFAULT = "default"
PAGE = 10_000
"""Journal lines that one request asks for."""
HEAD_EVENTS = ("created", "reset", "resumed")
WRITABLE = "Give a file in a folder that there is."
JOURNALS = "`siaksim serve --journal DIR` writes one for each world."


@dataclass(frozen=True, slots=True)
class VerdictOptions:
    """What `siaksim verdict` is asked for; files are paths, '' where none is wanted."""

    source: str
    client: str
    world: str = ""
    token: str = ""
    day: date | None = None
    language: str = "en"
    json_file: str = ""
    junit_file: str = ""
    html_file: str = ""
    compare: str = ""
    width: int = 80


def give_verdict(options: VerdictOptions, say: Callable[[str], None]) -> int:
    """Judge, write what is asked for, say the terminal's report; return the exit code."""
    terms = chosen_terms(options.client)
    lines, recording = _source(options)
    history = history_of(lines, options.source)
    report = report_on(history, terms, options.day or today(), recording)
    report = write_reports(report, options)
    words = catalogue(options.language)
    say(terminal_report(report, words, options.width).rstrip("\n"))
    return report.exit_code


class Wanted(Protocol):
    """Which files are wanted of a report, '' where none is."""

    @property
    def language(self) -> str: ...
    @property
    def json_file(self) -> str: ...
    @property
    def junit_file(self) -> str: ...
    @property
    def html_file(self) -> str: ...
    @property
    def compare(self) -> str: ...


def write_reports(report: Report, options: Wanted) -> Report:
    """Write the files that are wanted; return the report, compared with the last one if asked."""
    if options.compare:
        report = compared_with(report, _last(options.compare), options.compare)
    words = catalogue(options.language)
    # Made whole before the first is written: a failure leaves no half of a set behind.
    for path, raw in [
        (options.json_file, json_bytes(report, words)),
        (options.junit_file, junit_report(report, words)),
        (options.html_file, html_report(report, words).encode("utf-8")),
    ]:
        if path:
            write_private(path, raw)
    return report


def check_reports(options: Wanted) -> None:
    """Refuse files that could not be read or written, before minutes are spent on a report."""
    if options.compare:
        _last(options.compare)
    check_files(options.json_file, options.junit_file, options.html_file)


def check_files(*paths: str) -> None:
    """Refuse files that cannot be written ('': none is wanted)."""
    for path in paths:
        if path and (Path(path).is_dir() or not Path(path).absolute().parent.is_dir()):
            raise UserError("no file can be written here.", path, WRITABLE)


def report_on(history: History, terms: ClientTerms, day: date, recording: str = "") -> Report:
    """Return the report on one run; `day` decides which waivers hold."""
    shipped_one = history.scenario in data.scenario_names()
    lines = replay_lines(history, recording, shipped_one)
    return Report((Run(judge(history, terms, day), history, lines),))


def json_bytes(report: Report, words: Catalogue) -> bytes:
    """Return the JSON report as bytes that end with a newline."""
    return orjson.dumps(report_dict(report, words), option=orjson.OPT_INDENT_2) + b"\n"


def chosen_terms(client: str) -> ClientTerms:
    """Return the terms of a shipped kind of client, or of a file of the user's."""
    from siaksim.edges.choosing import is_file, text_of

    if not is_file(client):
        return shipped(client)
    return load_terms(text_of(client, f"Shipped ones go by name: {_kinds()}."), client)


def _kinds() -> str:
    return ", ".join(data.client_names())


def history_of(lines: Iterable[Mapping[str, Any]], where: str) -> History:
    """Return the run that lines tell of; UserError when they are no journal, or not from its start.

    A run whose beginning is gone cannot be judged: what was repeated would look like a first call.
    """
    held = list(lines)
    if not held:
        raise UserError("this journal is empty.", where, JOURNALS)
    try:
        whole = any(x["kind"] == "world" and x.get("event") in HEAD_EVENTS for x in held)
        if not whole:
            raise UserError(
                f"the lines before number {held[0].get('n', '?')} are gone, and a part cannot be "
                "judged.",
                where,
                "Judge the file that `siaksim serve --journal DIR` writes: it has them all.",
            )
        return read_history(held)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"this is no journal of siaksim ({error!r}).", where, JOURNALS) from error


# -- where lines come from -----------------------------------------------------------------


def _source(options: VerdictOptions) -> tuple[list[dict[str, Any]], str]:
    """Return the journal's lines, and the command that fetches and replays a recording, or ''."""
    if options.source.startswith(("http://", "https://")):
        server = _Server(options.source, options.world, options.token)
        return list(server.lines()), server.recording()
    return list(_file_lines(Path(options.source), options.world)), ""


def _file_lines(path: Path, world: str) -> Iterator[dict[str, Any]]:
    if path.is_dir():
        path = path / f"{world or DEFAULT}.jsonl"
    elif world:
        raise UserError("--world goes with a server's URL or a folder of journals.", str(path))
    try:
        raw = path.read_bytes()
    except OSError as error:
        how = f"Give a journal or a server's URL. {JOURNALS}"
        raise UserError(f"this file cannot be read: {error.strerror}.", str(path), how) from error
    try:
        yield from read(raw)
    except orjson.JSONDecodeError as error:
        what = f"this is no journal of siaksim: a line is no JSON ({error.msg})."
        raise UserError(what, str(path), JOURNALS) from error


class _Server:
    """A world's control API, asked over HTTP."""

    def __init__(self, url: str, world: str, token: str) -> None:
        parts = urlsplit(url)
        words = [word for word in parts.path.split("/") if word]
        if len(words) == 2 and words[0] == "w" and world in ("", words[1]):
            world = words[1]
        elif words:
            how = f"Such as {parts.scheme}://{parts.netloc} or {parts.scheme}://{parts.netloc}/w/demo."
            raise UserError("a server's URL has no path but /w/WORLD.", url, how)
        self._admin = f"{parts.scheme}://{parts.netloc}/__admin/worlds/{world or DEFAULT}"
        self._where = url
        self._token = token

    def _get(self, part: str) -> bytes:
        return ask("GET", f"{self._admin}/{part}", token=self._token)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield all lines, page by page; UserError when some fell out of memory meanwhile."""
        after = 0
        while True:
            page = list(read(self._get(f"journal?after={after}&limit={PAGE}")))
            if page and after and page[0].get("n") != after + 1:
                what = "the journal grows faster than it can be read."
                raise UserError(what, self._where, f"Judge its file. {JOURNALS}")
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1]["n"]

    def recording(self) -> str:
        """Return the command that fetches and replays the world's run file, '' without one."""
        world = orjson.loads(self._get("health"))["world"]
        if not world["recorded"]:
            return ""
        url = shlex.quote(f"{self._admin}/recording")
        return f"curl -s {url} -o run.json && siaksim replay run.json"


# -- files ---------------------------------------------------------------------------------


def _last(path: str) -> Any:
    try:
        return orjson.loads(Path(path).read_bytes())
    except OSError as error:
        raise UserError(f"this file cannot be read: {error.strerror}.", path, HOW) from error
    except orjson.JSONDecodeError as error:
        raise UserError(f"this is no JSON: {error.msg}.", path, HOW) from error


def write_private(path: str, raw: bytes) -> None:
    """Write a file that only its owner may read: it names residents, synthetic as they are."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(raw)
    except OSError as error:
        what = f"this file cannot be written: {error.strerror}."
        raise UserError(what, path, WRITABLE) from error
