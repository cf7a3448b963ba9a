"""One citizen's visit: the twelve steps, each of which can be taken up again where it broke off.

Before a write whose answer was lost is repeated, the status is asked for; the repeat carries the
same key. What no repeat can change ends the visit with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from clients.good.calling import DONE, Caller, Reply, Unreachable
from clients.good.officer import Officer

Direction = Literal["officer_scans", "phone_scans"]
Result = Literal["done", "handed_over", "failed"]

RESEND_S = 180.0
RESENDS = 3
MAIL_PATIENCE_S = 45 * 60.0
"""How long a citizen waits for a mail in all; then the rest is for another day."""
LOOK_S = 20.0
PAUSE_S = 300.0
PAUSES = 3
"""Pauses before a step that cannot be done now goes on paper; who waits aside has more time."""
PAUSES_ASIDE = 12
QR_CODES = 3
CAPTCHAS = 5
MAILED = ("MAIL_SENT", "ACTIVATED_WEB", "ACTIVE")
FACED = ("FACE_VERIFIED", "AWAITING_OFFICER", *MAILED)
PIN = "246813"


class Ended(Exception):
    """The visit is over before its end: for good (failed), or to go on by paper (handed_over)."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result: Result = result


@dataclass(frozen=True)
class Citizen:
    """Who comes: `pace` stretches the time that hands and eyes take (1: about seven minutes)."""

    nik: str
    selfie: bytes
    pace: float = 1.0
    looks_after_s: float = 0.0

    @property
    def email(self) -> str:
        return f"warga-{self.nik}@example.test"


@dataclass(frozen=True)
class Outcome:
    """What the client tells the office about a citizen at the end."""

    nik: str
    result: Result
    reason: str = ""


