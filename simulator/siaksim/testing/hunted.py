"""`@siaksim.hunt(...)`: a pytest function is played again and again, and struck each time."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, wraps
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import pytest

from siaksim import data
from siaksim.core.clock import WIB
from siaksim.errors import UserError
from siaksim.hunting.report import covered, failure_lines, too_small
from siaksim.hunting.saved import name_of, one_line, saved, scenario_with, unused
from siaksim.hunting.schedule import Schedule
from siaksim.hunting.search import Broken, Hunted, Limits
from siaksim.hunting.search import hunt as search
from siaksim.hunting.tried import INTERRUPTED, Failure, Stopped, Try, judged
from siaksim.scenario.build import load
from siaksim.scenario.operations import known_operations
from siaksim.scenario.problems import ScenarioErrors
from siaksim.testing.judged import NotPassed, terms_of
from siaksim.testing.world import SiakWorld
from siaksim.verdict.clients import ClientTerms
from siaksim.verdict.history import read_history
from siaksim.verdict.judge import judge

TEST = "test"
"""Stands where a rule does when the test itself failed, by an assertion or another exception."""
OUT = "siaksim-hunt"
Test = TypeVar("Test", bound=Callable[..., None])


class HuntFailed(AssertionError):
    """The hunt broke the test; its text tells by what, and where that is saved."""


@dataclass(frozen=True, slots=True)
class HuntOptions:
    """What the decorator was given, see `hunt`."""

    client: str | Path
    limits: Limits
    minutes: float | None
    clock: str
    out: str


def hunt(
    *,
    client: str | Path = "",
    budget: int = 50,
    depth: int = 2,
    seed: int = 0,
    every: bool = False,
    minutes: float | None = None,
    clock: str = "auto",
    out: str = OUT,
) -> Callable[[Test], Test]:
    """Hunt for the smallest schedule of faults that breaks a test with the fixture `siak`.

    The test runs once without faults, then up to `budget` times (for `minutes` at most) with
    `depth` strikes at most, each time in a fresh world under the same URL. It breaks when it raises
    (but for a verdict that is INCONCLUSIVE), or when the rules of `client` (a shipped kind or a
    client file; '': none) are breached. `every` goes on after the first failure. What is found is
    made simple, saved as a scenario in `out` (below pytest's rootdir), and fails the test.

    `clock` is that of the worlds. On `auto` no call waits in earnest; the client's own sleeps do.
    UserError without Hypothesis, or when the test has no `siak`.
    """
    limits = Limits(budget, depth, seed, 1, every)
    options = HuntOptions(client, limits, minutes, clock, out)

    def decorate(test: Test) -> Test:
        if "siak" not in inspect.signature(test).parameters:
            how = "Take it as an argument, and let your client call siak.url."
            raise UserError("a hunted test needs the fixture `siak`.", test.__qualname__, how)

        @wraps(test)
        def hunted(*args: Any, **given: Any) -> None:
            __tracebackhide__ = True
            _TestHunt(options, partial(test, *args, **given), given["siak"]).run()

        return hunted  # type: ignore[return-value]

    return decorate


@dataclass(slots=True)
class _TestHunt:
    """One hunt in one test's world."""

    options: HuntOptions
    test: Callable[[], None]
    siak: SiakWorld
    raised: BaseException | None = None
    """What the test raised when it failed last."""
    ends: float = field(init=False, default=inf)

    def run(self) -> None:
        """Hunt; raise what the test raises without faults, HuntFailed for what broke it."""
        __tracebackhide__ = True
        source = self.siak.source
        base = source.get("text") or data.scenario_text(source["scenario"])
        if self.options.minutes is not None:
            self.ends = monotonic() + self.options.minutes * 60
        client = self.options.client
        play = partial(self._play, base, terms_of(client, self.siak.folder) if client else None)
        found = search(play, self.options.limits, lambda found, step: None)
        if found.fails_already:
            self._fails_already(found)
        if found.in_vain and not found.stopped:
            raise HuntFailed(f"this hunt proves nothing: {found.in_vain}")
        lines = [line for broken in found.broken for line in self._kept(base, broken)]
        lines += [*covered(found), *too_small(found, self.options.limits.budget)]
        if found.stopped:
            lines.append(f"ended early: {found.stopped}; what was found is kept")
        text = "\n".join(lines)
        if found.broken and found.stopped != INTERRUPTED:
            raise HuntFailed(f"the hunt broke this test\n{text}") from self.raised
        print(text)
        if found.stopped == INTERRUPTED:
            raise KeyboardInterrupt

    def _fails_already(self, found: Hunted) -> None:
        __tracebackhide__ = True
        if self.raised is not None:
            raise self.raised
        told = "\n".join(f"  {f.rule}: {one_line(f.told)}" for f in found.base.failures)
        raise HuntFailed(f"the client breaks rules without any fault:\n{told}")

    def _play(
        self, base: str, terms: ClientTerms | None, schedules: Sequence[Schedule]
    ) -> list[Try]:
        return [self._one(base, terms, schedule) for schedule in schedules]

    def _one(self, base: str, terms: ClientTerms | None, schedule: Schedule) -> Try:
        if monotonic() >= self.ends:
            raise Stopped("the time is up")
        text = scenario_with(base, schedule.faults())
        try:
            load(text, "hunt.yaml", operations=known_operations())
        except ScenarioErrors:
            if not schedule:
                raise
            return Try(schedule, Schedule())  # no room beside the day's own faults
        self.siak.scenario(text, clock=self.options.clock)
        failures = list(self._failures())
        history = read_history(self.siak.journal)
        day = datetime.now(WIB).date()
        verdict = judge(history, terms, day) if terms else None
        return judged(schedule, history, verdict, known_operations(), failures=failures)

    def _failures(self) -> Iterator[Failure]:
        """Run the test; yield how it failed."""
        try:
            self.test()
        except NotPassed as failed:
            if failed.verdict.value == "FAIL":  # else a strike had nothing to strike: no failure
                self.raised = failed
                for finding in failed.verdict.findings[:1]:
                    yield Failure(finding.rule, "", finding.text)
        except (Exception, pytest.fail.Exception) as failed:
            if isinstance(failed, pytest.skip.Exception):
                raise
            self.raised = failed
            first = str(failed).partition("\n")[0]
            yield Failure(TEST, type(failed).__name__, f"{type(failed).__name__}: {first}")

    def _kept(self, base: str, broken: Broken) -> Iterator[str]:
        """Save a found schedule, and tell of it."""
        folder, clock = self.siak.folder / self.options.out, self.options.clock
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stem = name_of(_scenario_of(base), broken)
            name = unused(stem, lambda name: (folder / f"{name}.yaml").exists())
            file = folder / f"{name}.yaml"
            shown = file.relative_to(self.siak.folder)
            again = f'@pytest.mark.siak_scenario("{shown.as_posix()}", clock="{clock}")'
            seed = int(self.siak.journal[0]["seed"])
            file.write_text(saved(base, name, broken, seed, again), encoding="utf-8")
        except OSError as error:
            raise UserError(f"nothing can be saved here: {error.strerror}.", str(folder)) from error
        yield from failure_lines(broken, shown)
        yield f"  play it again: {again} in the place of @siaksim.hunt"


def _scenario_of(base: str) -> str:
    return load(base, "hunt.yaml", operations=known_operations()).name
