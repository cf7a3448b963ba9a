"""Citizens whom siaksim plays, served by a test that plays the officer."""

from __future__ import annotations

from typing import Any

import pytest
from siaksim.core.clock import Mode
from siaksim.worlds import world_fingerprint

MODES: tuple[Mode, ...] = ("manual", "auto")
DIRECTIONS = ("shows_qr", "scans_qr")
STRUCK = """\
scenario: struck
story: Actors are struck and clients are not.
seed: 5
clock: {start: 2024-07-11T08:00}
faults:
"""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_citizen_is_activated_on_a_quiet_day(open_desk: Any, mode: Mode, direction: str) -> None:
    desk = open_desk("citizen", mode=mode)
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    seen = desk.served(nik, direction)
    assert (seen["done"], seen["step"], seen["problem"]) == (True, "done", None)
    resident = desk.control("GET", f"/residents/{nik}")
    assert resident["ikd"]["state"] == "ACTIVE"
    kinds = [e.kind for e in desk.world.ledger.entries if e.nik == nik]
    assert kinds[-3:] == ["activated", "logged_in", "pin_set"]
    assert desk.world.counters.internal_errors == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_citizens_are_activated_though_the_officers_answers_are_lost(
    open_desk: Any, ambiguous: str, mode: Mode, direction: str
) -> None:
    desk = open_desk("citizen", text=ambiguous, mode=mode)
    desk.officer_logs_in()
    served = 0
    for nik in desk.niks(40):
        assert desk.served(nik, direction)["done"]
        served += 1
        # Two answers in five are lost: serve on until one was.
        if served >= 4 and (desk.lost or direction == "scans_qr"):
            break
    assert desk.lost or direction == "scans_qr"  # the phone's scan is the citizen's to repeat
    assert len(desk.world.registry.accounts) == served
    assert desk.world.counters.internal_errors == 0


def test_a_second_mail_is_used_when_the_first_ones_link_is_dead(open_desk: Any) -> None:
    desk = open_desk("citizen")
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    seen = desk.until(lambda: desk.citizen(nik), lambda c: c["qr"])
    scan = {"payload": seen["qr"]}
    desk.surely("POST", "/siak/v1/ikd/scans", scan, token="officer")
    desk.until(lambda: desk.citizen(nik), lambda c: c["step"] in ("page", "activate"))
    path = f"/siak/v1/ikd/activations/{seen['registration']}/mails"
    desk.surely("POST", path, token="officer")
    end = desk.until(lambda: desk.citizen(nik), lambda c: c["done"] or c["problem"])
    assert end["done"]
    assert len(desk.world.registry.registrations[seen["registration"]].mails) == 2


class Delays:
    """How long each mail takes, one after the other."""

    def __init__(self, *seconds: float) -> None:
        self._left = list(seconds)

    def at(self, u: float) -> float:
        return self._left.pop(0)


def take(desk: Any, *seconds: float) -> None:
    """Let each mail of a desk's world take so many office seconds."""
    told = {"mail_delay": Delays(*seconds)}
    desk.world.settings = desk.world.settings.model_copy(update=told)


@pytest.mark.parametrize("first", [300.0, 60.0, 40.0, 25.0, 16.0, 12.0])
def test_a_mail_that_was_overtaken_by_a_later_one_does_no_harm(
    open_desk: Any, first: float
) -> None:
    desk = open_desk("citizen")
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    take(desk, first, 1.0)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    seen = desk.until(lambda: desk.citizen(nik), lambda c: c["qr"])
    scan = {"payload": seen["qr"]}
    desk.surely("POST", "/siak/v1/ikd/scans", scan, token="officer")
    desk.surely("POST", "/siak/v1/ikd/scans", scan, token="officer")  # as if the answer was lost
    overtaken, later = desk.world.registry.registrations[seen["registration"]].mails
    assert later.due_at < overtaken.due_at
    end = desk.until(lambda: desk.citizen(nik), lambda c: c["done"] or c["problem"])
    assert end["done"], end
    opened = desk.decided(operation="mail.activation_page")
    assert len(opened) == 1  # the dead link was never tried


def test_the_mail_of_an_earlier_visit_is_left_unread(open_desk: Any) -> None:
    desk = open_desk("citizen")
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    take(desk, 3700.0, 5.0)
    first = desk.served(nik, "scans_qr")
    assert "none came" in first["problem"]
    desk.officer_logs_in()  # an hour was too long for the session
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    desk.until(lambda: desk.citizen(nik), lambda c: c["qr"])
    # The first visit's mail comes when the second one's was not even asked for.
    seen = desk.until(lambda: desk.citizen(nik), lambda _: len(desk.world.mailbox()) == 1)
    assert (seen["visit"], seen["step"], seen["problem"]) == (2, "qr", None)
    assert desk.meet(nik)["done"]
    assert len(desk.decided(operation="mail.activation_page")) == 1


def test_a_code_that_has_died_is_shown_again_and_a_live_one_stays(open_desk: Any) -> None:
    desk = open_desk("citizen")
    (nik,) = desk.niks(1)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    first = desk.until(lambda: desk.citizen(nik), lambda c: c["qr"])["qr"]
    assert desk.citizen(nik)["qr"] == first
    desk.world.advance(90)
    second = desk.citizen(nik)["qr"]
    assert second
    assert second != first


def test_a_captcha_that_is_not_revealed_is_read_from_the_picture(open_desk: Any) -> None:
    desk = open_desk("citizen", text="settings: {reveal: false}\n".join(_split()))
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    assert desk.served(nik)["done"]


