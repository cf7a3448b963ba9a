"""An officer whom siaksim plays, for a phone that the test plays."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from siaksim.core import chance
from siaksim.core.clock import Mode
from siaksim.edges.assembly import assemble
from siaksim.media.selfies import selfie

MODES: tuple[Mode, ...] = ("manual", "auto")
KEPT = """\
scenario: kept
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
"""
LOSING = """\
scenario: losing
story: Half of what the officer asks is lost.
seed: 5
clock: {start: 2024-07-11T08:00}
faults:
  - {target: 'siak.*', kind: lost_answer, share: 50%, client: actor}
"""


def registered(desk: Any, nik: str) -> str:
    """Register a phone as far as the face; return the path of the registration."""
    body = {
        "nik": nik,
        "email": "warga@example.test",
        "phone": "081234567890",
        "terms_version": "1.0",
        "device": {"id": "phone-1", "platform": "android", "os_major": 13},
    }
    made = desk.surely("POST", "/ikd/v1/registrations", body)
    desk.tokens["phone"] = made["token"]
    path = f"/ikd/v1/registrations/{made['registration_id']}"
    picture = selfie(chance.bits(desk.world.seed, "face", nik))
    assert desk.surely("POST", f"{path}/selfie", token="phone", image=picture)["result"] == "match"
    return path


def scanned(desk: Any, path: str) -> Any:
    """Show the phone's code to the officer; return how the scan ended."""
    shown = desk.surely("GET", f"{path}/qr", token="phone")
    scan = desk.control("POST", "/actors/officers/scans", 202, {"payload": shown["payload"]})
    assert scan["state"] == "going"
    return desk.until(
        lambda: desk.control("GET", f"/actors/officers/scans/{scan['scan']}"),
        lambda s: s["state"] != "going",
    )


@pytest.mark.parametrize("mode", MODES)
def test_the_officer_scans_the_phone_of_a_kiosks_customer(open_desk: Any, mode: Mode) -> None:
    desk = open_desk("officer", mode=mode)
    (nik,) = desk.niks(1)
    path = registered(desk, nik)
    end = scanned(desk, path)
    assert end == {
        "scan": 1,
        "state": "done",
        "activation": path.rpartition("/")[2],
        "problem": None,
    }
    assert desk.surely("GET", path, token="phone")["state"] == "MAIL_SENT"
    calls = desk.decided(client="actor.officer")
    assert [c["operation"] for c in calls] == ["siak.login", "siak.scan_qr"]
    assert all(c["actor"] for c in calls)


@pytest.mark.parametrize("mode", MODES)
def test_the_phone_scans_the_officers_screen(open_desk: Any, mode: Mode) -> None:
    desk = open_desk("officer", mode=mode)
    (nik,) = desk.niks(1)
    path = registered(desk, nik)
    first = desk.control("GET", "/actors/officers/qr")["qr"]
    second = desk.control("GET", "/actors/officers/qr")["qr"]
    assert first != second
    done = desk.surely("POST", f"{path}/officer-scans", {"payload": second}, token="phone")
    assert done["state"] == "MAIL_SENT"
    assert desk.world.registry.current(nik).scanned_by == "petugas20"


def test_an_officer_whose_answers_are_lost_scans_once_all_the_same(open_desk: Any) -> None:
    desk = open_desk("officer", text=LOSING)
    for nik in desk.niks(4):
        path = registered(desk, nik)
        shown = desk.surely("GET", f"{path}/qr", token="phone")
        desk.control("POST", "/actors/officers/scans", 202, {"payload": shown["payload"]})
        desk.until(
            lambda: desk.control("GET", f"/actors/officers/scans/{len(_mails(desk)) or 1}"),
            lambda s: s["state"] == "done",
        )
        desk.world.advance(300)
    assert len(_mails(desk)) == 4
    assert [c for c in desk.decided(client="actor.officer") if c.get("faults")]
    screen = desk.until(lambda: desk.control("GET", "/actors/officers/qr"), lambda s: s["qr"])
    assert screen["problem"] is None


def _mails(desk: Any) -> list[Any]:
    return [e for e in desk.world.ledger.entries if e.kind == "mail_issued"]


def test_an_officer_whose_session_has_ended_logs_in_again(open_desk: Any) -> None:
    desk = open_desk("officer")
    assert desk.control("GET", "/actors/officers/qr")["qr"]
    desk.world.advance(3600)
    assert desk.control("GET", "/actors/officers/qr")["qr"]
    assert len(desk.decided(operation="siak.login")) == 2


