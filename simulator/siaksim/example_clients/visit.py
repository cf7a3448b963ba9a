"""One citizen's visit: the twelve steps, each of which can be taken up again where it broke off.

Before a write whose answer was lost is repeated, the status is asked for; the repeat carries the
same key. What no repeat can change ends the visit with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from siaksim.example_clients.activation import Activating
from siaksim.example_clients.calling import DONE, Caller, Refused, Reply, Unreachable
from siaksim.example_clients.reception import Result

Direction = Literal["officer_scans", "phone_scans"]

PATIENCE_S = 1500.0
"""Office seconds for which a citizen stays at the counter while a step cannot be done."""
PATIENCE_ASIDE_S = 3600.0
"""And for which one waits aside."""
QR_CODES = 3
LOGINS = 2
"""Sessions that a citizen opens to choose a PIN."""
POLLED_S = 30.0
"""How long Cek Status is polled after the page has said that all is done."""
MAILED = ("MAIL_SENT", "ACTIVATED_WEB", "ACTIVE")
FACED = ("FACE_VERIFIED", "AWAITING_OFFICER", *MAILED)
ACTIVATED = ("ACTIVATED_WEB", "ACTIVE")
PIN = "246813"
BEGINNINGS, ANEW = 3, 100_000
"""How often bad manners begin a visit anew, and what that adds to its number."""


class Ended(Exception):
    """The visit is over before its end: for good (failed), or to go on by paper (handed_over)."""

    def __init__(self, result: Result, reason: str) -> None:
        super().__init__(reason)
        self.result: Result = result


class StartOver(Exception):
    """Bad manners: the citizen is to begin again from the first step."""


@dataclass(frozen=True)
class Citizen:
    """Who comes: `pace` stretches the time that hands and eyes take (1: about seven minutes).

    `shorten` is how many office seconds pass in one of the client's.
    """

    nik: str
    selfie: bytes
    pace: float = 1.0
    looks_after_s: float = 0.0
    shorten: float = 1.0
    email: str = ""
    phone: str = "081234567890"

    @property
    def address(self) -> str:
        return self.email or f"warga-{self.nik}@example.test"


@dataclass(frozen=True)
class Outcome:
    """What the client tells the office about a citizen at the end."""

    nik: str
    result: Result
    reason: str = ""


class Desk(Protocol):
    """The officer's side of a visit: the client's own (SIAK), or somebody else's (a kiosk's)."""

    @property
    def warned(self) -> bool: ...

    def look_up(self, nik: str) -> None:
        """Make sure that the citizen may be served; Ended when not."""

    def scan(self, payload: str, key: str, nik: str, done: Callable[[], bool]) -> Reply:
        """Scan the code on the phone."""

    def show_code(self, key: str) -> str:
        """Return a code for the phone to scan."""

    def resend(self, registration: str, key: str, nik: str) -> Reply | None:
        """Have the mail sent again; None where nobody can."""


class Mailbox(Protocol):
    """Where the citizen reads mail."""

    def mails(self, address: str) -> Iterable[str]:
        """Return the texts of the mails in an inbox, the one that came last first."""


class Visit(Activating):
    """The phone's calls go by `phone`; the officer has a device of her own, or the same."""

    def __init__(
        self,
        citizen: Citizen,
        phone: Caller,
        desk: Desk,
        mailbox: Mailbox,
        direction: Direction,
        number: int,
    ) -> None:
        self.desk = desk
        self.direction = direction
        self.number = number
        super().__init__(citizen, phone, mailbox, f"phone-{number}")

    def at_the_counter(self) -> Outcome | None:
        """Take the steps for which an officer is needed; None: the citizen goes on aside."""
        return self._steps(
            PATIENCE_S,
            (120, self._register),
            (60, self._face),
            (30, self._look_up),
            (60, self._meet),
        )

    def aside(self) -> Outcome:
        """Take the steps that the citizen does alone: mail, page, first login."""
        self.phone.carrier.sleep(self.citizen.looks_after_s)
        try:
            ended = self._steps(
                PATIENCE_ASIDE_S, (60, self._activate), (20, self._status), (30, self._log_in)
            )
        except StartOver:
            return self._anew()
        return ended or Outcome(self.citizen.nik, "done")

    def _anew(self) -> Outcome:
        """Begin again from the first step, as bad manners have it."""
        if self.number >= BEGINNINGS * ANEW:
            return Outcome(self.citizen.nik, "failed", "begun too often")
        again = (self.citizen, self.phone, self.desk, self.mailbox, self.direction)
        visit = Visit(*again, self.number + ANEW)
        return visit.at_the_counter() or visit.aside()

    def _steps(self, patience_s: float, *steps: tuple[float, Callable[[], None]]) -> Outcome | None:
        for takes_s, step in steps:
            self.phone.carrier.sleep(takes_s * self.citizen.pace)
            try:
                persist(self.phone, step, patience_s / self.citizen.shorten)
            except Ended as ended:
                # A clock that is off explains what else looks like a broken QR code or session.
                off = self.phone.warned or self.desk.warned
                return Outcome(self.citizen.nik, ended.result, "clock" if off else str(ended))
            except Unreachable as away:
                return Outcome(self.citizen.nik, "handed_over", str(away))
            except Refused as refused:
                return Outcome(self.citizen.nik, "failed", str(refused))
        return None

    # -- the steps up to the officer ---------------------------------------------------------

    def _register(self) -> None:
        terms = self.phone.call("GET", "/ikd/v1/terms").data
        body = {
            "nik": self.citizen.nik,
            "email": self.citizen.address,
            "phone": self.citizen.phone,
            "terms_version": terms.get("version", "1.0"),
            "device": {"id": self.device, "platform": "android", "os_major": 13},
        }
        made = self.phone.call(
            "POST", "/ikd/v1/registrations", body, key=self.key("register"), about=self.citizen.nik
        )
        if 400 <= made.status < 500:
            raise Ended("failed", made.code)
        self.id, self.token = str(made.data.get("registration_id")), str(made.data.get("token"))

    def _face(self) -> None:
        while True:
            found = self.phone.call(
                "POST",
                f"{self.path}/selfie",
                self.citizen.selfie,
                token=self.token,
                key=self.key(f"face-{self.faces}"),
                media="image/jpeg",
                done=self.stands_at(*FACED),
            )
            if found is DONE or found.data.get("result") == "match":
                return
            if 400 <= found.status < 500 or found.data.get("attempts_left") == 0:
                raise Ended("handed_over", "face")
            if found.status >= 500:
                return
            self.faces += 1
            self.phone.carrier.sleep(20 * self.citizen.pace)  # better light, no glasses

    def _look_up(self) -> None:
        self.desk.look_up(self.citizen.nik)

    def _meet(self) -> None:
        again = self.scans > 0 and self.phone.manners.asks_status
        for _ in range(QR_CODES):  # taken up anew, the last scan may have been done
            scanned = DONE if again and self.stands_at(*MAILED)() else self._scan()
            if scanned is DONE or scanned.status == 200:
                self.mails_asked = 1
                self.waits_since = self.phone.carrier.now()
                return
            if scanned.status not in (404, 410):
                raise Ended("handed_over", scanned.code)
        raise Ended("handed_over", "qr_expired")

    def _scan(self) -> Reply:
        self.scans += 1
        key = self.key(f"scan-{self.scans}")
        mailed = self.stands_at(*MAILED)
        if self.direction == "officer_scans":
            shown = self.phone.call("GET", f"{self.path}/qr", token=self.token)
            payload = str(shown.data.get("payload"))
            return self.desk.scan(payload, key, self.citizen.nik, mailed)
        body = {"payload": self.desk.show_code(f"{key}-qr")}
        path = f"{self.path}/officer-scans"
        return self.phone.call("POST", path, body, token=self.token, key=key, done=mailed)

    # -- the steps after the mail ------------------------------------------------------------

    def resend(self) -> Reply | None:
        """Have the mail sent again; None where nobody can."""
        key = self.key(f"mail-{self.mails_asked}")
        return self.desk.resend(self.id, key, self.citizen.nik)

    def start_over(self) -> None:
        """Begin again from the first step, as bad manners have it."""
        raise StartOver

    def _status(self) -> None:
        """Ask Cek Status; what the page has answered counts for more than a copy that lags."""
        polls, wait, waited = iter(self.phone.manners.polls_s), 0.0, 0.0
        while waited < POLLED_S:
            wait = next(polls, wait)
            self.phone.carrier.sleep(wait)
            waited += wait
            if self.stands_at(*ACTIVATED)():
                return

    def _log_in(self) -> None:
        """Log in for the first time and choose a PIN; a session that has ended takes a new one."""
        pin = {"new": PIN, "repeat": PIN}
        for _ in range(LOGINS):
            login = {"nik": self.citizen.nik, "device_id": self.device, "pin": self.code}
            key = self.key(f"login-{self.logins}")
            made = self.phone.call("POST", "/ikd/v1/sessions", login, key=key)
            if 400 <= made.status < 500:
                raise Ended("handed_over", made.code)
            token = str(made.data.get("session_token"))
            chosen = self.phone.call("PUT", "/ikd/v1/pin", pin, token=token, key=self.key("pin"))
            if chosen.status != 401:
                return
            self.logins += 1  # under the old key the old session would come back
        raise Ended("handed_over", "session_expired")


def persist(phone: Caller, step: Callable[[], None], patience_s: float) -> None:
    """Take a step, again and again while it cannot be done; Unreachable when patience is over."""
    carrier = phone.carrier
    begin = carrier.now()
    patience_s = max(patience_s, phone.manners.least_patience_s)
    while True:
        try:
            return step()
        except Unreachable as away:
            wait = (away.after_s or phone.manners.pause_s) + phone.spread_s()
            if carrier.now() - begin + wait > patience_s:
                raise
            carrier.sleep(wait)


def at_pace(citizen: Citizen, shorten: float) -> Citizen:
    """Return a citizen whose hands and patience fit a day that runs `shorten` times faster."""
    return replace(citizen, pace=citizen.pace / shorten, shorten=shorten)
