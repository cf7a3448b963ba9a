"""A decision depends on what is asked and when, and on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.facts import NO_EVENTS, Facts
from siaksim.core.plan import Decision, FaultPlan
from siaksim.scenario.build import load

OPERATIONS = ("ikd.register", "ikd.status", "siak.search", "siak.scan_qr", "mail.activate")
TEXT = """scenario: x
story: Everything at once.
seed: 11
clock: {start: 2024-07-11T08:00}
faults:
  - {target: all, kind: latency, delay: {lognormal: {median: 350ms, p99: 2s}}}
  - {target: siak.*, kind: error, status: 503, share: 20%, client: counter}
  - {target: siak.scan_qr, kind: lost_answer, share: 30%}
  - {target: ikd.*, kind: error, status: 503, share: 30%, area: Magersari, burst:
     {good: 5m, bad: 2m, good_share: 5%}}
  - {target: mail.*, kind: reset, share: 50%, after: mail_sent, flap: {down: 5m, up: 3m,
     jitter: 2m}}
timeline:
  - {at: "08:00", for: 45m, faults: [{target: mail.*, kind: error, status: 500, ramp:
     {from: 0%, to: 80%}}]}
  - at: "09:00"
    for: 30m
    faults:
      - {target: all, kind: reset, share: 20%, first: 3}
      - {target: ikd.*, kind: hang, share: 20%, client: [kiosk, counter.1]}
"""
SCENARIO = load(TEXT, "x.yaml")
Asked = tuple[Facts, float]
PROGRAM = """
import sys
from siaksim.core.facts import Facts
from siaksim.scenario.build import load
scenario = load(sys.stdin.read(), "x")
plan = scenario.plan()
for n in range(400):
    for operation in ("siak.scan_qr", "ikd.status", "mail.activate"):
        facts = Facts(operation, "counter.1", "counter", False, f"s{n}", 1, True,
                      area="35.76.02.1003", events=frozenset({"mail_issued"}))
        print(plan.decide(facts, scenario.start + 15 * n))
"""


def asked(clients: int, calls: int, random: Random) -> list[list[Asked]]:
    """Return what each of some clients asks, in its own order."""
    found: list[list[Asked]] = []
    for number in range(clients):
        kind = ("counter", "kiosk")[number % 2]
        counts: dict[tuple[str, ...], int] = {}
        mine: list[Asked] = []
        for _ in range(calls):
            operation, subject = random.choice(OPERATIONS), f"s{random.randrange(5)}"
            for key in ((operation,), (operation, subject)):
                counts[key] = counts.get(key, 0) + 1
            facts = Facts(
                operation,
                f"{kind}.{number}",
                kind,
                False,
                subject,
                counts[operation, subject],
                True,
                call=counts[(operation,)],
                area=random.choice(("35.76.02.1003", "35.76.03.1001", "")),
                events=random.choice((NO_EVENTS, frozenset({"mail_issued"}))),
            )
            mine.append((facts, SCENARIO.start + random.random() * 7200))
        found.append(mine)
    return found


def interleaved(clients: Sequence[list[Asked]], random: Random) -> list[Asked]:
    """Return all calls in some order that keeps each client's own."""
    turns = [number for number, mine in enumerate(clients) for _ in mine]
    random.shuffle(turns)
    waiting = [iter(mine) for mine in clients]
    return [next(waiting[number]) for number in turns]


def test_any_interleaving_of_twenty_clients_gives_each_call_the_same_decision() -> None:
    clients = asked(20, 12, Random(1))
    wanted = {call: SCENARIO.plan(5).decide(*call) for mine in clients for call in mine}
    assert len({decision.reasons for decision in wanted.values()}) > 50
    for order in range(100):
        plan = FaultPlan(5, SCENARIO.faults)
        for call in interleaved(clients, Random(order)):
            assert plan.decide(*call) == wanted[call]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**32))
def test_asking_twice_or_asking_others_in_between_changes_nothing(seed: int, order: int) -> None:
    random = Random(order)
    plan = SCENARIO.plan(seed)
    calls = [call for mine in asked(4, 6, random) for call in mine]
    first = [plan.decide(*call) for call in calls]
    again = list(enumerate(calls))
    random.shuffle(again)
    assert all(plan.decide(*call) == first[number] for number, call in again)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_another_seed_another_client_or_another_attempt_is_another_draw(seed: int) -> None:
    calls = [call for mine in asked(4, 25, Random(seed)) for call in mine]

    def decisions(changed: Sequence[Asked], of: int) -> list[Decision]:
        plan = SCENARIO.plan(of)
        return [plan.decide(*call) for call in changed]

    mine = decisions(calls, seed)
    assert decisions(calls, seed + 1) != mine
    later = [(replace(facts, attempt=facts.attempt + 1), now) for facts, now in calls]
    assert decisions(later, seed) != mine
    moved = [(replace(facts, client=f"{facts.kind}.99"), now) for facts, now in calls]
    assert decisions(moved, seed) != mine


def test_the_process_and_its_hash_seed_play_no_part() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=TEXT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    plan = SCENARIO.plan()
    here = [
        plan.decide(
            Facts(
                *(operation, "counter.1", "counter", False, f"s{n}", 1, True),
                area="35.76.02.1003",
                events=frozenset({"mail_issued"}),
            ),
            SCENARIO.start + 15 * n,
        )
        for n in range(400)
        for operation in ("siak.scan_qr", "ikd.status", "mail.activate")
    ]
    assert told[0] == [str(decision) for decision in here]
    assert len({reason.fault_id for decision in here for reason in decision.reasons}) >= 6
