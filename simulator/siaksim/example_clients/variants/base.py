"""What a variant is: manners that break one rule and no other, and its limit from both sides."""

from __future__ import annotations

from dataclasses import dataclass

from siaksim.example_clients.manners import Manners


@dataclass(frozen=True, slots=True)
class Variant:
    """Clients for one rule; `scenarios` are names of shipped ones or YAML texts made by `scene`.

    Each of the scenarios provokes the careless client's breach in each of the kinds; in the first
    one the limit shows, too. `shows` are the operations whose calls a finding may point at; none:
    it points at no call.
    """

    rule: str
    careless: Manners
    """Breaks this rule, and no other but those that it implies."""
    near_miss: Manners
    """Just keeps it."""
    just_past: Manners
    """Just breaks it."""
    scenarios: tuple[str, ...]
    shows: frozenset[str]
    kinds: tuple[str, ...] = ("counter",)
    instances: int = 1
    residents: int | None = None

    @property
    def key(self) -> str:
        """A name that tells it from other variants of the same rule."""
        return f"{self.rule}[{'+'.join(self.kinds)}]"


def scene(
    name: str,
    *faults: str,
    begin: str = "09:00",
    until: str = "09:40",
    residents: int = 8,
    shorten: float = 20,
    settings: str = "mail_delay: 8s",
    between: tuple[str, str] = ("08:00", "17:00"),
) -> str:
    """Return a small scenario of faults between two times, for what no shipped one provokes."""
    lines = "".join(f"      - {{{fault}}}\n" for fault in faults)
    stage = f'timeline:\n  - at: "{between[0]}"\n    until: "{between[1]}"\n    faults:\n{lines}'
    return (
        f"scenario: {name}\n"
        "story: A day that puts one rule to the test.\n"
        "seed: 11\n"
        "clock: {start: 2024-07-11T08:00}\n"
        f"settings: {{{settings}}}\n"
        + (stage if faults else "")
        + f'check: {{from: "{begin}", until: "{until}", residents: {residents}, '
        f"shorten: {shorten:g}}}\n"
    )