class Visit:
    """The phone's calls go by `phone`; the officer has a device of her own, or the same."""

    def __init__(
        self, citizen: Citizen, phone: Caller, officer: Officer, direction: Direction, number: int
    ) -> None:
        self.citizen, self.phone, self.officer = citizen, phone, officer
        self.direction = direction
        self.device = f"phone-{number}"
        self.key = f"{citizen.nik}-{number}"
        self.id = self.token = self.code = ""
        self.mails_asked = 0
        self.waits_since = 0.0
        self._dead: set[str] = set()
        self._sent = self._faces = 0

    def _next_key(self, what: str) -> str:
        """Return a key for a write whose body no earlier one had."""
        self._sent += 1
        return f"{self.key}-{what}-{self._sent}"

    def at_the_counter(self) -> Outcome | None:
        """Take the steps for which an officer is needed; None: the citizen goes on aside."""
        return self._steps(
            (120, self._register), (60, self._face), (30, self._look_up), (60, self._meet)
        )

    def aside(self) -> Outcome:
        """Take the steps that the citizen does alone: mail, page, first login."""
        self.phone.carrier.sleep(self.citizen.looks_after_s)
        ended = self._steps(
            (60, self._activate), (20, self._status), (30, self._log_in), pauses=PAUSES_ASIDE
        )
        return ended or Outcome(self.citizen.nik, "done")

    def _steps(
        self, *steps: tuple[float, Callable[[], None]], pauses: int = PAUSES
    ) -> Outcome | None:
        for takes_s, step in steps:
            self.phone.carrier.sleep(takes_s * self.citizen.pace)
            try:
                self._persist(step, pauses)
            except Ended as ended:
                # A clock that is off explains what else looks like a broken QR code or session.
                off = self.phone.warned or self.officer.caller.warned
                return Outcome(self.citizen.nik, ended.result, "clock" if off else str(ended))
        return None

    def _persist(self, step: Callable[[], None], pauses: int) -> None:
        for pause in range(pauses + 1):
            try:
                return step()
            except Unreachable as away:
                if pause == pauses:
                    raise Ended("handed_over", str(away)) from away
                self.phone.carrier.sleep(max(PAUSE_S, min(away.after_s, 3 * PAUSE_S)))

    # -- the steps -------------------------------------------------------------------------

    @property
    def _path(self) -> str:
        return f"/ikd/v1/registrations/{self.id}"

    def _seen(self) -> Reply:
        return self.phone.once("GET", self._path, token=self.token)

    def _is(self, *states: str) -> Callable[[], bool]:
        return lambda: self._seen().data.get("state") in states

    def _register(self) -> None:
        terms = self.phone.call("GET", "/ikd/v1/terms").data
        body = {
            "nik": self.citizen.nik,
            "email": self.citizen.email,
            "phone": "081234567890",
            "terms_version": terms.get("version", "1.0"),
            "device": {"id": self.device, "platform": "android", "os_major": 13},
        }
        made = self.phone.call("POST", "/ikd/v1/registrations", body, key=f"{self.key}-register")
        if made.status != 201:
            raise Ended("failed", made.code)
        self.id, self.token = made.data["registration_id"], made.data["token"]

    def _face(self) -> None:
        while True:
            found = self.phone.call(
                "POST",
                f"{self._path}/selfie",
                self.citizen.selfie,
                token=self.token,
                key=f"{self.key}-face-{self._faces}",
                media="image/jpeg",
                done=self._is(*FACED),
            )
            if found is DONE or found.data.get("result") == "match":
                return
            if found.status != 200 or found.data["attempts_left"] == 0:
                raise Ended("handed_over", "face")
            self._faces += 1
            self.phone.carrier.sleep(20)  # better light, no glasses

    def _look_up(self) -> None:
        found = self.officer.call("POST", "/siak/v1/residents/search", {"nik": self.citizen.nik})
        (resident,) = found.data["residents"]
        if resident["status"] != "AKTIF":
            raise Ended("failed", str(resident["status"]))

    def _meet(self) -> None:
        again = self._sent > 0  # taken up anew: the last scan may have been done
        for _ in range(QR_CODES):
            scanned = DONE if again and self._is(*MAILED)() else self._scan(self._next_key("scan"))
            if scanned is DONE or scanned.status == 200:
                self.mails_asked = 1
                self.waits_since = self.phone.carrier.now()
                return
            if scanned.status not in (404, 410):
                raise Ended("handed_over", scanned.code)
        raise Ended("handed_over", "qr_expired")

    def _scan(self, key: str) -> Reply:
        mailed = self._is(*MAILED)
        if self.direction == "officer_scans":
            shown = self.phone.call("GET", f"{self._path}/qr", token=self.token)
            body = {"payload": shown.data.get("payload", "")}
            return self.officer.call("POST", "/siak/v1/ikd/scans", body, key=key, done=mailed)
        shown = self.officer.call("POST", "/siak/v1/ikd/officer-qr", key=f"{key}-qr")
        body = {"payload": shown.data.get("payload", "")}
        path = f"{self._path}/officer-scans"
        return self.phone.call("POST", path, body, token=self.token, key=key, done=mailed)

    def _activate(self) -> None:
        while True:
            link, self.code = self._mail()
            page = self.phone.call("GET", f"/activation/{link}", wanted="text/html")
            if page.status == 200 and self._enter(link):
                return
            if page.code == "already_active":
                return
            self._dead.add(link)
            if page.code == "link_expired":
                self._resend()

    def _enter(self, link: str) -> bool:
        """Enter code and captcha; False when the link turns out to be dead."""
        for _ in range(CAPTCHAS):
            shown = self.phone.call("GET", f"/activation/{link}/captcha.png", wanted="image/png")
            answer = shown.headers.get("siaksim-captcha-answer", "")
            if shown.status == 200 and not answer:
                self.phone.carrier.sleep(5)
                continue  # unreadable: another picture costs nothing, a wrong answer a try
            done = self.phone.call(
                "POST",
                f"/activation/{link}",
                {"code": self.code, "captcha": answer or "-----"},
                key=self._next_key("activate"),
                done=self._is("ACTIVATED_WEB", "ACTIVE"),
            )
            if done is DONE or done.status == 200 or done.code == "already_active":
                return True
            if done.status != 422:
                return False
        raise Unreachable("no captcha that can be read")

    def _mail(self) -> tuple[str, str]:
        """Wait for a mail with a link that is not known to be dead; have it sent again."""
        carrier = self.phone.carrier
        begin = carrier.now()
        while carrier.now() - begin < MAIL_PATIENCE_S:
            for text in carrier.mails(self.citizen.email):
                link, code = re.search(r"/activation/(\w+)", text), re.search(r"\b\d{6}\b", text)
                if link and code and link[1] not in self._dead:
                    return link[1], code[0]
            if carrier.now() - self.waits_since >= RESEND_S:
                self._resend()
            carrier.sleep(LOOK_S)
        raise Ended("handed_over", "no_mail")

    def _resend(self) -> None:
        self.waits_since = self.phone.carrier.now()
        if self.mails_asked > RESENDS:
            return
        path = f"/siak/v1/ikd/activations/{self.id}/mails"
        asked = self.officer.call("POST", path, key=f"{self.key}-mail-{self.mails_asked}")
        if asked.status == 200:
            self.mails_asked += 1

    def _status(self) -> None:
        """Ask Cek Status; what the page has answered counts for more than a copy that lags."""
        for wait in (2, 4, 8):
            if self._is("ACTIVATED_WEB", "ACTIVE")():
                return
            self.phone.carrier.sleep(wait)

    def _log_in(self) -> None:
        login = {"nik": self.citizen.nik, "device_id": self.device, "pin": self.code}
        made = self.phone.call("POST", "/ikd/v1/sessions", login, key=f"{self.key}-login")
        if made.status != 201:
            raise Ended("handed_over", made.code)
        token, pin = made.data["session_token"], {"new": PIN, "repeat": PIN}
        self.phone.call("PUT", "/ikd/v1/pin", pin, token=token, key=f"{self.key}-pin")
