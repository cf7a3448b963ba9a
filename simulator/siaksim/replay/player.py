"""Injects the decisions of a recorded run again, whatever the plan of today would say."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from siaksim.core.clock import Mode, office_text
from siaksim.core.effects import Effect
from siaksim.core.facts import Facts
from siaksim.core.plan import Decision
from siaksim.errors import UserError
from siaksim.happenings import happen_again
from siaksim.replay.recorder import key_of
from siaksim.replay.runfile import Changed, ClockPart, Key, Load, Run, beside

if TYPE_CHECKING:
    from siaksim.world import World

MOMENT_S = 0.001
"""Office seconds: times in run files are cut to it."""
EXAMPLES = 10
"""Calls that are shown of those that were unknown or not made again."""


class Replay:
    """One recorded run, and what was made of it since the world began or was reset."""

    def __init__(self, run: Run, load: Load) -> None:
        """`load` reads the scenarios that the recorded world has changed to."""
        self.run = run
        self._load = load
        self.known: set[Key] = set()
        self.unknown = 0
        self.unknown_calls: list[Key] = []
        self._changes: list[Changed] = []

    def attach(self, world: World, text: str = "") -> None:
        """Let a world that no client has called yet replay the run, from its beginning."""
        self.known.clear()
        self.unknown_calls.clear()
        self.unknown = 0
        world.replay = self
        world.on_reset.append(self.attach)
        for happened in self.run.happenings:
            happen_again(world, happened.data)
        self._changes = list(self.run.changes)
        for changed in self.run.changes:
            world.agenda.plan(changed.at + MOMENT_S, partial(self._change, world, changed.place))

    def _change(self, world: World, place: int) -> None:
        """Change the scenario as it was changed by the recording's line `place`."""
        while self._changes and self._changes[0].place <= place:
            self._take(world, self._changes.pop(0))

    def _take(self, world: World, changed: Changed) -> None:
        label = f"{self.run.name} (changed scenario)"
        scenario = self._load(changed.text, label, beside(changed.traces))
        world.take_scenario(scenario.shifted(changed.day))

    def decide(self, world: World, facts: Facts, now: float, request: str) -> Decision:
        """Return what was decided when the run was recorded; a call it lacks passes, journaled."""
        key = key_of(world, facts)
        recorded = self.run.calls.get(key)
        if recorded is not None:
            self.known.add(key)
            self._change(world, recorded.place)  # at one moment there may be calls before and after
            effects = tuple(_at(e, recorded.at, now) for e in recorded.decision.effects)
            return replace(recorded.decision, effects=effects)
        self.unknown += 1
        if len(self.unknown_calls) < EXAMPLES:
            self.unknown_calls.append(key)
        line = {"kind": "replay", "at": office_text(now), "event": "unknown_call", "id": request}
        world.journal.add(line | key.as_dict())
        return Decision.none

    def unused(self) -> list[Key]:
        """Return the recorded calls that were not made again, as they were recorded."""
        return [key for key in self.run.calls if key not in self.known]

    def as_dict(self) -> dict[str, Any]:
        """Return the tally: recorded calls made again (known), not made again, and unknown ones."""
        unused = self.unused()
        return {
            "run": self.run.name,
            "recorded_by": self.run.header.siaksim,
            "whole": not (self.run.torn or self.run.full),
            "recorded": len(self.run.calls),
            "known": len(self.known),
            "unknown": self.unknown,
            "unused": len(unused),
            "unknown_examples": [key.as_dict() for key in self.unknown_calls],
            "unused_examples": [key.as_dict() for key in unused[:EXAMPLES]],
        }

    def summary(self) -> list[str]:
        """Return the tally as lines for a terminal."""
        unused = self.unused()
        lines = [
            f"replay of {self.run.name}: {len(self.known)} of {len(self.run.calls)} recorded calls "
            f"were made again, {len(unused)} were not, and {self.unknown} calls were unknown"
        ]
        lines += [f"  unknown  {_told(key)}" for key in self.unknown_calls]
        lines += [f"  unused   {_told(key)}" for key in unused[:EXAMPLES]]
        return lines


def clock_of(recorded: ClockPart, mode: Mode | None, speed: float | None) -> ClockPart:
    """Return the clock of a replay: the recorded one, unless a mode or a speed is asked for."""
    if mode is None and speed is None:
        return recorded
    chosen = mode or ("real" if speed == 1 else "scaled")
    if speed is None:
        speed = recorded.speed if chosen == recorded.mode else 1.0
    if chosen != "scaled" and speed != 1:
        raise UserError(
            f"speed {speed:g} belongs to a scaled clock, and this one is {chosen}.",
            "--speed",
            "Leave it out, or give --clock scaled.",
        )
    return recorded.model_copy(update={"mode": chosen, "speed": speed})


def _told(key: Key) -> str:
    return f"{key.client} {key.operation} {key.subject} attempt {key.attempt}"


def _at(effect: Effect, then: float, now: float) -> Effect:
    """Return an effect of office time `then` as it is at `now`.

    What was to end at an office time still ends then; if that is over, it takes as long as it
    did: a hang stays a hang for a client that comes later than before.
    """
    until = getattr(effect, "until", None)
    if until is not None and then < until <= now:
        return replace(effect, until=now + until - then)
    retry = getattr(effect, "retry", None)
    if retry is not None and retry.until is not None and retry.until <= now:
        moved = replace(retry, until=now + max(0.0, retry.until - then))
        return replace(effect, retry=moved)
    return effect
