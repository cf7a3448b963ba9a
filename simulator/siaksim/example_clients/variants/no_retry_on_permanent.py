"""no_retry_on_permanent: a no for good is not asked again, but a minute later it is a new try."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

AGAIN = replace(GOOD, repeats_refusals=1)
REFUSED = "kind: error, status: 403"


def _of(kind: str, scenes: dict[str, tuple[str, str]], *shows: str) -> Variant:
    """Return the variant of a kind; `scenes` are (operation, what half of its calls meet)."""
    return Variant(
        "no_retry_on_permanent",
        kinds=(kind,),
        careless=replace(GOOD, repeats_refusals=3),
        near_miss=replace(AGAIN, refusal_wait_s=60.5),
        just_past=replace(AGAIN, refusal_wait_s=59.5),
        scenarios=tuple(
            scene(name, f"target: {target}, {met}, share: 50%", until="10:00", shorten=5)
            for name, (target, met) in scenes.items()
        ),
        shows=frozenset(shows),
    )


VARIANTS = (
    _of(
        "counter",
        {
            "scans-refused": ("siak.scan_qr", REFUSED),
            "searches-refused": ("siak.search", REFUSED),
        },
        "siak.search",
        "siak.scan_qr",
    ),
    _of(
        "kiosk",
        {
            "registered-twice": ("ikd.register", "kind: duplicate_record"),
            "registers-refused": ("ikd.register", REFUSED),
        },
        "ikd.register",
    ),
    _of(
        "field_kit",
        {
            "batches-refused": ("siak.sync", REFUSED),
            "people-refused": ("siak.search", REFUSED),
        },
        "siak.search",
        "siak.sync",
    ),
)
