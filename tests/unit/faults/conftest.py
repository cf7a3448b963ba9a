"""One fault at a time: made as a scenario makes it, played through a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path

import pytest
from siaksim.core.effects import Effect
from siaksim.core.facts import Facts
from siaksim.core.plan import FaultPlan, PlannedFault, Reason
from siaksim.edges.choosing import known_operations
from siaksim.scenario.build import Scenario, load

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "faults"
HEAD = "scenario: x\nstory: y\nseed: 7\nclock: {start: 2024-07-11T08:00}\nfaults:\n  - "


class Bench:
    """Makes faults from YAML and plays calls of one operation."""

    def planned(self, fault: str) -> PlannedFault:
        """Return the fault that one line of YAML tells of."""
        (found,) = load(HEAD + fault, "x.yaml", known_operations()).faults
        return found

    def hits(
        self, fault: str, calls: int = 400, seed: int = 7, operation: str = "siak.scan_qr"
    ) -> list[tuple[Effect, ...]]:
        """Return the effects on each of `calls` calls, one a subject, at 08:00."""
        scenario = load(HEAD + fault, "x.yaml", known_operations())
        plan = scenario.plan(seed)
        return [plan.decide(self.call(n, operation), scenario.start).effects for n in range(calls)]

    def plan(self, *faults: str, seed: int = 7) -> FaultPlan:
        """Return the plan of some lines of YAML."""
        return load(HEAD + "\n  - ".join(faults), "x.yaml", known_operations()).plan(seed)

    def effects(self, fault: str, ends_at: float | None, mark: float = 0.5) -> tuple[Effect, ...]:
        """Return the effects when every draw of the fault's own comes to `mark`."""
        return self.planned(fault).fault.effects(lambda _: mark, ends_at)

    def example(self, kind: str) -> Scenario:
        """Return the scenario of the docs about a kind."""
        text = (EXAMPLES / f"{kind}.yaml").read_text(encoding="utf-8")
        return load(text, f"{kind}.yaml", known_operations())

    def call(
        self, number: int, operation: str = "siak.scan_qr", client: str = "counter.1"
    ) -> Facts:
        """Return a call about the subject of that number."""
        return Facts(operation, client, client.partition(".")[0], False, f"s{number}", 1, True)

    def struck(self, kind: str) -> set[str]:
        """Return the kinds that strike any of the calls of the docs' example, all day long."""
        scenario = self.example(kind)
        return {reason.kind for reason in self._reasons(scenario, scenario.plan())}

    def _reasons(self, scenario: Scenario, plan: FaultPlan) -> Iterator[Reason]:
        operations = (
            *("siak.scan_qr", "ikd.status", "mail.activate"),
            *("mail.captcha", "ikd.register", "ikd.upload_selfie"),
        )
        for step in range(10):
            for number in range(60):
                for client in ("counter.1", "kiosk.2"):
                    for operation in operations:
                        facts = self.call(number, operation, client)
                        yield from plan.decide(facts, scenario.start + step * 600).reasons


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Return the bench on which faults are tried."""
    return Bench()


@pytest.fixture(scope="session")
def share_holds() -> Callable[[int, int, float], bool]:
    """Return whether a count is within five standard deviations of its share."""

    def holds(count: int, calls: int, share: float) -> bool:
        return abs(count - calls * share) <= 5 * sqrt(calls * share * (1 - share))

    return holds
