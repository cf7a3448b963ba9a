"""Wakes running worlds when something is due (mails, actors), and drops idle worlds."""

from __future__ import annotations

import sys
import traceback

from siaksim.edges.repeating import Repeating
from siaksim.world import World
from siaksim.worlds import Worlds

STEP_S = 0.25
"""Wall seconds between two looks at the worlds' agendas; a call settles its world anyway."""


class Timekeeper(Repeating):
    """One greenlet for all worlds."""

    step_s = STEP_S

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def step(self) -> None:
        """Look after each world once."""
        for name in self._worlds.names():
            world = self._worlds.get(name)
            if world is None or world.clock.stepped:
                continue
            try:
                _look_after(world)
            except Exception:
                world.counters.internal_errors += 1
                traceback.print_exc(file=sys.stderr)
        self._worlds.drop_idle()


def _look_after(world: World) -> None:
    for centre in world.centres:  # little by little, so that no call finds it far behind
        centre.now()
    due = world.agenda.next_due()
    if due is not None and due <= world.clock.now():
        world.settle()
