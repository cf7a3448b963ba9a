"""All worlds of one server, by name: made, found, reset, dropped when idle.

May not import edges: the journal's sink and the wall clock are given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from siaksim import data
from siaksim.core.clock import Clock, Mode, office_date, office_text
from siaksim.errors import UserError
from siaksim.journal import fingerprint as fingerprints
from siaksim.journal.journal import Journal, Sink, set_aside
from siaksim.journal.journal import read as read_journal
from siaksim.ledger.ledger import Ledger
from siaksim.ledger.store import FileStore
from siaksim.scenario.build import ReadFile, Scenario, load
from siaksim.world import World, last_serial

DEFAULT = "default"
IDLE_S = 3600.0
"""Wall seconds without a call after which a world other than the default one is dropped."""
WORLDS_MAX = 5000
"""Worlds that one server holds: a client that never deletes its own must not fill the memory."""

_KEPT = ("seed", "mode", "speed", "shorten", "text")
_NAME = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a world was made from; a reset makes it again from this."""

    scenario: Scenario
    seed: int | None = None
    mode: Mode = "real"
    speed: float = 1.0
    shorten: float = 1.0
    play: frozenset[str] = frozenset()
    text: str = ""


class Worlds:
    """The worlds of one server. `get` only looks; `find` also notes that a client was here."""

    def __init__(
        self,
        ticks: Callable[[], float],
        journal_dir: Path | None = None,
        state_dir: Path | None = None,
        *,
        open_sink: Callable[[Path], Sink] | None = None,
        operations: Collection[str] | None = None,
        idle_s: float = IDLE_S,
    ) -> None:
        """`ticks` gives monotonic wall seconds; `open_sink` opens journal files in `journal_dir`.

        `operations` are the names that a scenario's targets may hit (None: any).
        """
        if journal_dir is not None and open_sink is None:
            raise ValueError("journal_dir needs open_sink")
        self._ticks = ticks
        self._journal_dir = journal_dir
        self._state_dir = state_dir
        self._open_sink = open_sink
        self.operations = operations
        self.idle_s = idle_s
        self._worlds: dict[str, World] = {}
        self._recipes: dict[str, Recipe] = {}
        self._used: dict[str, float] = {}
        self._made = 0
        self.on_create: list[Callable[[World], None]] = []
        """Called with each new world, also after a reset: actors and real mail hook in here."""

    # -- scenarios -------------------------------------------------------------------------

    def scenario(self, name: str) -> Scenario:
        """Return a shipped scenario; UserError when there is none of this name."""
        return self.inline(data.scenario_text(name), f"{name}.yaml")

    def inline(self, text: str, label: str = "scenario", files: ReadFile | None = None) -> Scenario:
        """Return the scenario of a text, `files` giving what lies beside it; ScenarioErrors."""
        return load(text, label, operations=self.operations, read_file=files)

    # -- making and finding ----------------------------------------------------------------

    def create(
        self,
        name: str | None,
        scenario: Scenario,
        seed: int | None = None,
        mode: Mode = "real",
        speed: float = 1.0,
        shorten: float = 1.0,
        play: frozenset[str] = frozenset(),
        text: str = "",
    ) -> World:
        """Make a world (None: a free name); UserError when the name is bad or taken.

        `text` is the scenario's YAML: with a state directory, what `restore` makes it again from.
        """
        chosen = self._free_name() if name is None else name
        if not _NAME.fullmatch(chosen):
            raise UserError(
                f"{chosen[:80]!r} is no name for a world.",
                "name",
                "Use 1 to 64 of a-z, 0-9 and -.",
            )
        if chosen in self._worlds:
            raise UserError(
                f"the world {chosen!r} exists.",
                "name",
                "Choose another name, leave it out, or delete that world.",
            )
        if len(self._worlds) >= WORLDS_MAX:
            raise UserError(
                f"there are {WORLDS_MAX} worlds already.", how="Delete those that are done."
            )
        recipe = Recipe(scenario, seed, mode, speed, shorten, play, text)
        world = self._make(chosen, recipe, "created")
        self._keep_recipe(chosen, recipe)
        return world

    def _free_name(self) -> str:
        while True:
            self._made += 1
            name = f"w{self._made}"
            if name not in self._worlds and not self._has_state(name):
                return name

    def _make(self, name: str, recipe: Recipe, event: str) -> World:
        scenario = recipe.scenario
        ledger = self._ledger(name, recipe)
        begin = scenario.start + scenario.begin_s
        resumed = ledger.entries[-1].at if ledger.entries else begin
        running = recipe.mode in ("real", "scaled")
        clock = Clock(
            max(begin, resumed),
            recipe.mode,
            ticks=self._ticks if running else None,
            speed=recipe.speed,
            shorten=recipe.shorten,
        )
        world = World(
            name,
            scenario,
            clock,
            seed=recipe.seed,
            ledger=ledger,
            journal=Journal(),
            play=recipe.play,
        )
        world.serial = last_serial(name, (e.request for e in ledger.entries))
        # What had arrived before the restart arrives now, before anyone listens: no mail is sent
        # or journaled twice.
        world.settle()
        world.journal = Journal()
        event = "resumed" if ledger.entries else event
        self._attach_journal(world, resumed=bool(ledger.entries))
        world.journal.add(_made_line(world, recipe, event))
        self._worlds[name] = world
        self._recipes[name] = recipe
        self._used[name] = self._ticks()
        for listener in self.on_create:
            listener(world)
        return world

    def get(self, name: str) -> World | None:
        """Return the world of this name, or None."""
        return self._worlds.get(name)

    def find(self, name: str) -> World | None:
        """Return the world of this name for a client's call, which keeps it from being idle."""
        world = self._worlds.get(name)
        if world is not None:
            self._used[name] = self._ticks()
        return world

    @property
    def default(self) -> World:
        """The world that answers at `/`; UserError when it was never made."""
        world = self._worlds.get(DEFAULT)
        if world is not None:
            return world
        raise UserError("there is no default world.", how="Make one called 'default'.")

    def names(self) -> list[str]:
        """Return the names of all worlds, in the order they were made."""
        return list(self._worlds)

    def recipe(self, name: str) -> Recipe:
        """Return what a world was made from; UserError when there is no such world."""
        self._known(name)
        return self._recipes[name]

    def _known(self, name: str) -> World:
        world = self._worlds.get(name)
        if world is None:
            raise UserError(
                f"there is no world {name[:64]!r}.", how="GET /__admin/worlds lists them."
            )
        return world

    # -- changing --------------------------------------------------------------------------

    def reset(self, name: str) -> World:
        """Make a world anew from what it was made from: no entries, mails or lines are left."""
        was = self._known(name)
        recipe = self._recipes[name]
        self._drop(name, forget=True)
        world = self._make(name, recipe, "reset")
        self._keep_recipe(name, recipe)
        for listener in was.on_reset:
            listener(world, recipe.text)
        return world

    def change_scenario(
        self, name: str, scenario: Scenario, text: str = "", day: date | None = None
    ) -> World:
        """Give a world other faults and settings from now on; its people and clock stay.

        The scenario's first day is `day` (None: today); a reset begins on the world's first day.
        UserError when the scenario's population is another: that would change the people.
        """
        world = self._known(name)
        if scenario.population_settings != world.scenario.population_settings:
            raise UserError(
                f"{scenario.name!r} has another population than this world.",
                "population",
                "Make a new world with it: POST /__admin/worlds.",
            )
        world.take_scenario(scenario.shifted(day or world.today()))
        recipe = self._recipes[name]
        begun = scenario.shifted(office_date(recipe.scenario.start).date())
        self._recipes[name] = replace(recipe, scenario=begun, text=text)
        if world.recorder is not None:
            world.recorder.scenario(world, text)
        now = world.clock.now()
        line = {"kind": "world", "at": office_text(now), "event": "scenario", "world": name}
        world.journal.add({**line, "scenario": scenario.name, **world.plan.told(now)})
        return world

    def delete(self, name: str) -> None:
        """Delete a world with its ledger file; UserError for an unknown one and the default."""
        self._known(name)
        if name == DEFAULT:
            raise UserError(
                "the default world cannot be deleted.", how="POST /__admin/reset empties it."
            )
        self._drop(name, forget=True)

    def drop_idle(self, now_wall_s: float | None = None, idle_s: float | None = None) -> list[str]:
        """Drop worlds that no client has called for `idle_s` wall seconds; return their names.

        The default world stays, and so does one with a call still open. A dropped world's ledger
        file stays, so that the same world made again resumes from it.
        """
        now = self._ticks() if now_wall_s is None else now_wall_s
        limit = self.idle_s if idle_s is None else idle_s
        idle = [
            name
            for name, used in self._used.items()
            if now - used >= limit
            and name != DEFAULT
            and self._worlds[name].counters.open_calls == 0
        ]
        for name in idle:
            self._drop(name, forget=False)
        return idle

    def _drop(self, name: str, *, forget: bool) -> None:
        world = self._worlds.pop(name)
        del self._recipes[name], self._used[name]
        world.close()
        if forget and self._state_dir is not None:
            self._state_path(name).unlink(missing_ok=True)
            self._recipe_path(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Close every world's files; a server that stops calls this last."""
        for world in self._worlds.values():
            world.close()
        self._worlds.clear()
        self._recipes.clear()
        self._used.clear()

    # -- files -----------------------------------------------------------------------------

    def _state_path(self, name: str) -> Path:
        assert self._state_dir is not None
        return self._state_dir / f"{name}.ledger.jsonl"

    def _has_state(self, name: str) -> bool:
        return self._state_dir is not None and self._state_path(name).exists()

    def _recipe_path(self, name: str) -> Path:
        assert self._state_dir is not None
        return self._state_dir / f"{name}.world.json"

    def _keep_recipe(self, name: str, recipe: Recipe) -> None:
        if self._state_dir is None or not recipe.text:
            return
        kept = {field: getattr(recipe, field) for field in _KEPT}
        kept |= {"start": recipe.scenario.start, "begin": recipe.scenario.begin_s}
        kept["traces"] = dict(recipe.scenario.traces)
        kept["play"] = sorted(recipe.play)
        descriptor = os.open(self._recipe_path(name), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(orjson.dumps(kept))

    def restore(self) -> list[str]:
        """Make the worlds again whose files lie in the state directory; return their names.

        A world comes back with the scenario that it was made with, not with a later change.
        """
        if self._state_dir is None:
            return []
        names = []
        for path in sorted(self._state_dir.glob("*.world.json")):
            name = path.name.removesuffix(".world.json")
            if name in self._worlds or not _NAME.fullmatch(name):
                continue
            try:
                kept = orjson.loads(path.read_bytes())
                given = {field: kept[field] for field in _KEPT}
                play, day = frozenset(kept["play"]), office_date(kept["start"]).date()
                begin_s = float(kept.get("begin", 0.0))
            except (ValueError, KeyError, TypeError) as error:
                raise UserError(
                    "this file does not describe a world.", str(path), "Delete or mend it."
                ) from error
            scenario = self.inline(given["text"], str(path), kept.get("traces", {}).__getitem__)
            recipe = Recipe(scenario.shifted(day).beginning(begin_s), **given, play=play)
            self._make(name, recipe, "created")
            names.append(name)
        return names

    def _ledger(self, name: str, recipe: Recipe) -> Ledger:
        scenario = recipe.scenario
        seed = scenario.seed if recipe.seed is None else recipe.seed
        if self._state_dir is None:
            return Ledger(seed)
        identity = {
            "world": name,
            "seed": seed,
            "scenario": scenario.name,
            "population": scenario.population_settings.identity(),
        }
        return Ledger(seed, FileStore(self._state_path(name), identity))

    def _attach_journal(self, world: World, *, resumed: bool) -> None:
        if self._journal_dir is None or self._open_sink is None:
            return
        path = self._journal_dir / f"{world.name}.jsonl"
        count = 0
        if path.exists():
            if resumed:  # one life of the world goes on: so do its numbers
                for line in read_journal(path.read_bytes()):
                    count = max(count, int(line.get("n", 0)))
                    world.serial = max(world.serial, last_serial(world.name, [line.get("id", "")]))
            else:  # another life: one file holds one
                set_aside(path)
        world.journal = Journal(self._open_sink(path))
        world.journal.count = count


def _made_line(world: World, recipe: Recipe, event: str) -> dict[str, Any]:
    """Return the journal line that says how to make this world again."""
    begin = recipe.scenario.start + recipe.scenario.begin_s
    return {
        "kind": "world",
        "at": office_text(world.clock.now()),
        "event": event,
        "world": world.name,
        "scenario": recipe.scenario.name,
        "seed": world.seed,
        "clock": recipe.mode,
        "speed": recipe.speed,
        "shorten": recipe.shorten,
        "date": f"{office_date(begin):%Y-%m-%d}" if recipe.scenario.moved_days else "",
        "from": f"{office_date(begin):%H:%M}" if recipe.scenario.begin_s else "",
        "play": sorted(recipe.play),
        **world.plan.told(world.clock.now()),
    }


def world_fingerprint(world: World) -> str:
    """Return the fingerprint of what a world's journal still holds in memory."""
    return fingerprints.fingerprint(world.journal.lines)
