"""Counters of a world in Prometheus' text format, written by hand.

Labels are kinds and lanes only: never a NIK, a session or anything else that names a person.
"""

from __future__ import annotations

from collections.abc import Iterator

from siaksim.world import World


def metrics_text(world: World, worlds: int) -> str:
    """Return the metrics of one world, and how many worlds there are."""
    counters = world.counters
    lanes = [("hot", counters.hot_lane), ("other", counters.other_lane)]
    lanes.append(("actor", counters.actors))
    faults = sorted(counters.faults.items())
    parts = [
        _metric(
            "siaksim_requests_total",
            "counter",
            "Requests for mocked operations, by the server's lane, or an actor's.",
            [(f'lane="{lane}"', count) for lane, count in lanes],
        ),
        _metric(
            "siaksim_internal_errors_total",
            "counter",
            "siaksim's own failures; they are never injected faults.",
            [("", counters.internal_errors)],
        ),
        _metric("siaksim_open_calls", "gauge", "Calls not ended.", [("", counters.open_calls)]),
        _metric(
            "siaksim_faults_injected_total",
            "counter",
            "Faults injected, by kind.",
            [(f'kind="{kind}"', count) for kind, count in faults],
        ),
        _metric(
            "siaksim_ledger_entries",
            "gauge",
            "Registry changes.",
            [("", len(world.ledger.entries))],
        ),
        _metric("siaksim_mails", "gauge", "Mails delivered.", [("", len(world.post))]),
        _metric("siaksim_worlds", "gauge", "Worlds of this server.", [("", worlds)]),
        _metric(
            "siaksim_office_time_seconds",
            "gauge",
            "Office time of the world as POSIX seconds.",
            [("", round(world.clock.now(), 3))],
        ),
    ]
    return "".join([*parts, *_centres(world)])


def _centres(world: World) -> Iterator[str]:
    """Yield the metrics of finite centres; their label is the service."""
    if not world.centres:
        return
    found = [(f'service="{c.terms.service}"', c, c.standing()) for c in world.centres]
    whole = [(label, c.tally.whole()) for label, c, _ in found]
    gauges: dict[str, tuple[str, list[tuple[str, float]]]] = {
        "queue": ("Calls that wait for a server.", [(n, s.waiting) for n, _, s in found]),
        "busy_servers": ("Servers that work.", [(n, s.busy) for n, _, s in found]),
        "servers": ("Servers.", [(n, c.terms.servers) for n, c, _ in found]),
        "speed": ("The part of their speed they have.", [(n, s.speed) for n, _, s in found]),
        "wasted_share": (
            "Of the work of the last minute, what was for nobody.",
            [(n, round(s.wasted_share, 4)) for n, _, s in found],
        ),
        "offered_people_per_second": (
            "People of the other offices.",
            [(n, round(s.offered, 3)) for n, _, s in found],
        ),
        "goodput_per_second": (
            "Their calls answered in time.",
            [(n, round(s.goodput, 3)) for n, _, s in found],
        ),
        "amplification": (
            "Their calls a person, in the last minute.",
            [(n, round(s.amplification, 3)) for n, _, s in found],
        ),
        "recovered": (
            "1: people are served in time since the last stall; 0: not; -1: cannot be said.",
            [(n, -1 if s.recovered is None else int(s.recovered)) for n, _, s in found],
        ),
    }
    for name, (help_text, samples) in gauges.items():
        yield _metric(f"siaksim_capacity_{name}", "gauge", help_text, samples)
    ends = [
        (f'{label},who="{who}",end="{end}"', getattr(row, end))
        for (label, others), (_, c, _) in zip(whole, found, strict=True)
        for who, row in (("others", others), ("clients", c.own))
        for end in ("refused", "served", "wasted")
    ]
    yield _metric(
        "siaksim_capacity_calls_total",
        "counter",
        "Calls before a finite centre by their end: the other offices' and clients'.",
        ends,
    )


def _metric(name: str, kind: str, help_text: str, samples: list[tuple[str, float]]) -> str:
    lines = [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
    lines += [
        f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in samples
    ]
    return "\n".join(lines) + "\n"
