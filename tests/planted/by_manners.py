"""Bugs that are one field of the example clients' manners."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD, Manners

from planted.bug import Bug, by_manners


def _bug(name: str, told: str, kind: str, rules: set[str], manners: Manners) -> Bug:
    return Bug(name, told, kind, frozenset(rules), by_manners(kind, manners), by_manners(kind))


BUGS = (
    _bug(
        "double-activation",
        "begins anew when the activation's answer is lost, and activates twice",
        "kiosk",
        {"no_double_activation"},
        replace(GOOD, registers_anew="always"),
    ),
    _bug(
        "stale-status",
        "registers a second time when a lagging status does not show the activation",
        "kiosk",
        {"no_double_activation"},
        replace(GOOD, registers_anew="unless_done"),
    ),
    _bug(
        "endless-polling",
        "asks every two seconds how an activation stands, and never more slowly",
        "counter",
        {"polling_interval"},
        replace(GOOD, polls_s=(2.0,)),
    ),
    _bug(
        "permanent-error",
        "sends again what was refused for good",
        "counter",
        {"no_retry_on_permanent"},
        replace(GOOD, repeats_refusals=2),
    ),
    _bug(
        "trusts-200",
        "takes an error page for an answer because it came with 200",
        "kiosk",
        {"content_type_checked"},
        replace(GOOD, checks_type=False),
    ),
)
