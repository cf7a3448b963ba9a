"""What a verdict says of the system beside the client: did it come back, who kept it down. PURE."""

from __future__ import annotations

from collections.abc import Iterator

from siaksim.verdict.added import Added, added
from siaksim.verdict.history import History
from siaksim.verdict.system import Recovery
from siaksim.verdict.words import Words, words


def system_words(history: History) -> tuple[Words, ...]:
    """Return what is told: nothing where no call met a finite centre's queue and none stalled."""
    client = added(history)
    if client is None:
        return ()
    said = (text for found in last_told(history) for text in _recovery(found))
    return (*said, own(client))


def last_told(history: History) -> tuple[Recovery, ...]:
    """Return what was told last of each stall of each service."""
    return tuple({(found.service, found.stall): found for found in history.recoveries}.values())


def _recovery(found: Recovery) -> Iterator[Words]:
    if found.recovered and found.in_time:
        message = (
            "{service} was back {after:.0f} s after its stall, within {limit:.0f} s (others: "
            "{others:.1f} calls each)"
        )
    elif found.recovered:
        message = (
            "{service} was back only {after:.0f} s after its stall, later than {limit:.0f} s "
            "(others: {others:.1f} calls each)"
        )
    else:
        message = (
            "{service} was not back {after:.0f} s after its stall; {limit:.0f} s are its limit "
            "(others: {others:.1f} calls each)"
        )
    yield words(
        message,
        service=found.service,
        after=found.after_s,
        limit=found.limit_s,
        others=found.amplification,
    )
    if not found.compared:
        return
    if found.with_budget_s is None:
        message = (
            "a retry budget of 10% at every client would not bring it back within {limit:.0f} s"
        )
        yield words(message, limit=found.limit_s)
        return
    message = "with a retry budget of 10% at every client it would be back after {after:.0f} s"
    yield words(message, after=found.with_budget_s)


def own(client: Added) -> Words:
    """Return what the client under test did: its calls for each first attempt, and the excess."""
    services = ", ".join(client.services)
    if not client.calls:
        return words("the client did not call {services}", services=services)
    message = (
        "the client made {calls} calls to {services} for {first} first attempts ({ratio:.1f} "
        "times); a retry budget of 10% would have spared {spared}"
    )
    return words(
        message,
        calls=client.calls,
        services=services,
        first=client.first,
        ratio=client.amplification,
        spared=client.spared,
    )
