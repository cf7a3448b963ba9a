"""The activation mail as it is sent."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

from services_harness import Office
from siaksim.services.mail.messages import lifetime, mail_message


def sent(base_url: str = "http://siak.test/w/one") -> tuple[Office, str, EmailMessage, bytes]:
    office = Office()
    identity, _ = office.to_mail(office.adults(1)[0])
    registration = office.world.registry.registrations[identity]
    raw = mail_message(office.world, registration, registration.mails[0], base_url).as_bytes()
    return office, identity, message_from_bytes(raw, policy=policy.default), raw


def test_the_mail_comes_from_siak_terpusat_and_says_that_a_machine_sent_it() -> None:
    _, _, message, _ = sent()
    sender = message["From"].addresses[0]
    assert sender.display_name == "SIAK Terpusat Identitas Digital"
    assert sender.addr_spec == "no-reply@siaksim.invalid"
    assert message["To"] == "warga@example.test"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Wed, 10 Jul 2024 08:00:00 +0700"


def test_both_parts_hold_the_code_and_the_link_and_html_has_one_button() -> None:
    office, identity, message, _ = sent()
    link = f"http://siak.test/w/one/activation/{office.link(identity)}"
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        text = part.get_content()
        assert office.mailed_code(identity) in text
        assert link in text
        assert "24 jam" in text
        if kind == "html":
            assert text.count("<a ") == 1
            assert ">Aktivasi</a>" in text


def test_the_same_mail_has_the_same_bytes() -> None:
    assert sent()[3] == sent()[3]


def test_a_life_is_told_in_hours_or_minutes() -> None:
    assert [lifetime(s) for s in (86400.0, 5400.0, 30.0)] == ["24 jam", "90 menit", "1 menit"]
