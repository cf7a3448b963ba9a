"""Real SMTP out: a mail leaves for a mail server in another process, or is refused and said so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import httpx
import pytest
from live.conftest import start

pytestmark = pytest.mark.live

SINK = Path(__file__).parent.parent / "clients" / "mail_sink.py"
WAIT_S = 20.0


@dataclass
class Post:
    """A siaksim with a mail server beside it."""

    url: str
    folder: Path

    def world(self, *faults: str) -> str:
        """Make a manual world, a quiet one without `faults` (lines of YAML); return its name."""
        text = (
            "scenario: quiet\nstory: Nothing goes wrong.\nseed: 5\n"
            "clock: {start: 2024-07-11T08:00}\n"
        )
        if faults:
            text += "faults:\n" + "".join(f"  - {fault}\n" for fault in faults)
        made = httpx.post(f"{self.url}/__admin/worlds", json={"text": text, "clock": "manual"})
        return str(made.json()["name"])

    def mail_to(self, world: str, email: str) -> None:
        """Walk a citizen with this address as far as the mail, and let it arrive."""
        base, admin = f"{self.url}/w/{world}", f"{self.url}/__admin/worlds/{world}"
        with httpx.Client(timeout=20) as http:

            def post(path: str, token: str = "", **more: Any) -> Any:
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                headers |= more.pop("headers", {})
                answer = http.post(f"{base}{path}", headers=headers, **more)
                assert answer.is_success, answer.text
                return answer.json()

            query = {"ages": "20-50", "status": "normal", "recorded": "true", "limit": "1"}
            found = http.get(f"{admin}/residents", params=query).json()
            nik = found["residents"][0]["nik"]
            device = {"id": "phone-1", "platform": "android", "os_major": 13}
            person = {"nik": nik, "email": email, "phone": "081234567890"}
            made = post(
                "/ikd/v1/registrations", json={**person, "terms_version": "1.0", "device": device}
            )
            own, here = made["token"], f"/ikd/v1/registrations/{made['registration_id']}"
            jpeg = http.get(f"{admin}/residents/{nik}/selfie").content
            kind = {"Content-Type": "image/jpeg"}
            post(f"{here}/selfie", own, content=jpeg, headers=kind)
            shown = http.get(f"{base}{here}/qr", headers={"Authorization": f"Bearer {own}"})
            login = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
            officer = post("/siak/v1/sessions", json=login)["session_token"]
            post("/siak/v1/ikd/scans", officer, json={"payload": shown.json()["payload"]})
        self.advance(world, "1h")

    def advance(self, world: str, length: str) -> None:
        """Let office time pass."""
        url = f"{self.url}/__admin/worlds/{world}/clock"
        assert httpx.post(url, json={"advance": length}).is_success

    def lines(self, world: str, **where: str) -> list[dict[str, Any]]:
        """Return the mail lines of a world whose fields are as asked."""
        query = {"kind": "mail", "format": "json"}
        answer = httpx.get(f"{self.url}/__admin/worlds/{world}/journal", params=query)
        lines = answer.json()["lines"]
        return [line for line in lines if all(line.get(k) == v for k, v in where.items())]

    def event(self, world: str, name: str, number: int = 1) -> dict[str, Any]:
        """Wait for the nth mail line (from 1) with this event."""
        end = monotonic() + WAIT_S
        while monotonic() < end:
            lines = self.lines(world, event=name)
            if len(lines) >= number:
                return lines[number - 1]
            Event().wait(0.05)
        raise AssertionError(f"no {number} mail lines with event {name!r} within {WAIT_S:g} s")

    def arrived(self, email: str) -> list[bytes]:
        """Return the sources of the mails that the mail server has for an address."""
        parts = [p.read_bytes().partition(b"\n") for p in self.folder.glob("*.eml")]
        return [source for to, _, source in parts if to == email.encode()]


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("mails")
    command = [sys.executable, str(SINK), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sink:
        assert sink.stdout is not None
        port = sink.stdout.readline().strip()
        server = start("--smtp", f"127.0.0.1:{port}", "--smtp-allow", "ours.go.id")
        try:
            yield Post(server.url, folder)
        finally:
            assert server.stop() == 0
            sink.terminate()


@pytest.mark.parametrize("email", ["warga@example.test", "warga@ours.go.id"])
def test_the_mail_that_leaves_is_the_one_in_the_mailbox(post: Post, email: str) -> None:
    world = post.world()
    post.mail_to(world, email)
    assert "reason" not in post.event(world, "sent")
    (source,) = post.arrived(email)
    kept = httpx.get(f"{post.url}/w/{world}/mail/api/v1/message/latest/raw").content
    one = message_from_bytes(source, policy=policy.default)
    two = message_from_bytes(kept, policy=policy.default)
    assert one["To"] == email
    assert one.items() == two.items()
    for kind in ("plain", "html"):
        bodies = [m.get_body((kind,)) for m in (one, two)]
        assert all(body is not None for body in bodies)
        assert bodies[0].get_content() == bodies[1].get_content()  # type: ignore[union-attr]


def test_a_refused_recipient_is_a_bounce_with_the_servers_words(post: Post) -> None:
    world = post.world()
    post.mail_to(world, "bounce@example.invalid")
    line = post.event(world, "bounced")
    assert line["reason"] == "550 5.1.1 <<recipient>> no such mailbox"
    assert "bounce@" not in str(line)


def test_a_server_that_greylists_gets_the_mail_at_the_next_try(post: Post) -> None:
    world, email = post.world(), "grey1@example.test"
    post.mail_to(world, email)
    line = post.event(world, "deferred")
    assert line["reason"] == "451 4.7.1 <<recipient>> try again later"
    assert post.arrived(email) == []
    post.advance(world, "4m")  # too early for a try: the first wait is five minutes
    assert post.lines(world, event="sent") == []
    post.advance(world, "2m")
    assert "reason" not in post.event(world, "sent")
    assert len(post.arrived(email)) == 1
    assert [line["event"] for line in post.lines(world, via="smtp")] == ["deferred", "sent"]


def test_a_mail_that_is_only_ever_put_off_is_a_bounce_after_five_days(post: Post) -> None:
    world, email = post.world(), "full@example.test"
    post.mail_to(world, email)
    waits = [300 * 2**n for n in range(6)]
    waits += [14400] * ((5 * 86400 - sum(waits)) // 14400)
    for number, wait in enumerate(waits, start=1):
        post.event(world, "deferred", number)
        post.advance(world, f"{wait + 1}s")
    assert post.event(world, "bounced")["reason"].startswith("451 4.7.1 ")
    assert len(post.lines(world, event="deferred")) == len(waits)
    assert post.arrived(email) == []


def test_a_fault_that_bounces_or_loses_sends_nothing_to_the_mail_server(post: Post) -> None:
    for kind, event in (("mail_bounce", "bounced"), ("mail_loss", "lost")):
        world, email = post.world(f"{{target: mail.*, kind: {kind}}}"), f"{kind}@example.test"
        post.mail_to(world, email)
        line = post.event(world, event)
        assert line["fault"] == f"{kind}#1"
        assert post.lines(world, via="smtp") == []
        assert post.arrived(email) == []


def test_a_fault_that_greylists_sends_the_mail_after_its_time(post: Post) -> None:
    told = "{target: mail.*, kind: mail_bounce, how: greylist, retry: 2h}"
    world, email = post.world(told), "later@example.test"
    post.mail_to(world, email)
    assert post.event(world, "deferred")["fault"] == "mail_bounce#1"
    assert post.arrived(email) == []
    post.advance(world, "2h")
    post.event(world, "sent")
    assert len(post.arrived(email)) == 1


def test_duplicates_and_spam_leave_as_what_they_are(post: Post) -> None:
    world = post.world("{target: mail.*, kind: mail_duplicate}")
    post.mail_to(world, "twice@example.test")
    post.event(world, "sent", 2)
    one, two = post.arrived("twice@example.test")
    assert one == two
    world = post.world("{target: mail.*, kind: mail_spam}")
    post.mail_to(world, "spam@example.test")
    post.event(world, "sent")
    (source,) = post.arrived("spam@example.test")
    assert message_from_bytes(source, policy=policy.default)["X-Spam-Flag"] == "YES"


def test_a_foreign_domain_is_refused_before_anything_is_sent(post: Post) -> None:
    world = post.world()
    post.mail_to(world, "warga@gmail.com")
    assert "--smtp-allow" in post.event(world, "refused_domain")["reason"]
    assert not [p for p in post.folder.glob("*.eml") if b"gmail" in p.read_bytes()]


def test_a_dead_mail_server_is_a_bounce_and_harms_nobody() -> None:
    server = start("--smtp", "127.0.0.1:1")
    try:
        own = Post(server.url, Path())
        world = own.world()
        own.mail_to(world, "warga@example.test")
        assert "no delivery" in own.event(world, "bounced")["reason"]
        box = httpx.get(f"{server.url}/w/{world}/mail/api/v1/messages").json()
        assert box["total"] == 1
        assert httpx.get(f"{server.url}/__admin/health").json()["internal_errors"] == 0
    finally:
        assert server.stop() == 0
