"""What a world's journal says of time itself: faults that begin and end, sessions that run out.

Each is a timer on the world's agenda, so that whoever moves the clock meets every one of them in
order. They only tell: a fault acts, and a session is dead, by office time alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from siaksim.core.agenda import Agenda
from siaksim.core.clock import Clock, office_text
from siaksim.core.plan import FaultPlan, PlannedFault
from siaksim.ledger.registry import Session

_AFTER_S = 0.001
"""A session lives up to and including its last moment: the timer comes just after it."""


class Watch:
    """The timers of one world's faults and sessions."""

    def __init__(
        self, agenda: Agenda, clock: Clock, tell: Callable[[dict[str, Any]], None]
    ) -> None:
        """`tell` takes the lines, for whatever journal the world has at the time."""
        self._agenda = agenda
        self._clock = clock
        self._tell = tell
        self._plan: FaultPlan | None = None
        self._active: frozenset[str] = frozenset()
        self._told = clock.now()

    # -- faults ----------------------------------------------------------------------------

    def plan(self, plan: FaultPlan) -> None:
        """Watch the faults of a plan from now on, and no other's."""
        now = self._clock.now()
        if self._plan is not None:  # what was due before is told before
            while (due := self._plan.upcoming(self._told)) is not None and due <= now:
                self._tell_edge(self._plan, due)
        self._plan, self._told = plan, now
        self._active = frozenset(fault.id for fault in plan.active(now))
        self._arm(plan)

    def _arm(self, plan: FaultPlan) -> None:
        due = plan.upcoming(self._told)
        if due is not None:
            self._agenda.plan(due, partial(self._turn, plan, due))

    def _turn(self, plan: FaultPlan, due: float) -> None:
        if plan is self._plan:  # else another has taken its place meanwhile
            self._tell_edge(plan, due)
            self._arm(plan)

    def _tell_edge(self, plan: FaultPlan, due: float) -> None:
        active = frozenset(fault.id for fault in plan.active(due))
        for fault in plan.faults:
            if fault.id in self._active and fault.id not in active:
                self.fault("ended", fault, "time", due)
        for fault in plan.faults:
            if fault.id in active and fault.id not in self._active:
                self.fault("began", fault, "time", due)
        self._active, self._told = active, due

    def fault(self, event: str, fault: PlannedFault, by: str, at: float | None = None) -> None:
        """Tell what becomes of a fault (now): `until` is the end of the window that is open."""
        moment = self._clock.now() if at is None else at
        window = fault.window_at(moment)
        until = None if window is None else office_text(window.end)
        line: dict[str, Any] = {
            "kind": "fault",
            "at": office_text(moment),
            "event": event,
            "by": by,
        }
        if event == "added":  # what was there from the beginning is told with the world
            line["aim"] = fault.aim(moment)
        self._tell(line | {"fault": fault.id, "fault_kind": fault.kind, "until": until})

    # -- sessions --------------------------------------------------------------------------

    def session(
        self, find: Callable[[], Session | None], limits: Callable[[], tuple[float, float]]
    ) -> None:
        """Tell when a session runs out: `find` gives it (None: closed), `limits` how long it lives.

        The limits are office seconds without a call, and since it was opened.
        """
        session = find()
        if session is None:
            return
        idle, absolute = limits()
        unused, whole = session.used_at + idle, session.opened_at + absolute
        due = min(unused, whole) + _AFTER_S
        if self._clock.now() < due:
            self._agenda.plan(due, partial(self.session, find, limits))
            return
        self._tell(
            {
                "kind": "session",
                "at": office_text(min(unused, whole)),
                "subject": session.owner if session.nik == "-" else session.nik,
                "event": "expired",
                "by": "idle" if unused <= whole else "age",
            }
        )
