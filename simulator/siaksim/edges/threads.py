"""Calls that compute for long run in gevent's threadpool, so that other calls go on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gevent

from siaksim.services.base import Answer, Call, OperationFunction

if TYPE_CHECKING:
    from siaksim.world import World


def threaded(operation: OperationFunction, slow: Callable[[Call], bool]) -> OperationFunction:
    """Return an operation that runs in a thread when `slow` holds of its call.

    Its changes are still committed by who called, as any operation's are.
    """

    def run(call: Call, world: World) -> Answer:
        if not slow(call):
            return operation(call, world)
        answer: Answer = gevent.get_hub().threadpool.apply(operation, (call, world))
        return answer

    run.__doc__ = operation.__doc__
    return run


def prepared(
    operation: OperationFunction, prepare: Callable[[Call, World], Any]
) -> OperationFunction:
    """Return an operation that finds in `call.prepared` what a thread has computed before it.

    `prepare` reads what never changes; the operation itself runs undisturbed by other calls.
    """

    def run(call: Call, world: World) -> Answer:
        found = gevent.get_hub().threadpool.apply(prepare, (call, world))
        return operation(replace(call, prepared=found), world)

    run.__doc__ = operation.__doc__
    return run
