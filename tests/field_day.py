"""A kit's day in the field: it records offline, keeps a queue, and sends it in small batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from siaksim.core import chance
from siaksim.core.clock import office_text
from siaksim.example_clients.calling import Unreachable
from siaksim.example_clients.officer import Officer
from siaksim.media.recordings import recording
from siaksim.population.country import Resident
from siaksim.world import World

HOUR = 3600.0
BATCH = 5
CAPTURES_FROM, CAPTURES_UNTIL = 8.0, 10.0 + 50 / 60


class FieldDay:
    """A kit that records people offline and sends the recordings later; `known` has results."""

    def __init__(self, world: World, officer: Officer, sleep: Callable[[float], None]) -> None:
        self.world, self.officer, self._sleep = world, officer, sleep
        self.queue: list[dict[str, Any]] = []
        self.known: dict[str, Mapping[str, Any]] = {}
        self.sent = 0

    def people(self, count: int) -> list[Resident]:
        """Return adults who were never recorded."""
        world = self.world
        return world.country.find(
            today=world.today(), ages=(17, 60), status="never_recorded", limit=count
        )

    def captures(self, count: int, until: float) -> None:
        """Record people evenly from eight until an hour of the day, without a call."""
        for number, person in enumerate(self.people(count)):
            key = chance.bits(self.world.seed, "face", person.nik)
            item = {
                "kind": "enrolment",
                "client_ref": f"field-{number}",
                "captured_at": office_text(self.world.clock.now()),
                "enrolment": {"nik": person.nik, **recording(key, key)},
            }
            self.queue.append(item)
            self._sleep((until - CAPTURES_FROM) * HOUR / count)

    def sends(self, pause_s: float) -> None:
        """Send the queue in small batches until the result of each item is known."""
        while waiting := [i for i in self.queue if i["client_ref"] not in self.known]:
            body = {"device_id": "kit-1", "items": waiting[:BATCH]}
            self.sent += 1
            try:
                reply = self.officer.call("POST", "/siak/v1/sync/batches", body)
            except Unreachable as away:
                self._sleep(max(away.after_s, 60.0))
                continue
            for result in reply.data.get("results", ()):
                self.known[result["client_ref"]] = result
            self._sleep(pause_s)
