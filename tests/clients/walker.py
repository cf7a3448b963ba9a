"""A client that knows the base URL and the contracts, and nothing else.

It plays the citizen with phone and mailbox and the officer, and gets codes, captchas and QR
payloads only as they do: from the mail, the page, the picture's header, the screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

Direction = Literal["officer_scans", "phone_scans"]
LOST = (httpx.TransportError,)


@dataclass
class Walker:
    """Walks one citizen through the twelve steps; `pause` lets the client's seconds pass."""

    base: str
    nik: str
    selfie: bytes
    pause: Callable[[float], None]
    operator: str = "petugas01"
    device: str = "phone-1"
    tries: int = 60
    seen: list[tuple[str, int]] = field(default_factory=list)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=10))

    def __post_init__(self) -> None:
        self.email = f"warga-{self.nik}@example.test"
        self.tokens: dict[str, str] = {}
        self.count = 0

    def __enter__(self) -> Walker:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def call(
        self, method: str, path: str, *, once: bool = False, token: str = "", **more: Any
    ) -> httpx.Response:
        """Make a call, and make it again with the same key while the answer is lost or 5xx."""
        headers = {"Siaksim-Deadline": "5", **more.pop("headers", {})}
        if token:
            headers["Authorization"] = f"Bearer {self.tokens[token]}"
        if method in ("POST", "PUT") and not once:
            self.count += 1
            headers["Idempotency-Key"] = f"{self.nik}-{self.device}-{self.count}"
        for _ in range(self.tries):
            try:
                answer = self.http.request(method, self.base + path, headers=headers, **more)
            except LOST:
                self.seen.append((path, 0))
                self.pause(60)
                continue
            self.seen.append((path, answer.status_code))
            if answer.status_code < 500:
                return answer
            self.pause(60)
        raise AssertionError(f"{method} {path} never got through: {self.seen[-5:]}")

    def good(self, method: str, path: str, **more: Any) -> Any:
        """Make a call that must end well, and return its JSON."""
        answer = self.call(method, path, **more)
        assert answer.is_success, (path, answer.status_code, answer.text)
        return answer.json()

    # -- the twelve steps ------------------------------------------------------------------

    def walk(self, direction: Direction) -> str:
        """Go all the way; return the registration's id."""
        identity = self.register()
        self.officer_logs_in()
        self.meet_officer(identity, direction)
        code = self.activate()
        assert self.state(identity) == "ACTIVATED_WEB"
        self.first_login(code)
        assert self.state(identity) == "ACTIVE"
        return identity

    def register(self) -> str:
        """Steps 1 to 5: the phone, the terms, the data, the selfie."""
        phone = self.good(
            "GET", "/ikd/v1/app-status", params={"platform": "android", "os_major": 13}
        )
        assert phone["supported"]
        version = self.good("GET", "/ikd/v1/terms")["version"]
        made = self.good(
            "POST",
            "/ikd/v1/registrations",
            json={
                "nik": self.nik,
                "email": self.email,
                "phone": "081234567890",
                "terms_version": version,
                "device": {"id": self.device, "platform": "android", "os_major": 13},
            },
        )
        self.tokens["registration"] = made["token"]
        identity = str(made["registration_id"])
        found = self.good(
            "POST",
            f"/ikd/v1/registrations/{identity}/selfie",
            token="registration",
            content=self.selfie,
            headers={"Content-Type": "image/jpeg"},
        )
        assert found["result"] == "match"
        return identity

    def officer_logs_in(self) -> None:
        """The officer opens SIAK and looks the citizen up."""
        login = {"operator_id": self.operator, "password": f"siaksim-{self.operator}"}
        self.tokens["officer"] = self.good("POST", "/siak/v1/sessions", json=login)["session_token"]
        found = self.good(
            "POST", "/siak/v1/residents/search", token="officer", json={"nik": self.nik}
        )
        assert [r["nik"] for r in found["residents"]] == [self.nik]

    def meet_officer(self, identity: str, direction: Direction) -> None:
        """Step 6: one scans the other's QR code; a code that has died is shown again."""
        for _ in range(self.tries):
            answer = self._scan(identity, direction)
            if answer.status_code != 410:
                assert answer.is_success, answer.text
                return
        raise AssertionError("no QR code lived long enough")

    def _scan(self, identity: str, direction: Direction) -> httpx.Response:
        if direction == "officer_scans":
            shown = self.good("GET", f"/ikd/v1/registrations/{identity}/qr", token="registration")
            return self.call("POST", "/siak/v1/ikd/scans", token="officer", json=_payload(shown))
        shown = self.good("POST", "/siak/v1/ikd/officer-qr", token="officer")
        return self.call(
            "POST",
            f"/ikd/v1/registrations/{identity}/officer-scans",
            token="registration",
            json=_payload(shown),
        )

    def mail(self) -> str:
        """Step 7 and 8: wait for the newest mail and return its text."""
        for _ in range(self.tries):
            found = self.good("GET", "/mail/api/v1/search", params={"query": f"to:{self.email}"})
            if found["messages"]:
                newest = found["messages"][0]["ID"]
                return str(self.good("GET", f"/mail/api/v1/message/{newest}")["Text"])
            self.pause(10)
        raise AssertionError("no mail came")

    def activate(self) -> str:
        """Step 9: code and captcha on the page that the mail links to."""
        text = self.mail()
        code = re.search(r"\b(\d{6})\b", text)
        link = re.search(r"/activation/(\w+)", text)
        assert code
        assert link
        page = self.call("GET", f"/activation/{link[1]}")
        assert "<form" in page.text
        picture = self.call("GET", f"/activation/{link[1]}/captcha.png")
        answer = picture.headers["Siaksim-Captcha-Answer"]
        done = self.good(
            "POST", f"/activation/{link[1]}", json={"code": code[1], "captcha": answer}
        )
        assert done["activated"]
        return code[1]

    def state(self, identity: str) -> str:
        """Step 10: Cek Status."""
        path = f"/ikd/v1/registrations/{identity}"
        return str(self.good("GET", path, token="registration")["state"])

    def first_login(self, code: str) -> None:
        """Steps 11 and 12: the code is the first PIN; then the citizen's own."""
        made = self.good(
            "POST",
            "/ikd/v1/sessions",
            json={"nik": self.nik, "device_id": self.device, "pin": code},
        )
        assert made["must_set_pin"]
        self.tokens["session"] = made["session_token"]
        pin = {"new": "246813", "repeat": "246813"}
        assert self.good("PUT", "/ikd/v1/pin", token="session", json=pin)["state"] == "ACTIVE"


def _payload(shown: Any) -> dict[str, str]:
    return {"payload": str(shown["payload"])}
