"""One citizen's visit in a forecast: the steps, hands' times and patience of the example clients.

Steps that the services answer differently (a mail that is late, a face that does not match) are
followed as example_clients/visit.py follows them; what a citizen types matters to nobody here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf

from siaksim.core import chance
from siaksim.core import effects as fx
from siaksim.core.effects import Effect
from siaksim.example_clients.activation import CAPTCHAS, LOOK_S, MAIL_PATIENCE_S
from siaksim.example_clients.calling import DONE, Caller, Refused, Reply, Unreachable
from siaksim.example_clients.visit import BEGINNINGS, PATIENCE_ASIDE_S, PATIENCE_S, POLLED_S
from siaksim.forecast.services import PATHS, Services
from siaksim.office.citizens import Citizen
from siaksim.scenario.settings import Settings

HANDS_S = 400.0
"""The seconds that a visit's hands and eyes take at a pace of 1 (380), and 20 of calls and the mail
on a good day: an office's service time is measured with both."""
FACES = 3


class StartOver(Exception):
    """Bad manners: the visit begins again from the first step."""


@dataclass(slots=True)
class Desk:
    """An officer's device: her session ends when it idles, or when all are ended."""

    caller: Caller
    services: Services
    settings: Settings
    logouts: tuple[float, ...] = ()
    _in_since: float = -inf
    _used_at: float = -inf

    def call(self, method: str, path: str, body: object = None) -> Reply:
        """Make a call as this officer, logging in before where her session has ended."""
        now, subject = self.services.now(), self.services.about
        idle = now - self._used_at > self.settings.session_idle_s
        old = now - self._in_since > self.settings.session_absolute_s
        ended = any(self._in_since < moment <= now for moment in self.logouts)
        if idle or old or ended:
            self.services.about = self.caller.name
            self.caller.call("POST", "/siak/v1/sessions", {"desk": self.caller.name})
            self._in_since = self.services.now()
            self.services.about = subject
        reply = self.caller.call(method, path, body)
        self._used_at = self.services.now()
        return reply


