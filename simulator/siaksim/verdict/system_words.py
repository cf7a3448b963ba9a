"""What a verdict says of the system beside the client: did it come back, who kept it down. PURE."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from siaksim.verdict.added import Added, added
from siaksim.verdict.base import Ruling
from siaksim.verdict.history import History
from siaksim.verdict.system import Recovery
from siaksim.verdict.words import Words, words

FEEDING = (
    "circuit_breaker",
    "no_herd_on_recovery",
    "retry_after_obeyed",
    "retry_budget",
    "retry_limit",
    "retry_spacing",
)
"""Rules whose breach puts more calls before a centre than there are things to be done."""


def system_words(history: History, rulings: Sequence[Ruling] = ()) -> tuple[Words, ...]:
    """Return what is told: nothing where no call met a finite centre's queue and none stalled."""
    client = added(history)
    if client is None:
        return ()
    said = [text for found in _met(history, client) for text in _recovery(found)]
    if not said:
        said += _too_early(history)
    return (*said, own(client), *_fed(rulings))


def last_told(history: History) -> tuple[Recovery, ...]:
    """Return what was told last of each stall of each service."""
    return tuple({(found.service, found.stall): found for found in history.recoveries}.values())


def broken(rulings: Sequence[Ruling]) -> tuple[str, ...]:
    """Return the rules by whose breach a client fed a queue."""
    return tuple(r.rule for r in rulings if r.rule in FEEDING and r.value == "FAIL")


def _met(history: History, client: Added) -> list[Recovery]:
    """Return what became of the services that the client called; of all, if it called none."""
    found = last_told(history)
    return [each for each in found if each.service in client.services] or list(found)


def _recovery(found: Recovery) -> Iterator[Words]:
    if found.in_time:
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


def _too_early(history: History) -> Iterator[Words]:
    """Yield that a run ended too soon after a stall to say what became of it."""
    ends = [w.ended_s for w in history.windows if w.kind == "stall" and w.ended_s is not None]
    if ends:
        message = "the run ended {after:.0f} s after a stall: too early to say that all was well"
        yield words(message, after=max(0.0, history.until_s - max(ends)))


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


def _fed(rulings: Sequence[Ruling]) -> Iterator[Words]:
    """Yield whether the client fed the queue, where rules that tell it were put to the test."""
    kept = [r.rule for r in rulings if r.rule in FEEDING and r.value == "PASS" and r.exercised]
    if broke := broken(rulings):
        yield words("so it fed the queue: it broke {rules}", rules=", ".join(broke))
    elif kept:
        yield words("so it did not feed the queue: it kept {rules}", rules=", ".join(kept))
