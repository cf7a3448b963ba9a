"""The steps that a citizen takes alone: read the mail, open the page, type code and captcha."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

from siaksim.example_clients.calling import DONE, Caller, Reply, Unreachable

if TYPE_CHECKING:
    from siaksim.example_clients.visit import Citizen, Mailbox

MAIL_PATIENCE_S = 45 * 60.0
"""Office seconds for which a citizen waits for a mail in all; then the rest is for another day."""
LOOK_S = 20.0
"""Office seconds between two looks into the mailbox, but a second of the client's at least."""
CAPTCHAS = 5
LINK = re.compile(r"/activation/(\w+)")
CODE = re.compile(r"\b\d{6}\b")


class Activating(ABC):
    """What a visit knows of its registration, and the steps at the activation page."""

    def __init__(self, citizen: Citizen, phone: Caller, mailbox: Mailbox, device: str) -> None:
        self.citizen, self.phone, self.mailbox, self.device = citizen, phone, mailbox, device
        self.id = self.token = self.code = ""
        self.faces = self.scans = self.mails_asked = self.entries = self.logins = 0
        self.waits_since = self._seen_at = 0.0
        self._dead: set[str] = set()
        self._own = phone.new_key("visit")

    def key(self, what: str) -> str:
        """Return the key of a write of this visit."""
        return f"{self._own}-{what}"

    @property
    def path(self) -> str:
        return f"/ikd/v1/registrations/{self.id}"

    def seen(self) -> Reply:
        """Ask Cek Status once, not sooner after the last look than the manners have it."""
        carrier = self.phone.carrier
        carrier.sleep(max(0.0, self._seen_at + self.phone.manners.polls_s[0] - carrier.now()))
        found = self.phone.once("GET", self.path, token=self.token)
        self._seen_at = carrier.now()
        return found

    def stands_at(self, *states: str) -> Callable[[], bool]:
        """Return a look at whether the registration is in one of these states."""
        return lambda: self.seen().data.get("state") in states

    @abstractmethod
    def resend(self) -> Reply | None:
        """Have the mail sent again; None where nobody can."""

    @abstractmethod
    def start_over(self) -> None:
        """Begin again from the first step, as bad manners have it."""

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
                self._ask_again()

    def _enter(self, link: str) -> bool:
        """Enter code and captcha; False when the link turns out to be dead."""
        for _ in range(CAPTCHAS):
            shown = self.phone.call("GET", f"/activation/{link}/captcha.png", wanted="image/png")
            answer = shown.headers.get("siaksim-captcha-answer", "")
            if shown.status == 200 and not answer and self.phone.manners.checks_type:
                self.phone.carrier.sleep(5)
                continue  # unreadable: another picture costs nothing, a wrong answer a try
            self.entries += 1
            done = self._type(link, answer or f"{self.entries:05d}")
            if done is DONE or done.status == 200 or done.code == "already_active":
                return True
            if done.status != 422:
                return False
        raise Unreachable("no captcha that can be read", self.phone.manners.pause_s)

    def _type(self, link: str, captcha: str) -> Reply:
        path, body = f"/activation/{link}", {"code": self.code, "captcha": captcha}
        anew = self.phone.manners.registers_anew
        if anew != "never":
            once = self.phone.once("POST", path, body, key=self.key(f"activate-{self.entries}"))
            if not once.ambiguous:
                return once
            if anew == "unless_done" and self.stands_at("ACTIVATED_WEB", "ACTIVE")():
                return DONE
            self.start_over()
        return self.phone.call(
            "POST",
            path,
            body,
            key=self.key(f"activate-{self.entries}"),
            done=self.stands_at("ACTIVATED_WEB", "ACTIVE"),
        )

    def _mail(self) -> tuple[str, str]:
        """Wait for a mail with a link that is not known to be dead; have it sent again."""
        carrier, citizen = self.phone.carrier, self.citizen
        begin = carrier.now()
        while carrier.now() - begin < MAIL_PATIENCE_S / citizen.shorten:
            for text in self.mailbox.mails(citizen.address):
                link, code = LINK.search(text), CODE.search(text)
                if link and code and link[1] not in self._dead:
                    return link[1], code[0]
            if carrier.now() - self.waits_since >= self.phone.manners.resend_after_s:
                self._ask_again()
            carrier.sleep(max(1.0, LOOK_S / citizen.shorten))
        raise Unreachable("no mail came", inf)

    def _ask_again(self) -> None:
        self.waits_since = self.phone.carrier.now()
        if self.mails_asked > self.phone.manners.resends:
            return
        asked = self.resend()
        if asked is not None and asked.status == 200:
            self.mails_asked += 1
