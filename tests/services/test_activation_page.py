"""The page behind the mail: form, captcha, tries, and answers for people and programs."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from services_harness import FORM, Office
from siaksim.services.mail.rules import CAPTCHA_TRIES


class Page(HTMLParser):
    """The links, inputs and form of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.inputs: dict[str, str] = {}
        self.alerts = 'role="alert"' in text
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[n] for n in ("href", "src", "action") if n in given]
        if tag == "input":
            self.inputs[given["name"]] = given.get("value", "")


def at_mail(**settings: Any) -> tuple[Office, str, dict[str, str]]:
    office = Office(**settings)
    identity, _ = office.to_mail(office.adults(1)[0])
    return office, identity, {"token": office.link(identity)}


def test_the_page_holds_a_form_with_relative_links_only() -> None:
    office, _, path = at_mail()
    reply = office.call("mail.activation_page", path=path, accept="text/html")
    page = Page(reply.text)
    assert reply.answer.content_type.startswith("text/html")
    assert set(page.inputs) == {"code", "captcha", "nonce"}
    assert page.addresses == [path["token"], f"{path['token']}/captcha.png"]
    assert 'lang="id"' in reply.text
    assert reply.header("Cache-Control") == "no-store"


def test_a_wrong_code_in_a_browser_shows_the_form_again_with_what_it_then_needs() -> None:
    office, identity, path = at_mail()
    page = Page(office.call("mail.activation_page", path=path).text)
    body = {
        "code": "nope",
        "captcha": office.captcha(path["token"]),
        "nonce": page.inputs["nonce"],
    }
    wrong = office.call("mail.activate", body, path=path, media=FORM)
    assert (wrong.status, wrong.entries) == (422, ("activation_refused",))
    again = Page(wrong.text)
    assert again.alerts
    assert again.inputs["nonce"] != page.inputs["nonce"]
    assert (
        again.inputs["nonce"]
        == Page(office.call("mail.activation_page", path=path).text).inputs["nonce"]
    )
    body = {
        "code": office.mailed_code(identity),
        "captcha": office.captcha(path["token"]),
        "nonce": again.inputs["nonce"],
    }
    done = office.call("mail.activate", body, path=path, media=FORM)
    assert (done.status, done.entries) == (200, ("activated",))
    assert "Aktivasi berhasil" in done.text


def test_a_form_of_an_older_page_is_stale_and_costs_no_try() -> None:
    office, identity, path = at_mail()
    body = {"code": office.mailed_code(identity), "captcha": office.captcha(path["token"])}
    reply = office.call("mail.activate", {**body, "nonce": "old"}, path=path, media=FORM)
    assert (reply.status, reply.entries) == (409, ())
    assert Page(reply.text).inputs["nonce"]


def test_a_program_may_send_a_form_and_read_json() -> None:
    office, _, path = at_mail()
    body = {"code": "1", "captcha": "X", "nonce": "old"}
    name = "mail.activate"
    reply = office.call(name, body, path=path, media=FORM, accept="application/json")
    assert (reply.status, reply.code) == (409, "stale_form")


def test_each_try_makes_a_new_captcha_and_reading_it_does_not() -> None:
    office, identity, path = at_mail()
    first = office.captcha(path["token"])
    assert office.captcha(path["token"]) == first
    wrong = office.activate(identity, captcha="?????")
    assert (wrong.status, wrong.code) == (422, "wrong_captcha")
    assert wrong.json["attempts_left"] == CAPTCHA_TRIES - 1
    assert office.captcha(path["token"]) != first


def test_case_and_spaces_around_a_captcha_do_not_matter() -> None:
    office, identity, path = at_mail()
    answer = f" {office.captcha(path['token']).lower()} "
    code = f" {office.mailed_code(identity)} "
    assert office.activate(identity, captcha=answer, code=code).status == 200


def test_five_wrong_codes_use_up_a_link_and_a_new_mail_helps() -> None:
    office, identity, path = at_mail()
    left = [office.activate(identity, code="x").json["attempts_left"] for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    body = {"code": office.mailed_code(identity), "captcha": "X"}
    used_up = office.call("mail.activate", body, path=path)
    assert (used_up.status, used_up.code, used_up.entries) == (429, "attempts_exhausted", ())
    page = office.call("mail.activation_page", path=path)
    assert (page.status, page.code) == (410, "attempts_exhausted")
    in_browser = office.call("mail.activation_page", path=path, accept="text/html")
    assert in_browser.status == 410
    assert Page(in_browser.text).inputs == {}
    office.call("siak.resend_mail", path={"activation_id": identity}, token=office.officer())
    assert office.activate(identity).status == 200


def test_guessing_captchas_uses_up_a_link_too() -> None:
    office, identity, path = at_mail()
    for _ in range(CAPTCHA_TRIES):
        assert office.activate(identity, captcha="?").code == "wrong_captcha"
    body = {"code": office.mailed_code(identity), "captcha": "?"}
    assert office.call("mail.activate", body, path=path).status == 429


def test_a_link_lives_24_hours_from_its_arrival() -> None:
    office, identity, path = at_mail()
    mail = office.world.registry.registrations[identity].mails[0]
    assert mail.link_dies_at == mail.due_at + 86400.0
    office.world.advance(mail.link_dies_at - office.world.clock.now() - 1.0)
    assert office.call("mail.activation_page", path=path).status == 200
    office.world.advance(1.0)
    late = office.call("mail.activation_page", path=path)
    assert (late.status, late.code) == (410, "link_expired")


def test_an_unknown_link_is_not_found_for_people_and_programs() -> None:
    office = Office()
    path = {"token": "0" * 32}
    reply = office.call("mail.activation_page", path=path)
    assert (reply.status, reply.code) == (404, "link_unknown")
    page = office.call("mail.activation_page", path=path, accept="text/html,*/*;q=0.1")
    assert page.status == 404
    assert "Tautan aktivasi tidak dikenal" in page.text


def test_the_page_of_an_activated_account_is_gone_and_says_why() -> None:
    office, identity, path = at_mail()
    office.activate(identity)
    reply = office.call("mail.activation_page", path=path)
    assert (reply.status, reply.code) == (410, "already_active")


@pytest.mark.parametrize("reveal", [True, False])
def test_a_world_may_keep_captcha_answers_to_itself(reveal: bool) -> None:
    office, _, path = at_mail(reveal=reveal)
    reply = office.call("mail.captcha", path=path)
    assert reply.answer.body.startswith(b"\x89PNG")
    assert ("Siaksim-Captcha-Answer" in dict(reply.answer.headers)) is reveal


def test_codes_have_the_length_that_the_scenario_sets() -> None:
    office, identity, _ = at_mail(code_length=8)
    assert len(office.mailed_code(identity)) == 8
    assert office.activate(identity).status == 200
