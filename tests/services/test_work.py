"""The work feed: each citizen once, when due, until the day is over."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.work import Visit, WorkList
from siaksim.edges.assembly import assemble

DAY = """\
scenario: quiet
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T09:00}
population: {areas: ["35.76"], size: 20000}
"""


def client_of(mode: Any) -> FlaskClient:
    whole = assemble()
    whole.worlds.create("default", whole.worlds.inline(DAY), mode=mode, text=DAY)
    return whole.app.test_client()


def test_citizens_come_one_after_the_other_until_all_have_come() -> None:
    client = client_of("auto")
    made = client.post("/__admin/work", json={"residents": 4, "until": "09:40"}).get_json()
    niks = [visit["nik"] for visit in made["visits"]]
    assert len(set(niks)) == 4
    assert [visit["due"][11:16] for visit in made["visits"]] == ["09:00", "09:07", "09:15", "09:22"]
    seen = [client.get("/__admin/work/next?client=c1").get_json()["nik"] for _ in range(4)]
    assert seen == niks
    assert client.get("/__admin/work/next").status_code == 204
    shown = client.get("/__admin/work").get_json()
    assert shown["over"] is True
    assert {visit["client"] for visit in shown["visits"]} == {"c1"}


def test_before_a_citizen_is_due_a_client_is_told_to_come_again() -> None:
    client = client_of("manual")
    client.post("/__admin/work", json={"residents": 2, "until": "09:40"})
    assert client.get("/__admin/work/next?wait=0").status_code == 200
    early = client.get("/__admin/work/next?wait=0")
    assert early.status_code == 202
    assert early.headers["Retry-After"] == "900"
    client.post("/__admin/clock", json={"advance": 900})
    assert client.get("/__admin/work/next?wait=0").status_code == 200


def test_who_has_not_come_by_the_end_does_not_come() -> None:
    client = client_of("manual")
    client.post("/__admin/work", json={"residents": 3, "until": "09:40"})
    client.post("/__admin/clock", json={"to": "09:40"})
    assert client.get("/__admin/work/next?wait=0").status_code == 204


def test_everybody_on_the_list_can_be_activated() -> None:
    client = client_of("auto")
    made = client.post("/__admin/work", json={"residents": 30}).get_json()
    for visit in made["visits"]:
        body = {"nik": visit["nik"], "email": visit["email"], "phone": visit["phone"]}
        body |= {"terms_version": "1.0"}
        device = {"id": f"phone-{visit['nik']}", "platform": "android", "os_major": 13}
        answer = client.post("/ikd/v1/registrations", json=body | {"device": device})
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("given_", "what"),
    [
        ({"residents": 0}, "residents"),
        ({"until": "09:00"}, "09:00 is over: it is 09:00."),
        ({"until": "9"}, "is no time of day"),
        ({"people": 3}, "people"),
    ],
)
def test_a_list_that_cannot_be_is_refused(given_: dict[str, Any], what: str) -> None:
    answer = client_of("manual").post("/__admin/work", json=given_)
    assert answer.status_code == 400
    assert what in answer.text


@given(
    dues=st.lists(st.floats(0, 100), max_size=8),
    asks=st.lists(st.floats(0, 120), max_size=20),
    until=st.none() | st.floats(0, 120),
)
def test_each_visit_is_given_once_in_order_and_never_early_or_late(
    dues: list[float], asks: list[float], until: float | None
) -> None:
    work = WorkList([Visit(f"n{i}", due) for i, due in enumerate(dues)], until)
    got = []
    for now in sorted(asks):
        visit = work.next(now, "c")
        if visit is not None:
            assert visit.due <= now
            assert until is None or now < until
            got.append(visit)
    assert len({id(visit) for visit in got}) == len(got)
    assert [v.due for v in got] == sorted(v.due for v in got)
