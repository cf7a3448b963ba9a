"""What a verdict says of the system beside the client: did it come back, who kept it down. PURE."""

from __future__ import annotations

from collections.abc import Iterator

from siaksim.verdict.history import History
from siaksim.verdict.system import Recovery
from siaksim.verdict.words import Words, words

BUDGET = 0.1
"""Retries that a budget allows, as a part of first calls (Google's SRE book, chapter 21)."""


def system_words(history: History) -> tuple[Words, ...]:
    """Return what is told: nothing where no call met a finite centre's queue and none stalled."""
    queued = any(hit.kind == "capacity" for call in history.judged for hit in call.hits)
    if not history.recoveries and not queued:
        return ()
    return (*_recoveries(history), own(history))


def _recoveries(history: History) -> Iterator[Words]:
    last = {(found.service, found.stall): found for found in history.recoveries}
    for found in last.values():
        service, after, others = found.service, found.after_s, found.amplification
        if found.recovered and after <= found.limit_s:
            yield words(
                "{service} was back {after:.0f} s after its stall "
                "(others: {others:.1f} calls each)",
                service=service,
                after=after,
                others=others,
            )
        elif found.recovered:
            yield words(
                "{service} was back only {after:.0f} s after its stall, late "
                "(others: {others:.1f} calls each)",
                service=service,
                after=after,
                others=others,
            )
        else:
            yield words(
                "{service} was not back {after:.0f} s after its stall (others: {others:.1f} calls "
                "each)",
                service=service,
                after=after,
                others=others,
            )
        yield from _with_budget(found)


def _with_budget(found: Recovery) -> Iterator[Words]:
    if not found.compared:
        return
    if found.with_budget_s is None:
        yield words("a retry budget of 10% at every client would not have brought it back by then")
        return
    yield words(
        "with a retry budget of 10% at every client it would have been back after {after:.0f} s",
        after=found.with_budget_s,
    )


def own(history: History) -> Words:
    """Return what the client under test did: its calls for each first attempt, and the excess."""
    calls = len(history.judged)
    repeated = sum(before.failed for chain in history.chains() for before in chain[:-1])
    first = calls - repeated
    spared = max(0, repeated - int(BUDGET * first))
    return words(
        "the client made {calls} calls for {first} first attempts ({ratio:.1f} times); "
        "a retry budget of 10% would have spared {spared}",
        calls=calls,
        first=first,
        ratio=calls / first if first else 0.0,
        spared=spared,
    )
