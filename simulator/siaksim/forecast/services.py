"""The services as a forecast knows them: no HTTP, only when an answer comes and whether it is good.

It is the carrier of the example clients' own callers, so that retries, budgets, breakers and pauses
are theirs and not a second model of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from siaksim.core import chance
from siaksim.core import effects as fx
from siaksim.core.clock import Clock
from siaksim.core.effects import Effect, Meter, RetryAfter
from siaksim.core.facts import Facts
from siaksim.core.meters import Meters
from siaksim.core.plan import FaultPlan
from siaksim.example_clients.calling import Closed, Reply
from siaksim.forecast.outcomes import NOTHING, Outcome, outcome, refusal, with_retry
from siaksim.forecast.profile import Profile
from siaksim.stage.driver import Stage

PATHS: Mapping[tuple[str, str], str] = {
    ("GET", "/ikd/v1/terms"): "ikd.terms",
    ("POST", "/ikd/v1/registrations"): "ikd.register",
    ("POST", "/ikd/v1/registrations/r/selfie"): "ikd.upload_selfie",
    ("GET", "/ikd/v1/registrations/r/qr"): "ikd.show_qr",
    ("GET", "/ikd/v1/registrations/r"): "ikd.status",
    ("POST", "/ikd/v1/sessions"): "ikd.login",
    ("PUT", "/ikd/v1/pin"): "ikd.set_pin",
    ("POST", "/siak/v1/sessions"): "siak.login",
    ("POST", "/siak/v1/residents/search"): "siak.search",
    ("POST", "/siak/v1/ikd/scans"): "siak.scan_qr",
    ("POST", "/siak/v1/ikd/activations/r/mails"): "siak.resend_mail",
    ("POST", "/siak/v1/enrolments"): "siak.enrol",
    ("GET", "/siak/v1/notices"): "siak.notices",
    ("GET", "/activation/t"): "mail.activation_page",
    ("GET", "/activation/t/captcha.png"): "mail.captcha",
    ("POST", "/activation/t"): "mail.activate",
}
"""What the steps of a visit call; ids do not matter here."""
OPERATIONS = frozenset(PATHS.values())
READS = frozenset({"ikd.terms", "ikd.show_qr", "ikd.status", "siak.search", "siak.notices"})
ROUND_TRIP_S = 0.01
"""Client seconds of a call that nothing slows down (measured on loopback: 2 to 10 ms)."""


@dataclass(slots=True)
class Served:
    """What became of the latest call about somebody: conditions that a visit has to look at."""

    mail: tuple[Effect, ...] = ()
    face: fx.FaceTrouble | None = None
    captcha: bool = False
    duplicate: bool = False
    lag_s: float = 0.0


@dataclass(slots=True)
class Counts:
    """Calls of one day: all of them, first attempts, those not answered."""

    calls: int = 0
    first: int = 0
    failed: int = 0


@dataclass
class Services:
    """All services of one day, as a `Carrier`. `listen(client, alive)` hears of every answer."""

    stage: Stage
    clock: Clock
    plan: FaultPlan
    profiles: Mapping[str, Profile]
    listen: Callable[[str, bool], None] = lambda client, alive: None
    about: str = "-"
    """The subject of the call that is made next."""
    counts: Counts = field(default_factory=Counts)
    committed: set[tuple[str, str]] = field(default_factory=set)
    """(operation, subject) of writes that were done."""
    served: Served = field(default_factory=Served)

    def __post_init__(self) -> None:
        self._meters = Meters()
        self._attempts: dict[tuple[str, str, str], int] = defaultdict(int)
        self._calls: dict[tuple[str, str], int] = defaultdict(int)
        self._world: dict[str, int] = defaultdict(int)
        self._asks = bool(self.plan.faults)

    # -- a carrier -------------------------------------------------------------------------

    def now(self) -> float:
        """Return office time: a forecast's clients live in it."""
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.stage.sleep(seconds)
        if self.stage.closed:
            raise Closed

    def spawn(self, play: Callable[[], None]) -> None:
        """Let something go on beside the rest."""
        self.stage.spawn(play)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        deadline_s: float | None,
        *,
        last: bool = False,
    ) -> Reply:
        """Answer a call; `url` is /c/<client> and a path of PATHS."""
        _, _, client, path = url.split("/", 3)
        operation, about = PATHS[method, f"/{path}"], self.about
        met = self._met(operation, client, about)
        limit = inf if deadline_s is None else deadline_s
        reply = met.reply if met.seconds <= limit else NOTHING
        seconds = min(met.seconds, limit)
        if seconds == inf:
            self.sleep(86400.0)
        self.sleep(ROUND_TRIP_S + seconds)
        if met.done and operation not in READS:
            self.committed.add((operation, about))
        alive = bool(reply.status) and reply.status < 500
        self.counts.failed += not alive
        self.listen(client, alive)
        return reply

    # -- what it meets ---------------------------------------------------------------------

    def _met(self, operation: str, client: str, about: str) -> Outcome:
        now = self.now()
        key = (client, operation, about)
        self._attempts[key] += 1
        self.counts.calls += 1
        self.counts.first += self._attempts[key] == 1
        if not self._asks and not self.profiles:
            return outcome(operation, (), now, 0.0)
        facts = self._facts(operation, client, about)
        effects = self.plan.decide(facts, now).effects if self._asks else ()
        refused = self._metered(effects, client)
        if refused is not None:
            return Outcome(0.0, refused, False)
        self.served = _conditions(effects)
        service, _, _ = operation.partition(".")
        if service in self.profiles and not any(isinstance(e, fx.Reply) for e in effects):
            return self._queued(service, facts, effects, now)
        return outcome(operation, effects, now, 0.0)

    def _queued(
        self, service: str, facts: Facts, effects: tuple[Effect, ...], now: float
    ) -> Outcome:
        profile = self.profiles[service]
        wait_s, full = profile.at(now)
        terms = profile.terms
        if full:
            if terms.when_full == "503":
                retry = terms.retry_after_s
                told = RetryAfter(seconds=retry) if retry else None
                return Outcome(0.0, with_retry(refusal(503), told, now), False)
            return Outcome(inf if terms.when_full == "hang" else 0.0, NOTHING, False)
        key = (facts.client, facts.operation, facts.subject, facts.attempt)
        draw = chance.draw(self.plan.seed, "capacity", service, *key)
        return outcome(facts.operation, effects, now, wait_s + terms.law(draw))

    def _facts(self, operation: str, client: str, about: str) -> Facts:
        self._calls[client, operation] += 1
        self._world[operation] += 1
        return Facts(
            operation=operation,
            client=client,
            kind=client.partition(".")[0],
            actor=False,
            subject=about,
            attempt=self._attempts[client, operation, about],
            write=operation not in READS,
            call=self._calls[client, operation],
            world_call=self._world[operation],
        )

    def _metered(self, effects: tuple[Effect, ...], client: str) -> Reply | None:
        for effect in effects:
            if isinstance(effect, Meter):
                taken = self._meters.take(effect, client, self.clock)
                if not taken.passed:
                    rate = isinstance(effect, fx.Rate)
                    plain = refusal(429, "too_many_requests" if rate else "quota_used_up")
                    return with_retry(plain, RetryAfter(seconds=taken.reset_s), self.now())
        return None


_PLAIN = Served()


def _conditions(effects: tuple[Effect, ...]) -> Served:
    if not effects:
        return _PLAIN
    found = Served(mail=tuple(e for e in effects if isinstance(e, fx.MailEffect)))
    for effect in effects:
        if isinstance(effect, fx.FaceTrouble):
            found.face = effect
        elif isinstance(effect, fx.CaptchaUnreadable):
            found.captcha = True
        elif isinstance(effect, fx.DuplicateRecord):
            found.duplicate = True
        elif isinstance(effect, fx.StaleRead):
            found.lag_s = max(found.lag_s, effect.lag_s)
    return found
