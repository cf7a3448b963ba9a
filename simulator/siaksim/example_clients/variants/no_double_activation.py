"""no_double_activation: who gets no answer from the page does not begin again from the start."""

from __future__ import annotations

from dataclasses import replace

from siaksim.example_clients.manners import GOOD
from siaksim.example_clients.variants.base import Variant, scene

LOST = scene("activations-lost", "target: mail.activate, kind: lost_answer, how: reset, share: 50%")
GATEWAY = scene(
    "activations-504", "target: mail.activate, kind: lost_answer, how: gateway_504, share: 50%"
)

VARIANTS = (
    Variant(
        "no_double_activation",
        kinds=("kiosk",),
        careless=replace(GOOD, registers_anew="always"),
        near_miss=replace(GOOD, registers_anew="unless_done"),
        just_past=replace(GOOD, registers_anew="always", keys="none"),
        scenarios=(LOST, GATEWAY),
        shows=frozenset({"mail.activate"}),
    ),
)
