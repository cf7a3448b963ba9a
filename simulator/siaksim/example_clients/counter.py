"""A counter: an officer's desk that scans the phones of the citizens who come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

from siaksim.example_clients.calling import DONE, Caller, Refused, Reply, Unreachable
from siaksim.example_clients.habits import Habits
from siaksim.example_clients.officer import SCANS, Officer
from siaksim.example_clients.reception import Reception
from siaksim.example_clients.serving import Serving
from siaksim.example_clients.visit import ACTIVATED, PATIENCE_S, persist

CODES = 5
"""Codes that one citizen is asked to show before the case goes on paper."""
SHOWS_S = 600.0
"""Office seconds in which a citizen has a code on the phone: the app asks for much before."""
WATCH_S = 45 * 60.0
"""Office seconds for which an activation is watched; then it goes on without the counter."""


@dataclass(slots=True)
class Case:
    """One citizen at the counter, and how far the case has come."""

    nik: str
    citizen_url: str
    looked_up: bool = False
    mailed: bool = False
    activation: str = ""
    mailed_at: float = 0.0
    mails: int = 1
    payload: str = ""
    key: str = ""


class Counter(Serving):
    """One desk."""

    def __init__(self, caller: Caller, officer: Officer, reception: Reception) -> None:
        super().__init__(caller, reception)
        self.officer = officer
        self._habits = Habits(caller)

    def serve(self, given: dict[str, Any]) -> None:
        """Look up and scan while the citizen stands here; what is left goes on aside."""
        case = Case(str(given["nik"]), str(given.get("citizen_url", "")))
        self._habits.indulge(lambda nik, bad: self.officer.search(nik, spoilt=bad), case.nik)
        try:
            self._at_desk(case)
        except Unreachable as away:
            if away.after_s == inf:
                raise
            if case.looked_up and self.forgets(case.nik):
                return
            wait_s = away.after_s or self.manners.pause_s
            self.go_on(case.nik, partial(self._later, case, wait_s))
        else:
            self.go_on(case.nik, partial(self._watch, case))

    def _later(self, case: Case, wait_s: float) -> None:
        self.carrier.sleep(wait_s + self.caller.spread_s())
        persist(self.caller, partial(self._at_desk, case), PATIENCE_S / self.shorten)
        self._watch(case)

    # -- at the desk -------------------------------------------------------------------------

    def _at_desk(self, case: Case) -> None:
        """Look the citizen up and scan the phone, from where the case stands."""
        if not case.looked_up:
            self.officer.look_up(case.nik)
            case.looked_up = True
        for _ in range(CODES):
            scanned = self._scan(case)
            if scanned is DONE or scanned.status == 200 or scanned.status >= 500:
                case.mailed = True
                known = scanned is not DONE
                case.activation = str(scanned.data.get("activation_id")) if known else ""
                case.mailed_at = self.carrier.now()
                return
            case.key = ""
            if scanned.status not in (404, 410):
                raise Refused(scanned.code or str(scanned.status))
        raise Unreachable("no code lived long enough to be scanned", inf)

    def _scan(self, case: Case) -> Reply:
        """Scan what the phone shows; what may have been scanned before is scanned by its key."""
        if not case.key:
            case.payload = shown_code(self.reception, case.citizen_url, self.shorten)
            case.key = self.caller.new_key("scan")
        body, gone_on = {"payload": case.payload}, partial(self._gone_on, case)
        return self.officer.call(
            "POST", SCANS, body, key=case.key, about=case.nik, keyless_done=gone_on
        )

    def _gone_on(self, case: Case) -> bool:
        """Ask the citizen whether a mail is on its way already."""
        seen = self.reception.citizen(case.citizen_url)
        return seen.get("step") not in ("qr", None) and seen.get("state") != "gave_up"

    # -- aside -------------------------------------------------------------------------------

    def _watch(self, case: Case) -> None:
        """Ask how the activation stands, slower and slower, and have the mail sent again."""
        if self.manners.says != "the_truth":
            return self.close(case.nik, self.manners.says)
        begin = self.carrier.now()
        polls, wait_s = iter(self.manners.polls_s), 0.0
        while self.carrier.now() - begin < max(60.0, WATCH_S / self.shorten):
            wait_s = next(polls, wait_s)
            self.carrier.sleep(wait_s)
            try:
                if self._activated(case):
                    return self.close(case.nik, "done")
                if self.carrier.now() - case.mailed_at >= self.manners.resend_after_s:
                    self._resend(case)
            except Unreachable as away:
                self.carrier.sleep((away.after_s or self.manners.pause_s) + self.caller.spread_s())
        self.close(case.nik, "handed_over", "waits for the mail")

    def _activated(self, case: Case) -> bool:
        if not case.activation:  # the scan was done, and its answer was never read
            return False
        found = self.officer.activation(case.activation, case.nik)
        return found.data.get("state") in ACTIVATED

    def _resend(self, case: Case) -> None:
        if not case.activation or case.mails > self.manners.resends:
            return
        key = f"{case.key}-mail-{case.mails}"
        asked = self.officer.resend(case.activation, key, case.nik)
        if asked.status == 200:
            case.mails += 1
            case.mailed_at = self.carrier.now()
        elif 400 <= asked.status < 500:  # refused for good: too many, or no mail for this one
            case.mails = self.manners.resends + 1


def shown_code(reception: Reception, citizen_url: str, shorten: float) -> str:
    """Wait for a code on a citizen's phone; Refused when the citizen leaves."""
    carrier = reception.carrier
    begin, look_s = carrier.now(), max(0.25, 5.0 / shorten)
    while carrier.now() - begin < SHOWS_S / shorten:
        seen = reception.citizen(citizen_url)
        if seen.get("qr"):
            return str(seen["qr"])
        if seen.get("state") in ("gave_up", "done"):
            raise Refused(f"the citizen left: {seen.get('problem')}")
        carrier.sleep(look_s)
    raise Unreachable("the phone shows no code", inf)
