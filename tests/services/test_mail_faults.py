"""Faults of mail through the exchange: what arrives, where, when, how often, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from exchange_harness import HEAD, Desk
from flask.testing import FlaskClient


def ask(desk: Desk, path: str) -> Any:
    client: FlaskClient = desk.whole.app.test_client()
    answer = client.get(f"/mail/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_an_ordinary_mail_says_nothing_of_faults() -> None:
    desk = Desk()
    on = desk.to_mail()
    desk.advance(8)
    (mail,) = desk.mails(on)
    assert (mail.at - desk.start, mail.copy, mail.mail.fate) == (8, 1, "delivered")
    assert desk.mail_events() == ["queued", "delivered"]
    assert not any("fault" in line for line in desk.lines("mail"))
    (entry,) = (e for e in desk.world.ledger.entries if e.kind == "mail_issued")
    assert set(entry.data) == {"registration", "number", "to", "due_at", "link_dies_at", "state"}


def test_a_delayed_mail_comes_that_much_later_and_its_link_lives_no_longer() -> None:
    desk = Desk("{target: mail.*, kind: mail_delay, delay: 20m}")
    on = desk.to_mail()
    desk.advance(1207)
    assert desk.mails(on) == []
    desk.advance(1)
    (mail,) = desk.mails(on)
    assert mail.mail.link_dies_at == desk.start + 8 + 86400
    queued, delivered = desk.lines("mail")
    assert queued["fault"] == delivered["fault"] == "mail_delay#1"
    assert queued["why"].startswith("draw 0.")


@pytest.mark.parametrize("kind", ["mail_loss", "mail_bounce"])
def test_a_mail_that_does_not_arrive_is_sent_all_the_same_and_a_resend_may_arrive(
    kind: str,
) -> None:
    desk = Desk(f"{{target: siak.scan_qr, kind: {kind}}}")
    on = desk.to_mail()
    desk.advance(3600)
    assert desk.mails(on, "anywhere") == []
    assert desk.status(on).json["mails_sent"] == 1
    event = {"mail_loss": "lost", "mail_bounce": "bounced"}[kind]
    assert desk.mail_events() == ["queued", event]
    line = desk.lines("mail", event=event)[0]
    assert line["fault"] == f"{kind}#1"
    assert line.get("reason") == (None if kind == "mail_loss" else "550 5.1.1 no such mailbox")
    officer = desk.log_in()
    path = f"/siak/v1/ikd/activations/{on.id}/mails"
    assert desk.call("POST", path, token=officer).status == 200
    desk.advance(60)
    (mail,) = desk.mails(on)
    assert mail.mail.number == 2
    assert desk.activate(on, 2).status == 200


def test_the_same_mail_comes_twice_and_either_works() -> None:
    desk = Desk("{target: mail.*, kind: mail_duplicate, gap: 1m}")
    on = desk.to_mail()
    desk.advance(67)
    assert [m.copy for m in desk.mails(on)] == [1]
    desk.advance(1)
    second, first = desk.mails(on)
    assert (first.copy, second.copy, second.at - first.at) == (1, 2, 60)
    assert first.id != second.id
    assert first.mail is second.mail
    one, two = (ask(desk, f"message/{m.id}") for m in (first, second))
    assert {k for k in one if one[k] != two[k]} == {"ID", "Created"}
    assert [line.get("copy") for line in desk.lines("mail", event="delivered")] == [1, 2]
    assert desk.activate(on).status == 200


def test_of_mails_with_links_of_their_own_only_the_newest_works() -> None:
    told = "{target: mail.*, kind: mail_duplicate, copies: 3, links: newest, gap: 10s}"
    desk = Desk(told)
    on = desk.to_mail()
    desk.advance(100)
    assert [(m.mail.number, m.at - desk.start) for m in desk.mails(on)] == [
        (3, 28),
        (2, 18),
        (1, 8),
    ]
    assert [desk.page(on, n).code for n in (1, 2)] == ["link_superseded"] * 2
    assert desk.activate(on, 3).status == 200
    assert desk.status(on).json["mails_sent"] == 3


def test_a_greylisted_mail_is_put_off_and_comes_at_the_next_try() -> None:
    desk = Desk("{target: mail.*, kind: mail_bounce, how: greylist, retry: 20m}")
    on = desk.to_mail()
    desk.advance(8)
    (line,) = desk.lines("mail", event="deferred")
    assert line["reason"] == "451 4.7.1 greylisted, try again later"
    assert line["fault"] == "mail_bounce#1"
    assert desk.mails(on) == []
    desk.advance(1200)
    assert len(desk.mails(on)) == 1
    assert desk.mail_events() == ["queued", "deferred", "delivered"]


def test_spam_is_found_by_who_looks_for_it() -> None:
    desk = Desk("{target: mail.*, kind: mail_spam, nth: 1}")
    spam, plain = desk.to_mail(), desk.to_mail()
    desk.advance(60)
    assert [m["To"][0]["Address"] for m in ask(desk, "messages")["messages"]] == [plain.email]
    assert ask(desk, f"search?query=to:{spam.email}")["messages"] == []
    (found,) = ask(desk, f"search?query=to:{spam.email} in:spam")["messages"]
    assert found["Tags"] == ["Spam"]
    assert ask(desk, f"search?query=tag:spam to:{spam.email}")["messages"] == [found]
    assert ask(desk, "messages?folder=spam")["messages"] == [found]
    assert ask(desk, "messages?folder=anywhere")["total"] == 2
    assert ask(desk, "messages?folder=anywhere")["tags"] == ["Spam"]
    assert ask(desk, "message/latest")["To"][0]["Address"] == plain.email
    assert ask(desk, f"message/{found['ID']}/headers")["X-Spam-Flag"] == ["YES"]
    assert "X-Spam-Flag" not in ask(desk, "message/latest/headers")
    assert desk.lines("mail", event="delivered")[0]["folder"] == "spam"
    assert desk.activate(spam).status == 200


@pytest.mark.parametrize("query", ["in:trash", "in:spam in:anywhere", "-in:spam"])
def test_a_folder_that_there_is_not_is_a_clear_mistake(query: str) -> None:
    desk = Desk()
    answer = desk.whole.app.test_client().get(f"/mail/api/v1/search?query={query}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["where"] == "query.query"


def test_a_link_dies_sooner_than_its_mail_says() -> None:
    desk = Desk("{target: mail.*, kind: link_expiry, life: 10m}")
    on = desk.to_mail()
    desk.advance(8 + 599)
    assert desk.page(on).status == 200
    desk.advance(1)
    assert desk.page(on).code == "link_expired"
    assert "24 jam" in ask(desk, "message/latest")["Text"]


def test_a_link_never_lives_longer_by_it() -> None:
    short = HEAD.replace("mail_delay: 8s", "mail_delay: 8s, link_life: 1m")
    desk = Desk("{target: mail.*, kind: link_expiry, life: 10m}", head=short)
    on = desk.to_mail()
    desk.advance(8 + 60)
    assert desk.page(on).code == "link_expired"


def test_a_mail_of_a_lost_answer_has_its_own_fate() -> None:
    desk = Desk(
        "{target: siak.scan_qr, kind: lost_answer, how: reset}",
        "{target: mail.*, kind: mail_duplicate}",
    )
    on = desk.to_mail()
    desk.advance(60)
    assert len(desk.mails(on)) == 2
    assert desk.struck("siak.scan_qr") == ["lost_answer", "mail_duplicate"]
    assert [line["end"] for line in desk.lines("outcome")].count("reset") == 1


def test_a_scan_that_is_refused_sends_nothing() -> None:
    desk = Desk("{target: mail.*, kind: mail_duplicate}")
    desk.to_face()
    assert desk.scan("IKD1:nothing").status == 404
    assert desk.lines("mail") == []


def test_a_phone_that_scans_sends_the_same_mails() -> None:
    desk = Desk("{target: ikd.scan_officer_qr, kind: mail_loss}")
    on = desk.to_face()
    shown = desk.call("POST", "/siak/v1/ikd/officer-qr", token=desk.log_in()).json
    body = {"payload": shown["payload"]}
    assert desk.call("POST", f"{on.path}/officer-scans", body, on.token).status == 200
    desk.advance(60)
    assert desk.mail_events() == ["queued", "lost"]


def test_mails_on_their_way_survive_a_restart_and_none_comes_twice(tmp_path: Path) -> None:
    desk = Desk("{target: mail.*, kind: mail_duplicate, gap: 1h}", state=tmp_path)
    on = desk.to_mail()
    desk.advance(60)
    desk.log_in()  # an entry after the first copy: the world resumes at its time
    desk.restart()
    assert [m.copy for m in desk.mails(on)] == [1]
    desk.advance(3600)
    assert [m.copy for m in desk.mails(on)] == [2, 1]
    assert desk.mail_events() == ["delivered"]


def test_deleted_mails_are_gone_from_every_list() -> None:
    desk = Desk()
    one, two = desk.to_mail(), desk.to_mail()
    desk.advance(60)
    client = desk.whole.app.test_client()
    assert client.delete(f"/mail/api/v1/search?query=to:{one.email}").status_code == 200
    assert desk.mails(one) == []
    assert ask(desk, "messages")["total"] == len(desk.world.post) == 1
    assert client.delete("/mail/api/v1/messages").status_code == 200
    assert desk.mails(two) == []
    assert len(desk.world.post) == 0


def test_a_recipient_is_found_by_a_part_of_the_address_newest_first() -> None:
    desk = Desk()
    people = [desk.to_mail() for _ in range(3)]
    desk.advance(60)
    found = desk.world.post.box("inbox", "WARGA-")
    assert [m.mail.to for m in found] == [on.email for on in reversed(people)]
    assert desk.world.post.box("inbox", people[1].email[2:-3])[0].mail.to == people[1].email
    assert desk.world.post.mine(people[1].email.upper())[0].mail.to == people[1].email
    assert desk.world.post.mine(people[1].email[1:]) == []


def visit(desk: Desk, nik: str) -> dict[str, Any]:
    """Let a citizen walk in and meet the officer; return where the visit stands an hour later."""
    client = desk.whole.app.test_client()
    assert client.post("/__admin/actors/citizens", json={"nik": nik}).status_code == 201
    desk.advance(180)
    shown = client.get(f"/__admin/actors/citizens/{nik}").json
    assert shown is not None
    scan = client.post("/__admin/actors/officers/scans", json={"payload": shown["qr"]})
    assert scan.status_code == 202, scan.text
    desk.advance(3700)
    found = client.get(f"/__admin/actors/citizens/{nik}").json
    assert found is not None
    return dict(found)


PLAY = frozenset(("citizen", "officer"))


@pytest.mark.parametrize("links", ["same", "newest"])
def test_the_citizen_whom_siaksim_plays_copes_with_mails_that_come_twice(links: str) -> None:
    told = f"kind: mail_duplicate, links: {links}, gap: 4s, client: actor"
    desk = Desk("{target: siak.*, " + told + "}", play=PLAY)
    found = visit(desk, desk.resident().nik)
    assert (found["done"], found["problem"]) == (True, None)
    assert desk.mail_events().count("delivered") == 2


def test_the_citizen_whom_siaksim_plays_does_not_look_for_spam() -> None:
    desk = Desk("{target: siak.*, kind: mail_spam, client: actor}", play=PLAY)
    found = visit(desk, desk.resident().nik)
    assert (found["done"], found["state"]) == (False, "waiting")
    assert desk.mail_events() == ["queued", "delivered"]


def test_the_officer_whom_siaksim_plays_logs_in_again_after_a_logout() -> None:
    day = '{target: siak.*, kind: session_expiry, at: "09:05", for: 1m}'
    long = HEAD.replace("mail_delay: 8s", "mail_delay: 8s, session_idle: 8h")
    desk = Desk(day, head=long, play=PLAY)
    one, two = desk.resident().nik, desk.resident().nik
    assert visit(desk, one)["done"]
    assert [e.kind for e in desk.world.ledger.entries].count("session_opened") == 1
    assert visit(desk, two)["done"]
    kinds = [entry.kind for entry in desk.world.ledger.entries]
    assert kinds.count("session_opened") == 2
    assert kinds.index("sessions_ended") < len(kinds) - 1 - kinds[::-1].index("session_opened")


def test_the_citizen_whom_siaksim_plays_asks_again_while_the_status_is_late() -> None:
    desk = Desk("{target: ikd.status, kind: stale_read, lag: 3m, client: actor}", play=PLAY)
    found = visit(desk, desk.resident().nik)
    assert (found["done"], found["problem"]) == (True, None)
    assert len(desk.struck("ikd.status")) > 2


def test_the_citizen_whom_siaksim_plays_reads_no_noise() -> None:
    hidden = HEAD.replace("mail_delay: 8s", "mail_delay: 8s, reveal: false")
    told = "{target: mail.captcha, kind: captcha_down, how: unreadable, client: actor%s}"
    desk = Desk(told % ", first: 2", head=hidden, play=PLAY)
    assert visit(desk, desk.resident().nik)["done"]
    assert desk.struck("mail.captcha") == ["captcha_down"] * 2
    desk = Desk(told % "", head=hidden, play=PLAY)
    assert visit(desk, desk.resident().nik)["problem"] == "page: the captcha cannot be read"
