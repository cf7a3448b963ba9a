"""Kinds of client before a centre that stands still, as manners of the example clients.

The seven kinds of docs/capacity.md, whom `background` plays by the thousand (core/manners); here
each is one client under test. All of them give a call five seconds, and differ in how they repeat
it. `KEEPERS` let a storm end, `FEEDERS` keep it up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from siaksim.example_clients.manners import GOOD, Manners

_EAGER = replace(GOOD, deadline_s=5.0, budget=None, breaker=None)

KEEPERS: Mapping[str, Manners] = {
    "no_retry": replace(GOOD, deadline_s=5.0, tries=1),
    "budget": replace(GOOD, deadline_s=5.0, tries=6, backoff_s=1.0, floor_s=0.2),
}
"""One call and no more; full jitter and a budget (with the breaker that good clients have)."""

FEEDERS: Mapping[str, Manners] = {
    "immediate": replace(_EAGER, tries=4, backoff_s=0.0, floor_s=0.0),
    "exponential": replace(_EAGER, tries=6, backoff_s=1.0, jitter=0.0),
    "jitter": replace(_EAGER, tries=6, backoff_s=1.0),
    "staff": replace(_EAGER, tries=15, backoff_s=8.0, growth=1.0, floor_s=2.0, pause_s=8.0),
    "hammer": replace(
        _EAGER, tries=1000, backoff_s=1.0, growth=1.0, floor_s=1.0, jitter=0.0, pause_s=1.0
    ),
}
"""Repeat at once, or with pauses, drawn or not, but far more than one call in ten."""
