"""A world may begin in the middle of its day: what is over is over, what is on acts at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from siaksim.edges.assembly import assemble
from siaksim.edges.files import FileSink
from siaksim.errors import UserError
from siaksim.worlds import Worlds

DAY = """\
scenario: bad-morning
story: Nothing answers from ten past nine on, for 25 minutes.
seed: 5
clock: {start: 2024-07-11T08:00}
population: {areas: ["35.76"], size: 20000}
timeline:
  - {at: "09:10", for: 25m, faults: [{target: siak.*, kind: error, status: 503}]}
"""


@pytest.fixture
def client() -> FlaskClient:
    whole = assemble()
    whole.worlds.create("default", whole.worlds.inline(DAY), mode="auto", text=DAY)
    return whole.app.test_client()


def made(client: FlaskClient, begin: Any, status: int = 201, **more: Any) -> Any:
    given = {"text": DAY, "clock": "auto", "from": begin} | more
    answer = client.post("/__admin/worlds", json=given)
    assert answer.status_code == status, answer.text
    return answer.get_json(force=True)


@pytest.mark.parametrize(("begin", "status"), [("09:05", 200), ("09:20", 503), ("09:40", 200)])
def test_a_world_begins_when_it_is_told_to(client: FlaskClient, begin: str, status: int) -> None:
    world = made(client, begin)
    assert world["clock"]["now"][11:16] == begin
    answer = client.get(f"/w/{world['name']}/siak/v1/notices")
    assert answer.status_code == status


def test_a_reset_begins_at_the_same_time_again(client: FlaskClient) -> None:
    name = made(client, "09:20")["name"]
    client.post(f"/__admin/worlds/{name}/clock", json={"advance": 3600})
    client.post(f"/__admin/worlds/{name}/reset")
    assert client.get(f"/__admin/worlds/{name}").get_json()["clock"]["now"][11:16] == "09:20"


def test_a_recording_tells_when_it_began(client: FlaskClient) -> None:
    name = made(client, "09:20", record=True)["name"]
    client.get(f"/w/{name}/siak/v1/notices")
    run = client.get(f"/__admin/worlds/{name}/recording").text
    answer = client.post("/__admin/worlds", json={"replay": run, "clock": "auto"})
    assert answer.get_json()["clock"]["now"][11:16] == "09:20"


@pytest.mark.parametrize(
    ("begin", "what"),
    [
        ("07:59", "07:59 is before the day begins at 08:00."),
        ("9:05", "'9:05' is no time of day"),
        (905, "`from` is a time of day"),
    ],
)
def test_a_time_that_cannot_be_is_explained(client: FlaskClient, begin: Any, what: str) -> None:
    told = made(client, begin, 400)
    assert what in told["what"]
    assert told["where"] == "from"


def test_a_restart_resumes_from_the_ledger_or_else_where_it_began(tmp_path: Path) -> None:
    def worlds() -> Worlds:
        return Worlds(lambda: 0.0, state_dir=tmp_path, open_sink=FileSink)

    first = worlds()
    begun = first.inline(DAY).from_time("09:20")
    first.create("w", begun, mode="manual", text=DAY)
    first.close()
    again = worlds()
    assert again.restore() == ["w"]
    found = again.get("w")
    assert found is not None
    assert found.clock.now() == begun.start + 80 * 60
    again.close()


def test_a_bad_time_on_the_command_line_is_one_line() -> None:
    with pytest.raises(UserError, match=r"from: '25:00' is no time of day"):
        Worlds(lambda: 0.0).inline(DAY).from_time("25:00")
