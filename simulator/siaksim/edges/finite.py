"""What a scenario's finite centres come to, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from siaksim.core.erlang import mean_wait, moments
from siaksim.core.terms import People, Terms
from siaksim.scenario.build import Scenario


def capacity_lines(scenario: Scenario) -> Iterator[str]:
    """Yield two lines for each finite service: what it can do, and who else uses it."""
    for terms in scenario.capacity.terms() if scenario.capacity else ():
        yield f"{terms.service}: {_servers(terms)}; {_queue(terms)}"
        if terms.people is not None:
            yield f"  others: {_others(terms, terms.people)}"


def _servers(terms: Terms) -> str:
    mean_s, _ = moments(terms.law)
    servers = f"{terms.servers} server{'s' if terms.servers != 1 else ''}"
    each = f"{1000 * mean_s:.0f} ms a call on average"
    return f"{servers} of {each}, {terms.capacity:.3g} calls a second"


def _queue(terms: Terms) -> str:
    if terms.bound is None:
        return "an unbounded queue"
    full = {"503": "a 503", "reset": "a reset", "hang": "no answer"}[terms.when_full]
    if terms.retry_after_s is not None:
        full += f" with Retry-After {terms.retry_after_s:g} s"
    return f"{terms.bound} calls may wait, then {full}"


def _others(terms: Terms, people: People) -> str:
    manners = ", ".join(
        name if share == 1.0 else f"{share:.0%} {name}" for name, share in people.manners.items()
    )
    loads = ", ".join(_load(terms, at, share, len(people.load)) for at, share in people.load)
    return f"{loads}; {manners}, time-out {people.timeout_s:g} s"


def _load(terms: Terms, at: float, share: float, many: int) -> str:
    mean_s, scv = moments(terms.law)
    people = share * terms.capacity
    wait_s = mean_wait(terms.servers, people, mean_s, scv)
    waits = "more than the servers can do" if share >= 1.0 else f"a call waits {_length(wait_s)}"
    since = f"from {int(at) // 3600:02d}:{int(at) % 3600 // 60:02d} " if many > 1 else ""
    return f"{since}{share:.0%} of that ({people:.3g} people a second: {waits})"


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1.0 else f"{1000 * seconds:.0f} ms"
