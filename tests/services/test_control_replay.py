"""Worlds that are recorded and replayed by the control API, by texts and never by paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.tapes import new_tape
from siaksim.errors import UserError
from siaksim.replay.recorder import Recorder

DAY = """\
scenario: rough
story: Half of all searches fail.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
faults:
  - {target: siak.notices, kind: error, status: 503, share: 50%}
"""
NOTICES = "/siak/v1/notices"


@pytest.fixture(scope="module")
def assembled() -> Assembly:
    return assemble()


@pytest.fixture
def client(assembled: Assembly) -> FlaskClient:
    assembled.worlds.close()
    assembled.worlds.create("default", assembled.worlds.inline(DAY), mode="auto", text=DAY)
    return assembled.app.test_client()


def make(client: FlaskClient, status: int = 201, **given: Any) -> Any:
    answer = client.post("/__admin/worlds", json=given)
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)


def recording(client: FlaskClient, world: str) -> str:
    answer = client.get(f"/__admin/worlds/{world}/recording")
    assert answer.status_code == 200
    assert answer.content_type == "application/x-ndjson"
    return answer.text


def statuses(client: FlaskClient, world: str, count: int) -> list[int]:
    return [client.get(f"/w/{world}{NOTICES}").status_code for _ in range(count)]


def test_a_world_is_recorded_and_its_text_replayed(client: FlaskClient) -> None:
    made = make(client, name="one", text=DAY, clock="auto", record=True)
    assert (made["recorded"], made["replays"]) == (True, None)
    first = statuses(client, "one", 12)
    assert set(first) == {200, 503}
    text = recording(client, "one")
    assert len(text.splitlines()) == 13
    made = make(client, name="two", replay=text)
    assert (made["seed"], made["scenario"], made["clock"]["mode"]) == (5, "rough", "auto")
    assert made["replays"] == "replay"
    assert statuses(client, "two", 13) == [*first, 200]
    told = client.get("/__admin/worlds/two/replay").json
    assert told is not None
    assert [told[n] for n in ("recorded", "known", "unknown", "unused")] == [12, 12, 1, 0]
    lines = client.get("/__admin/worlds/two/journal?kind=replay&format=json").json
    assert lines is not None
    assert [line["event"] for line in lines["lines"]] == ["unknown_call"]


def test_the_default_worlds_scenario_is_recorded_too(client: FlaskClient) -> None:
    made = make(client, clock="auto", record=True)
    header = orjson.loads(recording(client, made["name"]).splitlines()[0])
    assert header["text"] == DAY


def test_a_replay_may_have_another_clock(client: FlaskClient) -> None:
    make(client, name="one", text=DAY, clock="manual", record=True)
    text = recording(client, "one")
    assert make(client, replay=text)["clock"]["mode"] == "manual"
    assert make(client, replay=text, clock="auto")["clock"]["mode"] == "auto"
    assert make(client, replay=text, speed=60)["clock"]["speed"] == 60
    said = make(client, 400, replay=text, clock="auto", speed=2)
    assert said["what"] == "speed 2 belongs to a scaled clock, and this one is auto."


def test_a_world_that_replays_is_changed_by_no_plan(client: FlaskClient) -> None:
    make(client, name="one", text=DAY, clock="auto", record=True)
    make(client, name="two", replay=recording(client, "one"))
    base = "/__admin/worlds/two"
    changes = (
        client.put(f"{base}/scenario", json={"name": "normal-day"}),
        client.post(f"{base}/faults", json={"text": "{target: all, kind: reset}"}),
        client.delete(f"{base}/faults/error%231"),
    )
    for answer in changes:
        assert answer.status_code == 409
        assert "its recording decides" in answer.get_json(force=True)["what"]
    assert client.get(f"{base}/faults").status_code == 200


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"record": "yes"}, "`record` is true or false."),
        ({"replay": {"siaksim_run": 1}}, "`replay` is the text of a run file."),
        ({"replay": "run.json"}, "this is no run file."),
        ({"replay": ""}, "this file is empty."),
        ({"replay": "x", "seed": 3}, "`seed` is told by the run file."),
        ({"replay": "x", "scenario": "normal-day"}, "`scenario` is told by the run file."),
        ({"recrod": True}, "'recrod' is unknown."),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: FlaskClient, given: dict[str, Any], what: str
) -> None:
    before = client.get("/__admin/worlds").json
    assert make(client, 400, **given)["what"] == what
    assert client.get("/__admin/worlds").json == before


def test_a_name_that_is_taken_is_refused_for_a_replay_too(client: FlaskClient) -> None:
    make(client, name="one", text=DAY, clock="auto", record=True)
    assert "exists" in make(client, 409, name="one", replay=recording(client, "one"))["what"]


@pytest.mark.parametrize(
    ("part", "what"),
    [("recording", "this world is not recorded."), ("replay", "this world replays nothing.")],
)
def test_a_world_that_does_neither_says_so(client: FlaskClient, part: str, what: str) -> None:
    answer = client.get(f"/__admin/{part}")
    assert answer.status_code == 404
    assert answer.get_json(force=True)["what"] == what


# -- run files on disk ---------------------------------------------------------------------


def test_a_file_has_each_line_at_once_and_is_for_its_owner_only(
    assembled: Assembly, client: FlaskClient, tmp_path: Path
) -> None:
    path = tmp_path / "deep" / "run.json"
    Recorder(lambda: new_tape(path)).attach(assembled.worlds.default, DAY)
    client.get(NOTICES)
    assert path.read_bytes().count(b"\n") == 2
    assert path.stat().st_mode & 0o777 == 0o600
    assert client.get("/__admin/recording").data == path.read_bytes()
    client.post("/__admin/reset")
    assert path.read_bytes().count(b"\n") == 1
    older = path.with_name("run.1.json")
    assert older.read_bytes().count(b"\n") == 2
    client.get(NOTICES)
    assert path.read_bytes().count(b"\n") == 2


def test_a_full_disk_is_siaksims_own_failure_and_no_call_passes_unrecorded(
    assembled: Assembly, client: FlaskClient, tmp_path: Path
) -> None:
    recorder = Recorder(lambda: new_tape(tmp_path / "run.json"))
    recorder.attach(assembled.worlds.default, DAY)
    recorder.close()  # as good as full: nothing can be written
    answer = client.get(NOTICES)
    assert answer.status_code == 503
    assert answer.headers["Siaksim-Internal-Error"] == "1"
    assert assembled.worlds.default.counters.internal_errors == 1


def test_no_other_file_is_taken_for_an_older_recording(tmp_path: Path) -> None:
    path = tmp_path / "day.yaml"
    path.write_text("scenario: x\n")
    with pytest.raises(UserError, match=r"day\.yaml: this file is there already, and it is no run"):
        new_tape(path)
    assert path.read_text() == "scenario: x\n"
    with pytest.raises(UserError, match="this file cannot be written: Is a directory"):
        new_tape(tmp_path)
