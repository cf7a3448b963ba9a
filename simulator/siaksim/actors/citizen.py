"""A citizen with a phone and a mailbox, who walks in and activates IKD. PURE.

The steps are the seed's twelve (domain.md section 3); how long each takes is assumed.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Literal
from urllib.parse import urlencode

from siaksim.actors.base import Call, Errand, Heard, NotNowError
from siaksim.core import chance
from siaksim.post import Delivered
from siaksim.services.mail import rules as links
from siaksim.services.mail.messages import mail_message
from siaksim.world import World

Direction = Literal["shows_qr", "scans_qr"]
DIRECTIONS: tuple[Direction, ...] = ("shows_qr", "scans_qr")

MAIL_PATIENCE_S = 3600.0
"""Office seconds for which a citizen waits for a mail after scanning (assumed)."""
PAGE_TRIES = 5
"""Times that a citizen opens the activation page of one mail (assumed)."""
STATUS_TRIES = 20
"""Times that a citizen asks Cek Status again when the page says that all is done (assumed)."""
QR_MARGIN_S = 10.0
"""A code with fewer office seconds left is not shown any more: it would die under the reader."""

_CODE = re.compile(r"Kode aktivasi Anda: (\d+)")
_LINK = re.compile(r"/activation/([0-9A-Za-z]+)")
_NONCE = re.compile(r'name="nonce" value="([^"]*)"')
_HTML = "text/html"


class Citizen(Errand):
    """One citizen's visit: registers, meets the officer, reads the mail, activates, logs in."""

    actor = "actor.citizen"

    def __init__(
        self,
        world: World,
        call: Call,
        nik: str,
        direction: Direction = "shows_qr",
        email: str = "",
        visit: int = 1,
        life: int = 0,
    ) -> None:
        """Walk in now; `visit` counts the visits of this NIK from 1, in this life of the world."""
        super().__init__(world, call, nik, visit, life)
        seed = world.seed
        own = chance.text(seed, "abcdefghjkmnpqrstuvwxyz23456789", 10, "actor-phone", nik)
        self.nik = nik
        self.direction = direction
        self.email = email or f"warga.{own}@example.test"
        self.visit = visit
        self.step = "app_status"
        self.done = False
        self.registration = ""
        self._device = f"hp-{own}"
        self._phone = "0812" + chance.text(seed, "0123456789", 8, "actor-number", nik)
        self._pin = chance.text(seed, "0123456789", 6, "actor-pin", nik)
        self._token = ""
        self._session = ""
        self._qr = ""
        self._qr_dies_at = 0.0
        self._busy = False
        self._note = ""
        self._came_at = world.clock.now()
        self._mail: Delivered | None = None
        self._page_tries = self._status_tries = 0
        self._link = self._code = self._nonce = ""
        self.think(2, 6, self._open_app)

    @property
    def going(self) -> bool:
        """Say whether the visit is neither done nor given up."""
        return not (self.done or self.problem)

    def view(self) -> dict[str, Any]:
        """Return where the citizen stands; looking at the phone shows a live code again."""
        self._show_again()
        state = "done" if self.done else "gave_up" if self.problem else "going"
        waits = self.going and (self.step == "mail" or self._at_desk())
        return {
            "nik": self.nik,
            "direction": self.direction,
            "email": self.email,
            "visit": self.visit,
            "step": self.step,
            "state": "waiting" if waits else state,
            "registration": self.registration or None,
            "qr": self._shown(),
            "done": self.done,
            "problem": self.problem or self._note or None,
        }

    def _at_desk(self) -> bool:
        """Say whether the citizen has done everything and waits for the officer."""
        ready = self.direction == "scans_qr" or self._live()
        return self.step == "qr" and ready and not self._busy

    # -- steps 1 to 5: the phone, the terms, the data, the selfie ------------------------------

    def _registering(self) -> str:
        return f"/ikd/v1/registrations/{self.registration}"

    def _refused(self, heard: Heard) -> bool:
        """Give up when an answer is a refusal; return whether it was."""
        if not heard.good:
            self.give_up(f"{self.step}: {heard.said()}")
        return not heard.good

    def _open_app(self) -> None:
        query = urlencode({"platform": "android", "os_major": 13})
        self.ask("GET", f"/ikd/v1/app-status?{query}", self._app_opened)

    def _app_opened(self, heard: Heard) -> None:
        if self._refused(heard):
            return
        if not heard.json.get("supported"):
            self.give_up("app_status: the phone cannot run the app")
            return
        self.step = "terms"
        self.think(1, 4, lambda: self.ask("GET", "/ikd/v1/terms", self._terms_read))

    def _terms_read(self, heard: Heard) -> None:
        if self._refused(heard):
            return
        self.step = "register"
        version = str(heard.json.get("version", ""))
        self.think(15, 60, lambda: self._register(version))

    def _register(self, version: str) -> None:
        data = {
            "nik": self.nik,
            "email": self.email,
            "phone": self._phone,
            "terms_version": version,
            "device": {"id": self._device, "platform": "android", "os_major": 13},
        }
        self.ask("POST", "/ikd/v1/registrations", self._registered, json=data)

    def _registered(self, heard: Heard) -> None:
        if self._refused(heard):
            return
        self.registration = str(heard.json["registration_id"])
        self._token = str(heard.json["token"])
        self.step = "selfie"
        self.think(5, 20, self._take_selfie)

    def _take_selfie(self) -> None:
        from siaksim.media.selfies import selfie  # Pillow is only needed here

        picture = selfie(self.world.face(self.nik))
        path = f"{self._registering()}/selfie"
        self.ask("POST", path, self._judged, image=picture, token=self._token)

    def _judged(self, heard: Heard) -> None:
        if self._refused(heard):
            return
        result = heard.json["result"]
        if result == "match":
            self.step = "qr"
            if self.direction == "shows_qr":
                self.think(2, 8, self._show)
        elif result == "no_recorded_photo" or not heard.json["attempts_left"]:
            self.give_up(f"selfie: {result}")
        else:
            self.think(5, 20, self._take_selfie)

    # -- step 6: the officer -------------------------------------------------------------------

    def _live(self) -> bool:
        return bool(self._qr) and self.world.clock.now() < self._qr_dies_at - QR_MARGIN_S

    def _shown(self) -> str | None:
        return self._qr if self.step == "qr" and self.going and self._live() else None

    def _show_again(self) -> None:
        if self.step == "qr" and self._qr and self.going and not self._live():
            self._show()

    def _show(self) -> None:
        if self._busy:
            return
        self._busy = True
        self.ask("GET", f"{self._registering()}/qr", self._qr_came, token=self._token)

    def _qr_came(self, heard: Heard) -> None:
        self._busy = False
        if self._refused(heard):
            return
        self._qr = str(heard.json["payload"])
        life = self.world.clock.office_seconds(float(heard.json["expires_in"]) - heard.waited_s)
        self._qr_dies_at = self.world.clock.now() + life

    def scan(self, payload: str) -> None:
        """Scan the officer's screen after a moment; NotNowError when there is nothing to scan."""
        if self.direction != "scans_qr":
            raise NotNowError(
                "this citizen shows a code and scans none.",
                'Let one walk in with {"direction": "scans_qr"}.',
            )
        if self.step != "qr" or not self.going or self._busy:
            where = self.step if self.going else "the end"
            raise NotNowError(
                f"this citizen is at {where} and cannot scan now.",
                "Wait until `step` is qr and `state` is waiting.",
            )
        self._busy = True
        self._note = ""
        self.think(2, 6, lambda: self._scan(payload))

    def _scan(self, payload: str) -> None:
        path = f"{self._registering()}/officer-scans"
        self.ask("POST", path, self._scanned, json={"payload": payload}, token=self._token)

    def _scanned(self, heard: Heard) -> None:
        self._busy = False
        if heard.good:
            self._await_mail()
        elif heard.status == 401 or heard.json.get("code") == "registration_abandoned":
            self.give_up(f"qr: {heard.said()}")
        else:  # a dead or foreign code: the officer can show another
            self._note = f"qr: {heard.said()}"

    # -- steps 7 to 9: the mail and the page ---------------------------------------------------

    def _await_mail(self) -> None:
        self.step = "mail"
        if self._newer_mail() is not None:
            self.mailed()
            return
        minutes = MAIL_PATIENCE_S / 60
        self.after(MAIL_PATIENCE_S, lambda: self.give_up(f"mail: none came in {minutes:g} min"))

    def _newer_mail(self) -> Delivered | None:
        """Return the mail to this citizen that was sent last, if a later one than was read.

        Mails can overtake each other, and only the link of the last one sent is alive.
        """
        mine = (
            d
            for d in self.world.post.mine(self.email)
            if d.registration.nik == self.nik and d.mail.sent_at >= self._came_at
        )
        newest = max(mine, key=_sent, default=None)
        if newest is None or (self._mail is not None and _sent(newest) <= _sent(self._mail)):
            return None
        return newest

    def mailed(self) -> None:
        """Notice that a mail has come; one that comes during the activation is read at once."""
        if not self.going or self.step not in ("qr", "mail", "page", "activate"):
            return
        if self._newer_mail() is None:  # an older one that was overtaken
            return
        self.turn()
        self._busy = False
        self._note = ""
        self.step = "mail"
        self.think(5, 30, self._read_mail)

    def _read_mail(self) -> None:
        newest = self._newer_mail()
        if newest is None:  # deleted before it was read
            self._await_mail()
            return
        self._mail = newest
        message = mail_message(self.world, newest.registration, newest.mail, "")
        part = message.get_body(("plain",))
        text = part.get_content() if part is not None else ""
        link, code = _LINK.search(text), _CODE.search(text)
        if link is None or code is None:
            self.give_up("mail: it has no code or no link")
            return
        self._link, self._code, self._page_tries = link[1], code[1], 0
        self._open_page()

    def _open_page(self) -> None:
        self.step = "page"
        self._page_tries += 1
        self.ask("GET", f"/activation/{self._link}", self._page_opened, accept=_HTML)

    def _page_opened(self, heard: Heard) -> None:
        nonce = _NONCE.search(heard.text)
        if not heard.good or nonce is None:
            self._check(heard)
            return
        self._nonce = unescape(nonce[1])
        self.ask("GET", f"/activation/{self._link}/captcha.png", self._pictured, accept="image/png")

    def _pictured(self, heard: Heard) -> None:
        if not heard.good:
            self._check(heard)
            return
        answer = heard.headers.get("siaksim-captcha-answer") or self._read_picture(heard.body)
        if not answer and self._page_tries < PAGE_TRIES:
            self.think(2, 6, self._open_page)
            return
        if not answer:
            self.give_up("page: the captcha cannot be read")
            return
        self.step = "activate"
        self.think(8, 25, lambda: self._activate(answer))

    def _read_picture(self, picture: bytes) -> str:
        """Return what a person reads on the picture, when the answer is not revealed."""
        from siaksim.media.captchas import ALPHABET, captcha  # Pillow is only needed here

        assert self._mail is not None
        answer = links.captcha(self.world.registry, self._mail.registration, ALPHABET)
        return answer if picture == captcha(answer) else ""

    def _activate(self, captcha: str) -> None:
        form = {"code": self._code, "captcha": captcha, "nonce": self._nonce}
        path = f"/activation/{self._link}"
        self.ask("POST", path, self._activation_answered, form=form, accept=_HTML)

    def _activation_answered(self, heard: Heard) -> None:
        if heard.status == 422 and self._page_tries < PAGE_TRIES:
            self.think(2, 6, self._open_page)
        else:
            self._check(heard)

    # -- steps 10 to 12: Cek Status, login, PIN ------------------------------------------------

    def _check(self, before: Heard) -> None:
        """Cek Status: after an activation, and when the page does not say what is the matter."""

        def answered(heard: Heard) -> None:
            self._status_came(heard, before)

        self.think(2, 8, lambda: self._ask_status(answered))

    def _ask_status(self, then: Any) -> None:
        self.ask("GET", self._registering(), then, token=self._token)

    def _status_came(self, heard: Heard, before: Heard) -> None:
        seen = heard.good and heard.json["activated"]
        if before.good and not seen and heard.status != 401 and self._status_tries < STATUS_TRIES:
            # The page said that it is done: the status is only late.
            self._status_tries += 1
            self.think(10, 30, lambda: self._check(before))
            return
        if self._refused(heard):
            return
        assert self._mail is not None
        if heard.json["activated"]:
            self.step = "login"
            self.think(3, 10, self._log_in)
        elif self._newer_mail() is not None:
            self.mailed()
        elif heard.json["mails_sent"] > self._mail.mail.number:
            self._await_mail()
        elif before.status == 409 and self._page_tries < PAGE_TRIES:  # the form was out of date
            self.think(2, 6, self._open_page)
        else:
            said = _headline(before) or before.said()
            self.give_up(f"{self.step}: {before.status} {said}")

    def _log_in(self) -> None:
        data = {"nik": self.nik, "device_id": self._device, "pin": self._code}
        self.ask("POST", "/ikd/v1/sessions", self._logged_in, json=data)

    def _logged_in(self, heard: Heard) -> None:
        if self._refused(heard):
            return
        self._session = str(heard.json["session_token"])
        self.step = "pin"
        self.think(5, 20, self._set_pin)

    def _set_pin(self) -> None:
        pin = {"new": self._pin, "repeat": self._pin}
        self.ask("PUT", "/ikd/v1/pin", self._pin_set, json=pin, token=self._session)

    def _pin_set(self, heard: Heard) -> None:
        if not self._refused(heard):
            self.step = "done"
            self.done = True


def _sent(delivered: Delivered) -> tuple[float, int]:
    return delivered.mail.sent_at, delivered.mail.number


def _headline(heard: Heard) -> str:
    """Return what a page says is wrong."""
    found = re.search(r'(?:role="alert">|<h2>)([^<]*)<', heard.text)
    return unescape(found[1]) if found else ""