def test_actors_begin_anew_in_a_world_that_was_resumed(desk_of: Any, tmp_path: Path) -> None:
    shown: list[str] = []
    for life in (1, 2):
        whole = assemble(state_dir=tmp_path)
        if life == 1:
            scenario = whole.worlds.inline(KEPT)
            play = frozenset(("citizen", "officer"))
            whole.worlds.create("kept", scenario, mode="manual", play=play, text=KEPT)
        else:
            assert whole.worlds.restore() == ["kept"]
        world = whole.worlds.get("kept")
        assert world is not None
        desk = desk_of(whole, world)
        desk.control("GET", "/actors/citizens/1", 404)
        (nik,) = desk.niks(1)
        desk.control("POST", "/actors/citizens", 201, {"nik": nik})
        seen = desk.until(partial(desk.citizen, nik), lambda c: c["qr"])
        shown += [seen["qr"], desk.control("GET", "/actors/officers/qr")["qr"]]
        desk.control("POST", "/actors/officers/scans", 202, {"payload": seen["qr"]})
        if life == 2:
            assert desk.until(partial(desk.citizen, nik), lambda c: c["done"])
        whole.worlds.close()
    assert len(set(shown)) == 4


def test_a_code_that_no_phone_shows_is_refused(open_desk: Any) -> None:
    desk = open_desk("officer")
    scan = desk.control("POST", "/actors/officers/scans", 202, {"payload": "IKD1:nothing"})
    desk.world.advance(60)
    end = desk.control("GET", f"/actors/officers/scans/{scan['scan']}")
    assert end["state"] == "refused"
    assert "404 qr_unknown" in end["problem"]


def test_siaksim_plays_both_when_asked(open_desk: Any) -> None:
    desk = open_desk("citizen", "officer")
    (nik,) = desk.niks(1)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    seen = desk.until(lambda: desk.citizen(nik), lambda c: c["qr"])
    desk.control("POST", "/actors/officers/scans", 202, {"payload": seen["qr"]})
    assert desk.until(lambda: desk.citizen(nik), lambda c: c["done"] or c["problem"])["done"]
    told = desk.control("GET", "/actors")
    assert told["citizens"] == {"walked_in": 1, "done": 1, "gave_up": 0}
    assert told["play"] == ["citizen", "officer"]


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("POST", "/actors/citizens", {"nik": "1"}, "citizen"),
        ("GET", "/actors/citizens/1", None, "citizen"),
        ("POST", "/actors/officers/scans", {"payload": "x"}, "officer"),
        ("GET", "/actors/officers/qr", None, "officer"),
    ],
)
def test_an_actor_whom_siaksim_does_not_play_is_409_with_how_to_mend_it(
    open_desk: Any, method: str, path: str, body: Any, kind: str
) -> None:
    others = {"citizen", "officer"} - {kind}
    for play in ((), tuple(others)):
        desk = open_desk(*play, name=f"w-{len(play)}")
        told = desk.control(method, path, 409, body)
        assert f"--play {kind}" in told["how"]


@pytest.mark.parametrize(
    ("path", "body", "status", "where"),
    [
        ("/actors/citizens", {}, 400, "nik"),
        ("/actors/citizens", {"nik": 7}, 400, "nik"),
        ("/actors/citizens", {"nik": "3576010101019999"}, 404, "nik"),
        ("/actors/citizens", {"nick": "1"}, 400, "body.nick"),
        ("/actors/officers/scans", {"payload": 5}, 400, "payload"),
        ("/actors/officers/scans", {"payload": "x" * 201}, 400, "payload"),
        ("/actors/citizens/1/scans", {"payload": "x"}, 404, "path"),
    ],
)
def test_a_bad_request_is_refused_with_where_it_is_bad(
    open_desk: Any, path: str, body: Any, status: int, where: str
) -> None:
    desk = open_desk("citizen", "officer")
    assert desk.control("POST", path, status, body)["where"] == where


@pytest.mark.parametrize("more", [{"direction": "shows"}, {"email": "nobody"}, {"email": 5}])
def test_a_citizens_direction_and_address_are_checked(open_desk: Any, more: dict[str, Any]) -> None:
    desk = open_desk("citizen")
    (nik,) = desk.niks(1)
    told = desk.control("POST", "/actors/citizens", 400, {"nik": nik, **more})
    assert told["where"] in more
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    desk.control("POST", "/actors/citizens", 409, {"nik": nik})


def test_a_kiosks_mail_meets_the_days_mail_faults_though_siaksims_officer_sent_it(
    open_desk: Any,
) -> None:
    lost = "faults:\n  - {target: mail.*, kind: mail_loss}\n"
    desk = open_desk("officer", text=KEPT + lost)
    (nik,) = desk.niks(1)
    path = registered(desk, nik)
    assert scanned(desk, path)["state"] == "done"
    (mail,) = (e for e in desk.world.ledger.entries if e.kind == "mail_issued")
    assert (mail.nik, mail.data["fate"], mail.data["fault"]) == (nik, "lost", "mail_loss#1")
