"""Something that a server does again and again beside its calls, in a greenlet of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod

import gevent


class Repeating(ABC):
    """Runs `step` every `step_s` wall seconds, from `start` to `stop`.

    What goes wrong in a step is the step's own to take: an error that gets out ends the loop.
    """

    step_s: float
    _greenlet: gevent.Greenlet[[], None] | None = None

    def start(self) -> None:
        """Begin."""
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        """Stop at once."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _run(self) -> None:
        while True:
            gevent.sleep(self.step_s)
            self.step()

    @abstractmethod
    def step(self) -> None:
        """Do it once."""