def _split() -> tuple[str, str]:
    head = "scenario: quiet\nstory: Nothing goes wrong.\nseed: 5\n"
    return head, "clock: {start: 2024-07-11T08:00}\n"


def test_a_citizen_who_may_not_register_gives_up_and_says_why(open_desk: Any) -> None:
    desk = open_desk("citizen")
    found = desk.control("GET", "/residents?ages=20-50&status=dead&limit=1")
    nik = found["residents"][0]["nik"]
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    end = desk.until(lambda: desk.citizen(nik), lambda c: c["problem"])
    assert end["state"] == "gave_up"
    assert "409 dead" in end["problem"]
    again = desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    assert (again["visit"], again["problem"]) == (2, None)


def test_a_wrong_code_on_the_officers_screen_is_noted_and_another_helps(open_desk: Any) -> None:
    desk = open_desk("citizen")
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik, "direction": "scans_qr"})
    path = f"/actors/citizens/{nik}/scans"
    early = desk.control("POST", path, 409, {"payload": "SIAK1:nothing"})
    assert "cannot scan now" in early["what"]
    desk.until(lambda: desk.citizen(nik), lambda c: c["state"] == "waiting")
    desk.control("POST", path, 202, {"payload": "SIAK1:nothing"})
    seen = desk.until(lambda: desk.citizen(nik), lambda c: c["problem"])
    assert seen["state"] == "waiting"
    assert "qr_unknown" in seen["problem"]
    screen = desk.surely("POST", "/siak/v1/ikd/officer-qr", token="officer")
    desk.control("POST", path, 202, {"payload": screen["payload"]})
    assert desk.until(lambda: desk.citizen(nik), lambda c: c["done"])["problem"] is None


def test_actors_calls_are_journaled_as_theirs_and_spared_by_faults(open_desk: Any) -> None:
    text = STRUCK + "  - {target: 'ikd.*', kind: error, status: 503}\n"
    desk = open_desk("citizen", text=text)
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    assert desk.served(nik)["done"]
    calls = desk.decided(client="actor.citizen")
    assert len(calls) > 8
    assert all(c["actor"] is True and "faults" not in c for c in calls)
    assert all(c["actor"] is False for c in desk.decided(client="operator.petugas01"))
    assert desk.call("GET", "/ikd/v1/terms")[0] == 503


@pytest.mark.parametrize(
    ("mode", "fault"),
    [
        ("manual", "{target: all, kind: error, status: 503, first: 1, client: actor}"),
        ("manual", "{target: all, kind: lost_answer, first: 1, client: actor}"),
        ("manual", "{target: all, kind: hang, first: 1, client: actor}"),
        ("auto", "{target: all, kind: hang, first: 1, client: actor}"),
        ("manual", "{target: all, kind: latency, delay: {fixed: 3s}, client: actor}"),
        ("auto", "{target: all, kind: latency, delay: {fixed: 3s}, client: actor}"),
    ],
)
def test_a_fault_for_actors_strikes_them_and_they_are_patient(
    open_desk: Any, mode: Mode, fault: str
) -> None:
    desk = open_desk("citizen", text=f"{STRUCK}  - {fault}\n", mode=mode)
    desk.officer_logs_in()
    (nik,) = desk.niks(1)
    assert desk.served(nik)["done"]
    struck = [c for c in desk.decided(client="actor.citizen") if c.get("faults")]
    # Whichever the fault is, it strikes the first call to every operation.
    operations = {c["operation"] for c in desk.decided(client="actor.citizen")}
    assert {c["operation"] for c in struck} == operations
    assert not [c for c in desk.decided(client="operator.petugas01") if c.get("faults")]


def test_a_citizen_gives_up_when_the_service_never_answers(open_desk: Any) -> None:
    fault = "  - {target: ikd.register, kind: reset, client: actor}\n"
    desk = open_desk("citizen", text=STRUCK + fault)
    (nik,) = desk.niks(1)
    desk.control("POST", "/actors/citizens", 201, {"nik": nik})
    end = desk.until(lambda: desk.citizen(nik), lambda c: c["problem"])
    assert "40 times" in end["problem"]
    assert len(desk.decided(operation="ikd.register")) == 40
    assert len(desk.world.agenda) == 0


def _day(desk: Any, direction: str) -> str:
    desk.officer_logs_in()
    niks = desk.niks(3)
    for nik in niks:
        body = {"nik": nik, "direction": direction}
        desk.control("POST", "/actors/citizens", 201, body)
        desk.world.advance(7)
    for nik in niks:
        assert desk.meet(nik)["done"]
    return world_fingerprint(desk.world)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_same_seed_and_calls_make_the_same_day(
    open_desk: Any, ambiguous: str, direction: str
) -> None:
    days = [
        _day(open_desk("citizen", text=ambiguous, name=name, seed=seed), direction)
        for name, seed in (("one", 5), ("two", 5), ("other", 6))
    ]
    assert days[0] == days[1] != days[2]


def test_two_worlds_do_not_mix(open_desk: Any) -> None:
    first = open_desk("citizen", name="first")
    second = open_desk("citizen", name="second")
    second.officer_logs_in()
    (nik,) = first.niks(1)
    first.control("POST", "/actors/citizens", 201, {"nik": nik})
    second.control("GET", f"/actors/citizens/{nik}", 404)
    assert second.served(nik)["done"]
    assert first.citizen(nik)["step"] == "app_status"
    assert first.decided() == []
    second.control("POST", "/reset")
    fresh = second.whole.worlds.get("second")
    assert fresh is not second.world
    second.control("GET", f"/actors/citizens/{nik}", 404)
