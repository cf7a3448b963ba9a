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

    def world(self) -> str:
        """Make a quiet manual world; return its name."""
        text = (
            "scenario: quiet\nstory: Nothing goes wrong.\nseed: 5\n"
            "clock: {start: 2024-07-11T08:00}\n"
        )
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
            http.post(f"{admin}/clock", json={"advance": "1h"})

    def event(self, world: str, name: str) -> dict[str, Any]:
        """Wait for a mail line with this event."""
        query = {"kind": "mail", "event": name, "format": "json"}
        end = monotonic() + WAIT_S
        while monotonic() < end:
            answer = httpx.get(f"{self.url}/__admin/worlds/{world}/journal", params=query)
            lines: list[dict[str, Any]] = answer.json()["lines"]
            if lines:
                return lines[0]
            Event().wait(0.05)
        raise AssertionError(f"no mail line with event {name!r} within {WAIT_S:g} s")


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
    arrived = [p.read_bytes().partition(b"\n") for p in post.folder.glob("*.eml")]
    (source,) = [rest for to, _, rest in arrived if to == email.encode()]
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
