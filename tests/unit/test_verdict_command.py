"""`siaksim verdict` on files: what it writes, its exit codes, and what it says of mistakes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest
import yaml
from click.testing import CliRunner, Result
from siaksim.cli import cli, main
from siaksim.edges.assembly import assemble
from siaksim.edges.exchange import Raw
from siaksim.verdict.clients import load_terms
from verdict_reports import SIX

DAY = """\
scenario: lossy
story: The first notice's answer is lost.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: siak.notices, kind: lost_answer, how: reset, first: 1}
"""
GOOD = ("GET", "/siak/v1/notices")
STRAY = ("GET", "/siak/v1/nowhere")


@pytest.fixture(scope="module")
def journals() -> Callable[..., bytes]:
    whole = assemble()

    def journal(*calls: tuple[str, str]) -> bytes:
        whole.worlds.close()
        world = whole.worlds.create("default", whole.worlds.inline(DAY), mode="auto")
        for method, path in calls:
            whole.exchange.call(Raw(method, path, {}, b""))
        return b"".join(orjson.dumps(line) + b"\n" for line in world.journal.lines)

    return journal


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["verdict", *arguments])


@pytest.fixture
def six(tmp_path: Path) -> str:
    """A client file with six rules only: a test of the command need not know the others."""
    path = tmp_path / "six.yaml"
    path.write_text(SIX)
    return str(path)


@pytest.fixture
def failing(tmp_path: Path, journals: Callable[..., bytes]) -> Path:
    path = tmp_path / "default.jsonl"
    path.write_bytes(journals(GOOD, STRAY))
    return path


@pytest.mark.parametrize(
    ("calls", "code", "said"),
    [
        ((GOOD,), 0, "PASS: counter in lossy, seed 5; calls: 1"),
        ((GOOD, STRAY), 1, "GET /siak/v1/nowhere is no operation (404)"),
        ((), 3, "the client never called"),
        ((STRAY,), 3, "the client never called"),
    ],
)
def test_the_exit_code_is_the_verdict(
    tmp_path: Path, journals: Callable[..., bytes], six: str, calls: Any, code: int, said: str
) -> None:
    path = tmp_path / "default.jsonl"
    path.write_bytes(journals(*calls))
    found = run(str(path), "--client", six)
    assert (found.exit_code, said in found.output) == (code, True), found.output


def test_a_torn_last_line_is_dropped(failing: Path, six: str) -> None:
    whole = run(str(failing), "--client", six).output
    failing.write_bytes(failing.read_bytes() + b'{"n": 9, "kind": "deci')
    assert run(str(failing), "--client", six).output == whole


def test_a_folder_of_journals_has_one_for_each_world(failing: Path, six: str) -> None:
    (failing.parent / "demo.jsonl").write_bytes(failing.read_bytes())
    whole = run(str(failing), "--client", six).output
    assert run(str(failing.parent), "--client", six).output == whole
    assert run(str(failing.parent), "--world", "demo", "--client", six).output == whole


def test_all_reports_are_written_for_their_owner_only(
    failing: Path, tmp_path: Path, six: str
) -> None:
    files = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "html")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
    assert run(str(failing), "--client", six, "--lang", "id", *options).exit_code == 1
    assert json.loads(files["json"].read_bytes())["value"] == "FAIL"
    assert ET.parse(files["junit"]).getroot().get("failures") == "1"
    assert "bukan operasi" in files["html"].read_text(encoding="utf-8")
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in files.values()} == {0o600}


def test_a_report_is_compared_with_the_last_one(
    failing: Path, tmp_path: Path, journals: Callable[..., bytes], six: str
) -> None:
    last = tmp_path / "last.json"
    run(str(failing), "--client", six, "--json", str(last))
    failing.write_bytes(journals(GOOD))
    found = run(str(failing), "--client", six, "--compare", str(last), "--width", "200")
    assert found.exit_code == 0
    assert "new 0, fixed 1, still 0" in found.output
    assert "fixed  lossy  known_operation  GET /siak/v1/nowhere is no operation" in found.output


def test_ones_own_client_file_waives_until_its_day(failing: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        SIX + "waivers:\n  - {rule: known_operation, reason: An old path., until: 2027-03-31}\n"
    )
    chosen = [str(failing), "--client", str(own), "--date"]
    held = run(*chosen, "2027-03-31")
    assert (held.exit_code, "WAIVED  known_operation" in held.output) == (0, True)
    assert run(*chosen, "2027-04-01").exit_code == 1


def test_the_command_judges_in_the_terminals_width(failing: Path, six: str) -> None:
    found = run(str(failing), "--client", six, "--width", "44").output
    lines = [line for line in found.splitlines() if "siaksim serve" not in line]
    assert max(len(line) for line in lines) <= 44


def mistake(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stopped:
        main(["verdict", *arguments])
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert (said.out, "Traceback" in said.err) == ("", False)
    return said.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "this journal is empty"),
        (b"scenario: x\n", "a line is no JSON"),
        (b'{"n": 1}\n', "this is no journal of siaksim"),
        (b'{"n": 1, "kind": "world", "event": "created"}\n', "this is no journal of siaksim"),
        (b'{"n": 9, "kind": "ledger"}\n', "the lines before number 9 are gone"),
    ],
)
def test_what_is_no_whole_journal_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    path = tmp_path / "some.jsonl"
    path.write_bytes(content)
    error = mistake(capsys, str(path), "--client", "counter")
    assert error.startswith(f"{path}: ")
    assert said in error


def test_mistakes_name_what_is_wrong_and_what_to_do(
    failing: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    journal, client = str(failing), ("--client", "counter")
    for arguments, said in [
        ((journal, "--client", "conter"), "Did you mean 'counter'?"),
        ((str(tmp_path / "no.jsonl"), *client), "no.jsonl: this file cannot be read"),
        ((journal, *client, "--world", "x"), "--world goes with a server's URL or a folder"),
        ((journal, *client, "--compare", str(tmp_path / "no.json")), "cannot be read"),
        ((journal, *client, "--compare", journal), "this is no JSON"),
        ((journal, *client, "--json", str(tmp_path / "no" / "x.json")), "cannot be written"),
        (("http://127.0.0.1:9/__admin", *client), "has no path but /w/WORLD"),
        (("http://127.0.0.1:9", *client), "no siaksim answers here"),
        ((journal,), "Missing option '--client'"),
        ((journal, *client, "--lang", "fr"), "'fr' is not one of 'id', 'en'"),
    ]:
        assert said in mistake(capsys, *arguments)


def test_the_docs_use_options_that_there_are_and_ci_files_that_are_yaml() -> None:
    page = (Path(__file__).parents[2] / "docs/verdicts.md").read_text(encoding="utf-8")
    known = {
        name: {option for p in cli.commands[name].params for option in p.opts}
        for name in ("verdict", "serve", "check")
    }
    for command, line in re.findall(r"siaksim (verdict|serve) ([^\n|`#]*)", page):
        assert set(re.findall(r"--[a-z-]+", line)) <= known[command], line
    cells = "".join(re.findall(r"^\| (`--[^|]*) \|", page.replace("\\|", "/"), re.M))
    table = set(re.findall(r"--[a-z]+", cells))
    assert (known["verdict"] | known["check"]) - {
        "--world",
        "--token",
        "source",
        "command",
    } == table
    jobs = re.findall(r"```yaml\n((?:jobs|conduct):.*?)```", page, re.S)
    assert {key for text in jobs for key in yaml.safe_load(text)} == {"jobs", "conduct"}
    assert len(jobs) >= 2
    (own,) = re.findall(r"```yaml\n(client:.*?)```", page, re.S)
    assert load_terms(own, "docs").client == "mine"
