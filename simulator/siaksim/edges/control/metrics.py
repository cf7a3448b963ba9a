"""Counters of a world in Prometheus' text format, written by hand.

Labels are kinds and lanes only: never a NIK, a session or anything else that names a person.
"""

from __future__ import annotations

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
    return "".join(parts)


def _metric(name: str, kind: str, help_text: str, samples: list[tuple[str, float]]) -> str:
    lines = [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]
    lines += [
        f"{name}{{{labels}}} {value}" if labels else f"{name} {value}" for labels, value in samples
    ]
    return "\n".join(lines) + "\n"
