"""Histories for tests of rules: a run that is told call by call, each in a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from siaksim.verdict.base import RuleModel, Ruling
from siaksim.verdict.history import Entry, History, Hit, HttpCall, Said, Unrouted, Window

HIT = Hit("hang#1", "hang", "transport")


class Story:
    """A run that is told call by call; times are client seconds."""

    def __init__(self, start: float = 0.0) -> None:
        """Begin at office time `start` (POSIX seconds)."""
        self.start = start
        self.calls: list[HttpCall] = []
        self.entries: list[Entry] = []
        self.windows: list[Window] = []
        self.said: list[Said] = []
        self.unrouted: list[Unrouted] = []

    def call(
        self,
        operation: str,
        at: float,
        *,
        status: int = 200,
        took: float = 0.1,
        client: str = "counter.1",
        subject: str = "3576010101079000",
        body: Any = None,
        method: str = "POST",
        commits: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> HttpCall:
        """Add a call; `status` 0 is no answer, `commits` maps kinds of entries to their data."""
        identity = f"t-{len(self.calls) + 1}"
        earlier = [c for c in self.calls if (c.client, c.operation) == (client, operation)]
        call = HttpCall(
            id=identity,
            client=client,
            actor=False,
            operation=operation,
            subject=subject,
            attempt=len([c for c in earlier if c.subject == subject]) + 1,
            method=method,
            path=f"/{operation}",
            at_s=at,
            key=more.pop("key", ""),
            body=body,
            hits=more.pop("hits", (HIT,) if status == 0 or status >= 500 else ()),
            problems=tuple(more.pop("problems", ())),
            leaks=tuple(more.pop("leaks", ())),
            end=more.pop("end", "sent" if status else "hang"),
            status=status,
            took_s=took,
            **more,
        )
        made = tuple(
            Entry(kind, subject, len(self.entries) + n, at, at, data, identity)
            for n, (kind, data) in enumerate((commits or {}).items(), 1)
        )
        self.entries += made
        self.calls.append(replace(call, entries=made))
        return self.calls[-1]

    def window(self, began: float, ended: float | None, fault: Hit = HIT) -> None:
        """Add a time in which a fault was active."""
        self.windows.append(Window(fault.fault, fault.kind, began, ended))

    @property
    def history(self) -> History:
        """Return the run."""
        faults = {hit.fault: hit.kind for call in self.calls for hit in call.hits}
        faults |= {window.fault: window.kind for window in self.windows}
        ends = [call.ended_s for call in self.calls]
        return History(
            world="t",
            scenario="told",
            seed=1,
            clock="auto",
            faults=faults,
            calls=tuple(sorted(self.calls, key=lambda call: call.at_s)),
            entries=tuple(self.entries),
            windows=tuple(self.windows),
            said=tuple(self.said),
            unrouted=tuple(self.unrouted),
            until_s=max(ends, default=0.0),
            start=self.start,
        )

    def judged_by(self, rule: RuleModel) -> Ruling:
        """Return a rule's ruling on the run."""
        return rule.judge(self.history)
