"""`@siaksim.hunt`: a test of somebody's, struck until it breaks, in a run of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import siaksim
from siaksim.errors import UserError
from siaksim.hunting import drawn
from siaksim.scenario.build import load

STRICT = ("-p", "no:cacheprovider", "--strict-markers", "--strict-config", "-W", "error")
TESTS = """
import json, urllib.error, urllib.request
import pytest, siaksim

LOGIN = {"operator_id": "petugas01", "password": "siaksim-petugas01"}

def call(siak, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(siak.client("counter.1") + path, data, headers)
        ) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""

@siaksim.hunt(budget=20, depth=1)
def test_reads_every_answer_as_json(siak, tmp_path):
    assert tmp_path.is_dir()
    status, raw = call(siak, "/siak/v1/sessions", LOGIN)
    if status:
        json.loads(raw)

@siaksim.hunt(client="counter", budget=12, depth=1, out="found/here")
def test_presses_again_and_again(siak):
    for _ in range(6):
        if call(siak, "/siak/v1/sessions", LOGIN)[0] == 201:
            break

@siaksim.hunt(client="counter", budget=6, depth=1)
def test_gives_up_at_once(siak):
    call(siak, "/siak/v1/sessions", LOGIN)
    verdict = siak.verdict("counter")
    if verdict.value == "FAIL":
        verdict.require_pass()

@siaksim.hunt(budget=3)
def test_fails_anyway(siak):
    call(siak, "/siak/v1/sessions", LOGIN)
    assert siak.ledger == [], "there is a session"

@siaksim.hunt(budget=3)
def test_never_calls(siak):
    pass
"""
AGAIN = """
import pytest
from test_hunted import LOGIN, call

@pytest.mark.siak_scenario({file!r}, clock="auto")
def test_again(siak):
    assert call(siak, "/siak/v1/sessions", LOGIN)[1].startswith(b"{{")
"""


@pytest.mark.live
def test_what_breaks_a_test_is_saved_told_and_can_be_played_again(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_hunted=TESTS)
    done = pytester.runpytest_subprocess(*STRICT)
    done.assert_outcomes(passed=1, failed=4)
    done.stdout.fnmatch_lines_random(
        [
            "*HuntFailed: the hunt broke this test",
            "*BROKEN  test",
            "*JSONDecodeError: *",
            "*- The 1st call of siak.login gets *",
            "*BROKEN  retry_*",
            "*- *siak.login* refused with 503.",
            "*tries: * for shrinking",
            "*- siaksim timeline -*",
            "*AssertionError: there is a session*",
            "*this hunt proves nothing: the client never called: nothing could be struck*",
        ]
    )
    (rule,) = (pytester.path / "found/here").iterdir()
    assert rule.name.startswith("quiet-day-retry-")
    (file,) = (pytester.path / "siaksim-hunt").iterdir()
    scenario = load(file.read_text(encoding="utf-8"), file.name, operations=None)
    assert scenario.story.startswith("The 1st call of siak.login ")
    again = file.relative_to(pytester.path).as_posix()
    assert f'@pytest.mark.siak_scenario("{again}", clock="auto")' in done.stdout.str()
    pytester.makepyfile(test_again=AGAIN.format(file=again))
    again_done = pytester.runpytest_subprocess(*STRICT, "-k", "test_again")
    again_done.assert_outcomes(failed=1, deselected=5)


def test_a_hunted_test_needs_the_fixture() -> None:
    with pytest.raises(UserError, match="needs the fixture `siak`"):
        siaksim.hunt()(lambda: None)
    with pytest.raises(AttributeError, match="no attribute 'hunts'"):
        siaksim.hunts  # noqa: B018


def test_without_hypothesis_a_hunt_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="draws by Hypothesis") as raised:
        drawn.ready()
    assert "pip install 'siaksim[hunt]'" in str(raised.value)


def test_the_plugin_needs_hypothesis_for_hunts_only() -> None:
    """And the extra of that name is in the wheel's metadata."""
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import siaksim, siaksim.pytest_plugin, siaksim.testing.world\n"
        "siaksim.hunt(budget=3)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert "\nhunt = [" in project
