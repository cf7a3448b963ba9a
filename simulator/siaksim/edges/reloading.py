"""Hot reload: an edit of the scenario's file becomes the world's plan, unless it has mistakes.

The file and the traces beside it are looked at some times a second by their stat: that also sees
an editor's rename, and it works on folders that send no events (containers, network drives).
Reading and checking happen in a thread, so that calls go on meanwhile.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import gevent

from siaksim.core.clock import office_date, office_text
from siaksim.edges.choosing import chosen_scenario
from siaksim.edges.repeating import Repeating
from siaksim.errors import UserError
from siaksim.scenario.build import Scenario
from siaksim.worlds import Worlds

STEP_S = 0.1
"""Wall seconds between two looks at the file."""

_Stamp = tuple[int, int, int] | None


class Reloading(Repeating):
    """Keeps the default world's plan in step with a file."""

    step_s = STEP_S

    def __init__(self, file: Path, text: str, worlds: Worlds, say: Callable[[str], object]) -> None:
        """`text` is what the world was made from; `say` prints a line on the terminal."""
        self._file = file
        self._known = text, worlds.default.scenario.traces
        self._worlds = worlds
        self._say = say
        self._refused = False
        # The file may have changed since it was read: so the first looks compare its text.
        self._seen: tuple[_Stamp, ...] = ()
        self._done: tuple[_Stamp, ...] = ()

    def step(self) -> None:
        """Look once, whatever comes of it."""
        try:
            self.look()
        except Exception:
            self._worlds.default.counters.internal_errors += 1
            traceback.print_exc(file=sys.stderr)

    def look(self) -> None:
        """Look once: what two looks saw alike, and was not dealt with yet, is read."""
        _, traces = self._known
        files = (self._file, *map(self._file.parent.joinpath, traces))
        stamp = tuple(map(_stamp, files))
        settled = stamp == self._seen  # a file that is still being written changes between looks
        self._seen = stamp
        if settled and stamp != self._done:
            self._done = stamp
            self._take()

    def _take(self) -> None:
        name = str(self._file)
        try:
            found = gevent.get_hub().threadpool.apply(_read, (name,))
            if isinstance(found, UserError):
                raise found
            scenario, text = found
            if (text, scenario.traces) == self._known:
                if self._refused:
                    self._say(f"{name}: as it was before; the plan has stayed.")
                self._refused = False
                return
            world = self._worlds.default
            day = office_date(world.scenario.start).date()
            self._worlds.change_scenario(world.name, scenario, text, day)
        except UserError as error:
            self._refuse(str(error))
            return
        self._known, self._refused = (text, scenario.traces), False
        self._say(f"{name}: reloaded; {_told(len(scenario.faults))} from now on.")
        if scenario.seed != world.seed:
            self._say(f"{name}: the world keeps its seed {world.seed} until it is made anew.")

    def _refuse(self, mistakes: str) -> None:
        self._refused = True
        world = self._worlds.default
        line = {"kind": "world", "at": office_text(world.clock.now()), "event": "scenario_refused"}
        world.journal.add({**line, "world": world.name, "mistakes": mistakes.splitlines()})
        self._say(f"{mistakes}\n{self._file}: not reloaded; the plan stays as it was.")


def _read(name: str) -> tuple[Scenario, str] | UserError:
    """Return the scenario of a file, or its mistakes: what a thread raises, gevent prints."""
    try:
        return chosen_scenario(name)
    except UserError as error:
        return error


def _told(faults: int) -> str:
    return f"{faults} fault{'s' if faults != 1 else ''}"


def _stamp(file: Path) -> _Stamp:
    """Return what tells one state of a file from another; None when it is not there."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
