"""siaksim's pytest plugin, as other people's test runs meet it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from siaksim.errors import UserError
from siaksim.testing.http import ask_json
from siaksim.testing.server import SiakServer

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
STRICT = ("-p", "no:cacheprovider", "--strict-markers", "--strict-config", "-W", "error")

CLIENTS = """
import sys, urllib.error, urllib.request
import pytest

DOWN = "{target: siak.*, kind: error, status: 503, share: 100%}"

def notices(siak):
    try:
        return urllib.request.urlopen(siak.client("counter.1") + "/siak/v1/notices").status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code

def careless(siak):
    for _ in range(8):
        if notices(siak) == 200:
            return

def careful(siak):
    notices(siak)
"""

GREEN = (
    CLIENTS
    + """
TEXT = "scenario: mine\\nstory: A day of my own.\\nseed: 5\\nclock: {start: 2024-07-11T08:00}\\n"

def test_clients_are_judged(siak):
    siak.faults.add(DOWN)
    careful(siak)
    assert siak.verdict("counter").value == "PASS"
    careless(siak)
    verdict = siak.verdict("counter")
    assert verdict.value == "FAIL"
    assert "retry_limit" in verdict.failed
    with pytest.raises(AssertionError, match="the verdict is FAIL"):
        verdict.require_pass()

def test_a_world_is_fresh_and_stepped(siak):
    assert siak.ledger == []
    assert [line["kind"] for line in siak.journal if line["kind"] == "decided"] == []
    began = siak.clock.now
    assert (siak.clock.advance(90) - began).total_seconds() == 90
    assert siak.clock.mode == "manual"
    assert siak.mail.latest() is None
    assert siak.mail.latest("nobody@example.invalid") is None

def test_faults_end(siak):
    (fault,) = siak.faults.add({"target": "siak.*", "kind": "error", "status": 503})
    (brief,) = siak.faults.add("{target: ikd.*, kind: error, status: 503}", ttl=60)
    assert notices(siak) == 503
    siak.faults.end(fault["id"])
    assert notices(siak) == 200
    siak.clock.advance(61)
    states = {f["id"]: f["state"] for f in siak.faults.list()}
    assert states[fault["id"]] == "ended"
    assert states[brief["id"]] in ("over", "ended")

def test_people(siak):
    found = siak.resident(sex="P", ages="20-29")
    assert found["sex"] == "P"
    assert siak.selfie(found["nik"])[:2] == bytes([0xFF, 0xD8])
    assert len({r["nik"] for r in siak.residents(5)}) == 5

@pytest.mark.siak_scenario("siak-brownout", seed=11, clock="auto", shorten=20)
def test_a_marked_day(siak):
    url = siak.url
    head = siak.journal[0]
    assert (head["scenario"], head["seed"], head["shorten"]) == ("siak-brownout", 11, 20)
    siak.scenario(TEXT, seed=12)
    assert siak.url == url
    assert (siak.journal[0]["scenario"], siak.journal[0]["seed"]) == ("mine", 12)

def test_the_process_stays_clean(siak):
    siak.verdict("counter")
    assert not {"gevent", "locust", "flask"} & set(sys.modules)
"""
)

RED = (
    CLIENTS
    + """
@pytest.mark.siak_scenario(seed=41)
def test_it_fails(siak):
    siak.faults.add(DOWN)
    careless(siak)
    siak.verdict("counter").require_pass()
"""
)


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_fixtures_in_a_repository_with_folders_of_our_names(
    pytester: pytest.Pytester, more: tuple[str, ...]
) -> None:
    for folder in ("simulator", "scenarios", "tests"):
        pytester.mkpydir(folder)
    (pytester.path / "tests" / "test_mine.py").write_text(GREEN, encoding="utf-8")
    pytester.runpytest_subprocess(*STRICT, *more).assert_outcomes(passed=6)


def test_a_failing_test_shows_timeline_and_replay_line(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(RED)
    done = pytester.runpytest_subprocess(*STRICT)
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "*the verdict is FAIL*",
            "*- siaksim timeline -*",
            "*counter.1  siak.notices #1 -> 503*fault *",
            "*- siaksim replay -*",
            "siaksim serve --scenario quiet-day.yaml --seed 41",
            "world: *http://127.0.0.1:*",
            "scenario: quiet-day",
        ]
    )


def test_the_readme_example_works_as_it_stands(pytester: pytest.Pytester) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"<!-- run: pytest -->\n```python\n(.*?)```", text, re.S)
    pytester.makepyfile(example)
    pytester.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)


def test_a_running_server_is_used_and_worlds_are_kept(pytester: pytest.Pytester) -> None:
    server = SiakServer.start()
    try:
        pytester.makepyfile(
            f"def test_url(siak, siak_server):\n"
            f"    assert siak.url.startswith({server.url!r})\n"
            f"    assert siak_server.process is None\n"
            f"    assert siak.journal[0]['seed'] == 3\n"
        )
        options = ("--siak-url", server.url, "--siak-seed", "3", "--siak-scenario", "siak-brownout")
        for keep, count in (((), 1), (("--siak-keep-worlds",), 2)):
            pytester.runpytest_subprocess(*STRICT, *options, *keep).assert_outcomes(passed=1)
            assert len(ask_json("GET", f"{server.url}/__admin/worlds")["worlds"]) == count
    finally:
        server.stop()
    assert server.process is not None
    assert server.process.returncode == 0


def test_a_server_that_cannot_start_or_be_reached_is_told_so(pytester: pytest.Pytester) -> None:
    with pytest.raises(UserError, match=r"ended before it listened. It said:\nno luck"):
        SiakServer.start((sys.executable, "-c", "print('no luck')"))
    pytester.makepyfile("def test_it(siak): pass")
    done = pytester.runpytest_subprocess(*STRICT, "--siak-url", "http://127.0.0.1:1")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*no siaksim answers here*Is `siaksim serve` running?*"])


def test_a_wrong_option_of_the_marker_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import pytest\n"
        "@pytest.mark.siak_scenario('normal-day', sed=1)\n"
        "def test_it(siak): pass\n"
        "@pytest.mark.siak_scenario('normal-dya')\n"
        "def test_that(siak): pass\n"
    )
    done = pytester.runpytest_subprocess(*STRICT)
    done.assert_outcomes(errors=2)
    done.stdout.fnmatch_lines(["*no such option: sed*", "*normal-dya*"])