class Visit:
    """The visit of one citizen, by her phone and a desk (None: a kiosk, whose officer is near)."""

    def __init__(
        self,
        citizen: Citizen,
        subject: str,
        phone: Caller,
        desk: Desk | None,
        services: Services,
        settings: Settings,
        give_up: Callable[[], bool],
    ) -> None:
        """`give_up` says whether the office sends people home in place of trying on."""
        self.citizen, self.subject = citizen, subject
        self.phone, self.desk, self.services = phone, desk, services
        self.settings, self.give_up = settings, give_up
        self.pace = citizen.service_s / HANDS_S
        self.mailed_at = self.arrives_at = self.dies_at = inf
        self.mails = 0
        self._activated_at = inf
        self._raw = subject.encode()

    def at_the_counter(self) -> None:
        """Take the steps for which an officer is needed; Unreachable or Refused when they fail."""
        self._steps(
            PATIENCE_S,
            (120, self._register),
            (60, self._face),
            (30, self._look_up),
            (60, self._meet),
        )

    def rest(self) -> None:
        """Take the steps that the citizen does alone."""
        for _ in range(BEGINNINGS):
            try:
                return self._steps(
                    PATIENCE_ASIDE_S, (60, self._activate), (20, self._status), (30, self._log_in)
                )
            except StartOver:
                self.at_the_counter()
        raise Unreachable("begun too often", inf)

    def _steps(self, patience_s: float, *steps: tuple[float, Callable[[], None]]) -> None:
        for takes_s, step in steps:
            self.services.sleep(takes_s * self.pace)
            self._persist(step, patience_s)

    def _persist(self, step: Callable[[], None], patience_s: float) -> None:
        """Take a step again and again while it cannot be done, as example_clients' persist does."""
        services, manners = self.services, self.phone.manners
        begin, patience_s = services.now(), max(patience_s, manners.least_patience_s)
        while True:
            try:
                return step()
            except Unreachable as away:
                wait = (away.after_s or manners.pause_s) + self.phone.spread_s()
                if services.now() - begin + wait > patience_s or self.give_up():
                    raise
                services.sleep(wait)

    # -- calls -------------------------------------------------------------------------------

    def _by_phone(self, method: str, path: str, wanted: str = "application/json") -> Reply:
        self.services.about = self.subject
        done = partial(self._was_done, method, path) if method != "GET" else None
        body = self._raw if method != "GET" else None
        return self.phone.call(method, path, body, done=done, wanted=wanted)

    def _was_done(self, method: str, path: str) -> bool:
        """Ask Cek Status, as careful clients do before they repeat a write."""
        seen = self.phone.once("GET", "/ikd/v1/registrations/r")
        return seen.status == 200 and (PATHS[method, path], self.subject) in self.services.committed

    def _by_desk(self, method: str, path: str) -> Reply:
        assert self.desk is not None
        self.services.about = self.subject
        return self.desk.call(method, path, self._raw)

    # -- steps up to the officer -------------------------------------------------------------

    def _register(self) -> None:
        self._by_phone("GET", "/ikd/v1/terms")
        self._by_phone("POST", "/ikd/v1/registrations")
        if self.services.served.duplicate:
            raise Refused("duplicate_record")

    def _face(self) -> None:
        shown = 0
        while True:
            reply = self._by_phone("POST", "/ikd/v1/registrations/r/selfie")
            trouble = None if reply is DONE else self.services.served.face
            if trouble is None or not trouble.result:  # a loss of score: good pictures still pass
                return
            shown += trouble.result != "busy"
            if shown >= FACES:
                raise Unreachable("face", inf)
            self.services.sleep(20 * self.pace)

    def _look_up(self) -> None:
        if self.desk is not None:
            self._by_desk("POST", "/siak/v1/residents/search")
            if self.services.served.duplicate:
                raise Refused("duplicate_record")

    def _meet(self) -> None:
        self._by_phone("GET", "/ikd/v1/registrations/r/qr")
        if self.desk is None:  # a kiosk's officer is siaksim's own, whom faults spare
            self._mail_goes(())
            return
        self._by_desk("POST", "/siak/v1/ikd/scans")
        self._mail_goes(self.services.served.mail)

    # -- the mail ----------------------------------------------------------------------------

    def _mail_goes(self, effects: Sequence[Effect]) -> None:
        now = self.services.now()
        self.mails += 1
        law = self.settings.mail_delay
        draw = chance.draw(self.services.plan.seed, "mail", self.subject, self.mails)
        delay_s, life_s = law.at(draw), self.settings.link_life_s
        for effect in effects:
            if isinstance(effect, fx.MailDelay | fx.MailGreylist):
                delay_s += effect.seconds
            elif isinstance(effect, fx.MailLoss | fx.MailBounce | fx.MailSpam):
                delay_s = inf  # this citizen never looks for spam, as siaksim's own
            elif isinstance(effect, fx.LinkLife):
                life_s = min(life_s, effect.seconds)
        self.mailed_at, self.arrives_at, self.dies_at = now, now + delay_s, now + life_s

    def _resend(self) -> None:
        manners = self.phone.manners
        self.mailed_at = self.services.now()
        most = min(manners.resends, self.settings.mail_resend_max)
        if self.desk is None or self.mails > most:
            return
        self._by_desk("POST", "/siak/v1/ikd/activations/r/mails")
        self._mail_goes(self.services.served.mail)

    def _wait_for_mail(self) -> None:
        services, begin = self.services, self.services.now()
        while services.now() - begin < MAIL_PATIENCE_S:
            if services.now() >= self.arrives_at:
                return
            if services.now() - self.mailed_at >= self.phone.manners.resend_after_s:
                self._resend()
            services.sleep(LOOK_S)
        raise Unreachable("no mail came", inf)

    # -- the steps after it ------------------------------------------------------------------

    def _activate(self) -> None:
        if ("mail.activate", self.subject) in self.services.committed:
            return
        while True:
            self._wait_for_mail()
            self._by_phone("GET", "/activation/t", wanted="text/html")
            if self.services.now() < self.dies_at:
                break
            self.arrives_at = inf
            self._resend()
        for _ in range(CAPTCHAS):
            self._by_phone("GET", "/activation/t/captcha.png", wanted="image/png")
            if not self.services.served.captcha:
                return self._type()
            self.services.sleep(5)
        raise Unreachable("no captcha that can be read", self.phone.manners.pause_s)

    def _type(self) -> None:
        manners = self.phone.manners
        if manners.registers_anew != "never":
            self.services.about = self.subject
            once = self.phone.once("POST", "/activation/t", self._raw)
            if once.ambiguous and not (
                manners.registers_anew == "unless_done" and self._was_done("POST", "/activation/t")
            ):
                raise StartOver
        else:
            self._by_phone("POST", "/activation/t")
        self._activated_at = self.services.now()

    def _status(self) -> None:
        polls, waited, wait = iter(self.phone.manners.polls_s), 0.0, 1.0
        while waited < POLLED_S:
            wait = next(polls, wait)
            self.services.sleep(wait)
            waited += wait
            self.services.about = self.subject
            seen = self.phone.once("GET", "/ikd/v1/registrations/r")
            age_s = self.services.now() - self._activated_at
            if seen.status == 200 and age_s >= self.services.served.lag_s:
                return

    def _log_in(self) -> None:
        self._by_phone("POST", "/ikd/v1/sessions")
        self._by_phone("PUT", "/ikd/v1/pin")
