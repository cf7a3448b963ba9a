"""Faults of meaning through the exchange: what a client is told, and what is true meanwhile."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path

import pytest
from exchange_harness import HEAD, Desk
from PIL import Image
from siaksim.media.captchas import captcha

# -- stale_read --------------------------------------------------------------------------------


def test_a_stale_status_shows_how_things_stood_and_an_activation_is_seen_later() -> None:
    desk = Desk("{target: ikd.status, kind: stale_read, lag: 60s}")
    on = desk.to_mail()
    assert desk.status(on).code == "registration_not_found"  # not come as far as the replica
    desk.advance(60)
    assert desk.status(on).json["state"] == "MAIL_SENT"
    assert desk.activate(on).status == 200
    desk.advance(59)
    stale = desk.status(on).json
    assert (stale["state"], stale["activated"], stale["mails_sent"]) == ("MAIL_SENT", False, 1)
    desk.advance(1)
    assert desk.status(on).json["state"] == "ACTIVATED_WEB"


def test_writes_go_to_the_primary_whatever_the_replica_shows() -> None:
    desk = Desk("{target: all, kind: stale_read, lag: 1h}")
    on = desk.to_mail()
    desk.advance(30)
    assert desk.activate(on).status == 200
    assert desk.activate(on).code == "already_active"
    assert desk.struck("mail.activate") == desk.struck("siak.scan_qr") == []


def test_an_officer_sees_a_stale_activation_and_is_known_all_the_same() -> None:
    desk = Desk("{target: siak.activation, kind: stale_read, lag: 60s}")
    on = desk.to_mail()
    path = f"/siak/v1/ikd/activations/{on.id}"
    assert desk.call("GET", path, token=desk.officer).code == "registration_not_found"
    desk.advance(100)
    assert desk.call("GET", path, token=desk.officer).json["state"] == "MAIL_SENT"
    assert desk.call("GET", path, token="nobody").status == 401


def test_a_lag_that_grows_and_falls_is_that_of_the_moment() -> None:
    lag = "kind: stale_read, lag: 180s, grow: 10m, fall: 3"
    desk = Desk("{target: ikd.status, " + lag + ', at: "09:00", for: 1h}')
    on = desk.to_mail()
    desk.at("09:05")  # the lag is 90 s now
    desk.activate(on)
    assert desk.status(on).json["state"] == "MAIL_SENT"
    desk.at("09:06")  # 108 s
    assert desk.status(on).json["state"] == "MAIL_SENT"
    desk.at("09:10")
    assert desk.status(on).json["state"] == "ACTIVATED_WEB"
    assert desk.struck("ikd.status") == ["stale_read"] * 3


# -- soft_error --------------------------------------------------------------------------------


def test_a_soft_error_is_200_with_a_problem_inside_and_nothing_is_done() -> None:
    desk = Desk("{target: ikd.register, kind: soft_error, code: service_unavailable, status: 503}")
    heard = desk.register()
    assert heard.status == 200
    assert heard.headers["content-type"] == "application/json"
    assert (heard.json["status"], heard.code) == (503, "service_unavailable")
    assert heard.json["title"] == "Layanan sedang tidak tersedia"
    assert desk.world.ledger.entries == []
    (outcome,) = desk.lines("outcome")
    assert (outcome["end"], outcome["status"], outcome["entries"]) == ("sent", 200, 0)


def test_a_soft_error_of_the_page_is_a_page_for_people_and_json_for_programs() -> None:
    desk = Desk("{target: mail.activation_page, kind: soft_error}")
    on = desk.to_mail()
    path = f"/activation/{desk.link(on, 1)}"
    page = desk.call("GET", path, accept="text/html")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"Terjadi kesalahan pada server" in page.body
    assert b"<form" not in page.body
    assert desk.page(on).code == "internal_error"


# -- session_expiry ----------------------------------------------------------------------------

TEN = 'at: "10:15", for: 1m'
LONG = HEAD.replace("mail_delay: 8s", "mail_delay: 8s, session_idle: 8h")


def test_everyone_is_logged_out_at_its_start_and_can_log_in_again() -> None:
    desk = Desk("{target: siak.*, kind: session_expiry, " + TEN + "}", head=LONG)
    before = [desk.log_in(f"petugas0{n}") for n in range(1, 4)]
    desk.at("10:14")
    search = {"nik": desk.resident().nik}
    path = "/siak/v1/residents/search"
    assert [desk.call("POST", path, search, t).status for t in before] == [200] * 3
    desk.at("10:15")
    assert [desk.call("POST", path, search, t).code for t in before] == ["session_expired"] * 3
    again = desk.log_in()
    assert desk.call("POST", path, search, again).status == 200
    desk.at("10:17")
    assert desk.call("POST", path, search, again).status == 200
    (entry,) = (e for e in desk.world.ledger.entries if e.kind == "sessions_ended")
    assert entry.at == desk.start + 2.25 * 3600
    (line,) = desk.lines("ledger", entry="sessions_ended")
    assert line["data"]["fault"] == "session_expiry#1"
    assert line["data"]["why"] == "its window opens at 10:15"
    assert desk.world.counters.faults == {"session_expiry": 1}
    assert desk.struck("siak.search") == []


def test_the_codes_that_a_dead_session_has_shown_are_dead_too() -> None:
    desk = Desk("{target: siak.*, kind: session_expiry, " + TEN + "}", head=LONG)
    on = desk.to_face()
    desk.at("10:14")
    desk.advance(30)
    shown = desk.call("POST", "/siak/v1/ikd/officer-qr", token=desk.log_in()).json
    desk.at("10:15")
    body = {"payload": shown["payload"]}
    assert desk.call("POST", f"{on.path}/officer-scans", body, on.token).code == "qr_expired"


@pytest.mark.parametrize(("target", "left"), [("siak.*", 201), ("ikd.*", 401), ("all", 401)])
def test_it_ends_the_sessions_of_the_services_that_it_names(target: str, left: int) -> None:
    day = "{target: " + target + ", kind: session_expiry, " + TEN + "}"
    desk = Desk(day, head=LONG)
    on = desk.to_mail()
    desk.advance(30)
    desk.activate(on)
    code = desk.world.registry.code(on.id, 1, desk.world.settings.code_length)
    login = {"nik": on.resident.nik, "device_id": "phone-1", "pin": code}
    citizen = desk.call("POST", "/ikd/v1/sessions", login).json["session_token"]
    desk.at("10:15")
    found = desk.call("PUT", "/ikd/v1/pin", {"new": "123456", "repeat": "123456"}, citizen)
    assert found.status == (200 if left == 201 else 401)
    search = desk.call("POST", "/siak/v1/residents/search", {"nik": on.resident.nik}, desk.officer)
    assert search.status == (200 if target == "ikd.*" else 401)


def test_a_share_ends_that_share_of_the_sessions() -> None:
    day = "{target: siak.*, kind: session_expiry, share: 50%, " + TEN + "}"
    desk = Desk(day, head=LONG)
    for number in range(200):
        desk.log_in(f"petugas{1 + number % 20:02}")
    desk.at("10:15")
    desk.world.settle()
    ended = sum(session.ended for session in desk.world.registry.sessions.values())
    assert 65 <= ended <= 135  # five standard deviations


def test_a_restart_remembers_who_was_logged_out(tmp_path: Path) -> None:
    day = "{target: siak.*, kind: session_expiry, " + TEN + "}"
    desk = Desk(day, head=LONG, state=tmp_path)
    before = desk.log_in()
    desk.at("10:15")
    after = desk.log_in()
    desk.restart()
    path, body = "/siak/v1/residents/search", {"nik": desk.resident().nik}
    assert desk.call("POST", path, body, before).code == "session_expired"
    assert desk.call("POST", path, body, after).status == 200
    kinds = [entry.kind for entry in desk.world.ledger.entries]
    assert kinds.count("sessions_ended") == 1


def test_a_logout_that_is_ended_by_hand_or_kept_by_a_new_scenario_happens_never_or_once() -> None:
    desk = Desk("{target: siak.*, kind: session_expiry, " + TEN + "}", head=LONG)
    same = desk.whole.worlds.inline(desk.text)
    desk.whole.worlds.change_scenario("default", same, desk.text)
    desk.at("10:15")
    desk.advance(5)
    assert [e.kind for e in desk.world.ledger.entries] == ["sessions_ended"]
    other = Desk("{target: siak.*, kind: session_expiry, " + TEN + "}", head=LONG)
    row = other.world.book.find("session_expiry#1")
    assert row is not None
    other.world.end_fault(row)
    other.at("11:00")
    assert other.world.ledger.entries == []


# -- clock_skew --------------------------------------------------------------------------------


def test_the_date_is_off_and_so_is_the_life_of_a_code() -> None:
    desk = Desk("{target: siak.*, client: kiosk, kind: clock_skew, skew: 2m, runs: fast}")
    on = desk.to_face()
    officer = desk.log_in()
    payload = desk.show_qr(on)
    refused = desk.scan(payload, officer, client="kiosk.1")
    assert refused.code == "qr_expired"
    told = parsedate_to_datetime(refused.headers["date"]).timestamp()
    assert told == desk.now + 120
    taken = desk.scan(payload, officer)
    assert taken.status == 200
    assert parsedate_to_datetime(taken.headers["date"]).timestamp() == desk.now


def test_a_slow_clock_lets_a_dead_code_live_and_no_mail_comes_early() -> None:
    desk = Desk("{target: siak.scan_qr, kind: clock_skew, skew: 5m, runs: slow}")
    on = desk.to_face()
    payload = desk.show_qr(on)
    desk.advance(200)
    assert desk.scan(payload).status == 200
    (entry,) = (e for e in desk.world.ledger.entries if e.kind == "mail_issued")
    assert entry.at == desk.now
    assert entry.data["due_at"] == pytest.approx(desk.now + 8)
    # the link's life is counted by the clock that has dated it
    assert entry.data["link_dies_at"] == pytest.approx(desk.now + 8 + 86400 - 300)


def test_a_session_looks_too_old_to_a_clock_that_is_hours_off_and_is_not_harmed() -> None:
    desk = Desk("{target: siak.search, client: kiosk, kind: clock_skew, skew: 5h, runs: fast}")
    officer = desk.log_in()
    path, body = "/siak/v1/residents/search", {"nik": desk.resident().nik}
    assert desk.call("POST", path, body, officer, client="kiosk.1").code == "session_expired"
    assert desk.call("POST", path, body, officer).status == 200


# -- duplicate_record --------------------------------------------------------------------------


def test_a_duplicate_is_one_for_the_app_and_for_the_officer() -> None:
    desk = Desk("{target: all, kind: duplicate_record, share: 50%}")
    officer = desk.log_in()
    seen = set()
    for _ in range(12):
        resident = desk.resident()
        body = {"nik": resident.nik}
        found = desk.call("POST", "/siak/v1/residents/search", body, officer).json["residents"][0]
        app = [desk.register(resident) for _ in range(2)]
        duplicate = found["status"] == "DATA GANDA"
        assert {a.status for a in app} == ({409} if duplicate else {201})
        assert not duplicate or {a.code for a in app} == {"duplicate_record"}
        seen.add(duplicate)
    assert seen == {True, False}


# -- face_degraded -----------------------------------------------------------------------------


@pytest.mark.parametrize(("result", "left"), [("no_match", 2), ("poor_image", 2), ("busy", 3)])
def test_the_face_check_finds_what_the_day_says(result: str, left: int) -> None:
    desk = Desk(f"{{target: ikd.*, kind: face_degraded, result: {result}, first: 1}}")
    on = desk.registered()
    checked = desk.check_face(on).json
    assert (checked["result"], checked["attempts_left"]) == (result, left)
    assert desk.check_face(on).json["result"] == "match"


def test_a_lowered_score_refuses_some_and_never_helps() -> None:
    desk = Desk("{target: ikd.*, kind: face_degraded, score_loss: 60}")
    results = [desk.check_face(desk.registered()).json["result"] for _ in range(20)]
    assert {"match", "no_match"} == set(results)
    other = desk.registered()
    assert desk.check_face(other, "another").json["result"] == "no_match"
    assert desk.check_face(other, "mask").json["result"] == "mask"


def test_a_picture_that_is_none_and_a_photo_that_is_missing_stay_what_they_are() -> None:
    desk = Desk("{target: ikd.*, kind: face_degraded, result: busy}")
    on = desk.registered()
    heard = desk.call("POST", f"{on.path}/selfie", b"no", on.token, content_type="image/jpeg")
    assert heard.code == "not_an_image"


# -- captcha_down ------------------------------------------------------------------------------


def test_a_captcha_is_refused_late_or_unreadable_and_the_code_is_kept() -> None:
    desk = Desk(
        "{target: mail.captcha, kind: captcha_down, how: error, nth: 1}",
        "{target: mail.captcha, kind: captcha_down, how: unreadable, nth: 2}",
        "{target: mail.captcha, kind: captcha_down, how: slow, delay: 12s, nth: 3}",
        mode="auto",
    )
    on = desk.to_mail()
    desk.advance(30)
    assert desk.captcha(on).code == "service_unavailable"
    noise = desk.captcha(on)
    assert noise.status == 200
    assert "siaksim-captcha-answer" not in noise.headers
    before = desk.now
    slow = desk.captcha(on)
    assert desk.now - before == pytest.approx(12)
    answer = slow.headers["siaksim-captcha-answer"]
    assert slow.body == captcha(answer) != noise.body
    with Image.open(BytesIO(noise.body)) as shown:
        assert (shown.format, shown.size) == ("PNG", (160, 60))
    assert desk.activate(on).status == 200


# -- by hand -----------------------------------------------------------------------------------


def test_a_logout_that_is_added_by_hand_happens_at_once() -> None:
    desk = Desk(head=LONG)
    before = desk.log_in()
    control = desk.whole.app.test_client()
    path, body = "/siak/v1/residents/search", {"nik": desk.resident().nik}
    timeless = {"text": "{target: siak.*, kind: session_expiry}"}
    refused = control.post("/__admin/faults", json=timeless)
    assert refused.status_code == 400
    assert "session_expiry needs a time: give `for`, or a ttl" in refused.text
    assert desk.call("POST", path, body, before).status == 200
    assert control.post("/__admin/faults", json={**timeless, "ttl": "1m"}).status_code == 201
    assert desk.call("POST", path, body, before).code == "session_expired"
    after = desk.log_in()
    added = {"text": "{target: siak.*, kind: noop}"}  # another plan, with the same logout in it
    assert control.post("/__admin/faults", json=added).status_code == 201
    assert desk.call("POST", path, body, after).status == 200


def test_a_stale_read_and_a_mail_fault_are_added_and_ended_by_hand() -> None:
    desk = Desk()
    control = desk.whole.app.test_client()
    text = "[{target: mail.*, kind: mail_loss}, {target: ikd.status, kind: stale_read, lag: 1h}]"
    assert control.post("/__admin/faults", json={"text": text}).status_code == 201
    on = desk.to_mail()
    assert desk.status(on).status == 404
    for name in ("mail_loss%231", "stale_read%231"):
        assert control.delete(f"/__admin/faults/{name}").status_code == 200
    assert desk.status(on).json["state"] == "MAIL_SENT"
    other = desk.to_mail()
    desk.advance(60)
    assert (len(desk.mails(on)), len(desk.mails(other))) == (0, 1)
