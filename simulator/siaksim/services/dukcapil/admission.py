"""Who is let in, what it counts, and whom a call finds: the same for every operation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from siaksim.agreements.model import Agreement
from siaksim.core.clock import office_date
from siaksim.ledger.entries import Change
from siaksim.population.resident import Resident
from siaksim.services.base import Answer, Call
from siaksim.services.dukcapil import messages, record, rules
from siaksim.services.dukcapil.reading import said
from siaksim.services.dukcapil.rules import Asked
from siaksim.world import World


@dataclass(frozen=True, slots=True)
class Admitted:
    """A call that passed the checks and counts: `left` is what remains of the day's quota."""

    agreement: Agreement
    nik: str
    quota: str
    left: int
    call: Call

    def count(self, code: str) -> Change:
        """Return the change that counts this call, with the code of its answer ('' for none)."""
        day = office_date(self.call.now).date()
        return rules.counted(self.quota, self.nik, day, self.call.operation.name, code)

    @property
    def limiter(self) -> int | None:
        """Return what quotaLimiter says, or None where the agreement has none."""
        return self.left if self.agreement.quota_limiter else None

    def error(self, code: str) -> Answer:
        """Return an error that counts: the registry was asked."""
        return messages.error_page(self.agreement, code, self.count(code), quota_left=self.limiter)


def checked(
    call: Call, world: World, agreement: Agreement, nik: str, complete: bool
) -> Admitted | str:
    """Return the admitted call, or the code of the check that it fails."""
    used, granted = used_today(call, world, agreement), bool(call.path["granted"])
    at = office_date(call.now)
    asked = Asked(call.body, call.peer, at, used, granted=granted, complete=complete)
    code = rules.refused(agreement, asked)
    if code is not None:
        return code
    quota = agreement.quota
    if world.conditions.quota is not None:
        quota = min(quota, world.conditions.quota)
    left = max(0, quota - used - 1)
    return Admitted(agreement, nik, _quota_of(call, agreement), left, call)


def used_up(call: Call, world: World, calls: int) -> bool:
    """Say whether the day's quota is used up, if it were `calls` (a fault); reports cost none."""
    agreement = world.agreements.get(call.path["agreement"])
    if agreement is None or call.operation.name == "dukcapil.usage_report":
        return False
    return used_today(call, world, agreement) >= calls


def used_today(call: Call, world: World, agreement: Agreement) -> int:
    """Return how many calls were counted today (UTC+7) against the quota that this one is of."""
    day = office_date(call.now).date().isoformat()
    return world.registry.quota_used.get((_quota_of(call, agreement), day), 0)


def _quota_of(call: Call, agreement: Agreement) -> str:
    user = agreement.user(said(call.body, "user_id"))
    return rules.quota_key(call.path["agreement"], agreement, user)


def admit(call: Call, world: World, complete: bool) -> Admitted | Answer:
    """Return the admitted call, or its refusal in the agreement's dialect."""
    agreement = world.agreements.get(call.path["agreement"])
    if agreement is None:
        return refusal(call, None, "16")
    found = checked(call, world, agreement, said(call.body, "NIK"), complete)
    return found if isinstance(found, Admitted) else refusal(call, agreement, found)


def refusal(call: Call, agreement: Agreement | None, code: str) -> Answer:
    """Return an error that does not count; None: the institution has no agreement."""
    if agreement is None:
        verifies = call.operation.name.endswith("verify")
        return messages.stranger_page(call.path["area"], verifies, code)
    left = 0 if code == "05" and agreement.quota_limiter else None
    return messages.error_page(agreement, code, quota_left=left)


def person_of(admitted: Admitted, world: World) -> Resident | str:
    """Return the resident of a call's NIK, or the code that says why there is none to show."""
    if not rules.nik_well_formed(admitted.nik):
        return rules.NIK_FORMAT_CODE
    resident = world.resident(admitted.nik)
    if resident is None:
        return "13"
    if resident.status in rules.FINAL:
        return rules.FINAL[resident.status]
    seen = seen_by(resident, admitted.agreement, world)
    if seen.age_on(world.today()) >= 17 and not seen.recorded:
        return admitted.agreement.never_recorded
    return seen


def seen_by(resident: Resident, agreement: Agreement, world: World) -> Resident:
    """Return a resident as the agreement's centre knows her: the DRC lags behind the DC.

    That both differ is observed (domain.md 5); which recordings the DRC lacks is assumed: those
    of the last `drc_behind_days`.
    """
    if agreement.centre == "DC" or not resident.recorded:
        return resident
    drawn = record.recorded_on(resident, world.seed, world.reference_date)
    recorded = _recorded_here(resident, world) or drawn
    known_until = world.today() - timedelta(days=agreement.drc_behind_days)
    if recorded is not None and recorded > known_until:
        return replace(resident, recorded=False)
    return resident


def values(resident: Resident, world: World) -> dict[str, object]:
    """Return every field of a resident's record."""
    here = _recorded_here(resident, world) if resident.recorded else None
    return record.record(resident, world.seed, world.reference_date, here)


def _recorded_here(resident: Resident, world: World) -> date | None:
    """Return the day on which a KTP-el recording of this world was finished, if one was."""
    done = world.registry.enrolments.finished(resident.nik, world.clock.now())
    return office_date(done.finished_at).date() if done else None
