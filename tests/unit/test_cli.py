"""The command line: texts, exit codes, and what is not imported."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from siaksim import __version__
from siaksim.cli import cli, main
from siaksim.core.schedule import Window
from siaksim.edges.assembly import assemble
from siaksim.edges.rates import aimed, rates
from siaksim.edges.serve import ServeOptions, banner, check_options, curl_lines
from siaksim.errors import UserError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def failing(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command as the shell does; return what a mistake printed on stderr."""
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_the_version_is_printed() -> None:
    assert run("--version").output == f"siaksim {__version__}\n"


@pytest.mark.parametrize("command", ["serve", "replay", "verdict", "scenarios", "residents"])
def test_every_command_has_help(command: str) -> None:
    found = run(command, "--help")
    assert found.exit_code == 0
    assert command in found.output


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom siaksim.cli import cli\n"
        "cli.main(['serve', '--help'], standalone_mode=False)\n"
        "print([m for m in ('flask', 'gevent', 'pydantic', 'PIL', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_serve_lists_its_options() -> None:
    listed = run("serve", "--help").output
    for name in ("scenario", "port", "host", "token", "seed", "speed", "journal", "state"):
        assert f"--{name} " in listed or f"--{name}\n" in listed, name
    assert "--public-url" in listed
    assert "--today" in listed


# -- scenarios -----------------------------------------------------------------------------


def test_scenarios_are_listed_with_their_stories() -> None:
    found = run("scenarios", "list")
    assert "siak-brownout" in found.output
    assert "slow" in found.output


def test_a_scenario_shows_the_rates_that_remain(tmp_path: Path) -> None:
    file = tmp_path / "two.yaml"
    file.write_text(
        "scenario: two\nstory: Two layers.\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n"
        "  - {target: siak.*, kind: reset, share: 20%}\n"
        "  - {target: siak.login, kind: error, status: 503, share: 50%}\n"
    )
    shown = run("scenarios", "show", str(file)).output
    assert "siak.login: reset 20.000%, error 40.000%, unharmed 40.000%" in shown
    assert "ikd.*" in shown


def test_latency_ends_no_call() -> None:
    scenario = assemble().worlds.scenario("normal-day")
    hour = Window(scenario.start, scenario.start + 3600)
    found = rates(aimed(scenario.faults, "siak.login"), hour, scenario.seed)
    assert [(r.fault.kind, round(r.mean, 6)) for r in found.rates] == [
        ("latency", 1.0),
        ("error", 0.005),
    ]
    assert found.left == pytest.approx(0.995)


def test_shipped_scenarios_are_valid() -> None:
    found = run("scenarios", "validate", "normal-day", "siak-brownout")
    assert found.output == "normal-day: ok\nsiak-brownout: ok\n"


def test_mistakes_are_printed_one_a_line_with_their_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        "scenario: bad\nstory: s\nseed: 1\nclock: {start: 2024-07-11T08:00}\nfaults:\n"
        "  - {target: siak.*, kind: latensy}\n  - {target: siak.*, kind: reset, share: 200%}\n"
    )
    said = failing(capsys, "scenarios", "validate", str(file)).splitlines()
    assert [line.split(" ")[0] for line in said] == [f"{file}:6:28:", f"{file}:7:42:"]
    assert "Did you mean 'latency'?" in said[0]
    assert failing(capsys, "serve", "--scenario", str(file)).splitlines() == said


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["scenarios", "show", "normal-dai"], "siaksim: no scenario is called 'normal-dai'."),
        (["scenarios", "show", "./none.yaml"], "./none.yaml: this file cannot be read:"),
        (
            ["residents", "find", "--status", "ded"],
            "status: 'ded' is unknown. Did you mean 'dead'?",
        ),
        (["residents", "find", "--age", "x"], "age: 'x' is no whole number from 0 to 150."),
        (["residents", "find", "--date", "11-07-2024"], "today: '11-07-2024' is no date."),
        (["residents", "show", "123"], "siaksim: no resident has the NIK '123'."),
        (["serve", "--host", "0.0.0.0"], "--host: '0.0.0.0' can be reached by others"),
        (["serve", "--play", "clown"], "--play: 'clown' is no actor."),
        (["serve", "--smtp", "nowhere"], "--smtp: 'nowhere' is no mail server."),
        (["serve", "--public-url", "here"], "--public-url: 'here' is no base URL."),
        (["serve", "--port", "70000"], "Invalid value for '--port'"),
        (["serve", "--prot", "1"], "No such option"),
        (["serve", "--reload"], "--reload: 'normal-day' is a shipped scenario, and only a file"),
        (["replay"], "Missing argument 'FILE'"),
        (["replay", "no-run.json"], "no-run.json: this file cannot be read: No such file"),
        (["replay", "pyproject.toml"], "pyproject.toml:1: this is no run file."),
        (["replay", "x.json", "--clock", "late"], "Invalid value for '--clock'"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    assert text in failing(capsys, *arguments)


def test_a_taken_port_touches_no_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = failing(capsys, "serve", "--port", port, "--state", str(tmp_path / "state"))
    assert len(said.splitlines()) == 1
    assert port in said
    assert not (tmp_path / "state").exists()


def test_a_flag_wins_over_a_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAKSIM_SCENARIO", "from-environment")
    assert "'from-environment'" in failing(capsys, "serve")
    assert "'from-flag'" in failing(capsys, "serve", "--scenario", "from-flag")


# -- residents -----------------------------------------------------------------------------


def test_residents_are_found_as_text_and_as_json() -> None:
    query = ("residents", "find", "--age", "17", "--recorded", "false", "--area", "Magersari")
    text = run(*query, "--limit", "2").output.splitlines()
    rows = orjson.loads(run(*query, "--limit", "2", "--json").output)
    assert [line[:16] for line in text] == [row["nik"] for row in rows]
    assert [row["age"] for row in rows] == [17, 17]
    assert run(*query, "--seed", "1", "--limit", "2").output.splitlines() != text


def test_a_resident_is_shown_with_the_household() -> None:
    nik = run("residents", "find", "--age", "10", "--limit", "1").output[:16]
    shown = run("residents", "show", nik).output
    assert f"nik             {nik}" in shown
    household = shown.partition("household\n")[2].splitlines()
    assert len(household) >= 2
    assert any(line.startswith(nik) for line in household)


# -- the banner ----------------------------------------------------------------------------


def test_the_banner_names_every_address_and_the_way_in() -> None:
    whole = assemble()
    whole.worlds.create("default", whole.worlds.scenario("normal-day"))
    options = ServeOptions("normal-day", 0, "127.0.0.1")
    whole.exchange.public_url = "http://127.0.0.1:7425"
    text = "\n".join(banner(options, whole, "127.0.0.1", 7425, 1024))
    for part in ("ikd/v1", "siak/v1", "mail/api/v1", "__admin", "3576", "petugas01", "1,024"):
        assert part in text, part


def test_with_a_token_the_curl_lines_read_it_from_the_environment() -> None:
    lines = curl_lines("http://127.0.0.1:1", token=True)
    assert "$SIAKSIM_TOKEN" in lines[0]
    assert "SIAKSIM_TOKEN" not in lines[2]


def test_a_token_opens_other_addresses() -> None:
    check_options(ServeOptions("normal-day", 1, "0.0.0.0", token="t"))
    with pytest.raises(UserError):
        check_options(ServeOptions("normal-day", 1, "192.0.2.1"))


def test_the_module_runs_from_a_checkout() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--version"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONSAFEPATH": ""},
    )
    assert done.stdout == f"siaksim {__version__}\n"
