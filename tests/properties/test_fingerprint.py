"""Same seed and calls, same fingerprint; a share, a text or an order changed, another."""

from __future__ import annotations

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.edges.assembly import assemble
from siaksim.edges.exchange import Raw
from siaksim.worlds import world_fingerprint

DAY = """
scenario: day
story: Some calls fail, some are slow, some are lost.
seed: 7
clock: {start: 2024-07-11T08:00}
faults:
  - {target: all, kind: latency, delay: {lognormal: {median: 350ms, p99: 2500ms}}}
  - {target: all, kind: error, status: 503, share: 30%}
  - {target: ikd.register, kind: lost_answer, share: 30%}
"""
WHOLE = assemble()
NIKS = [
    r.nik
    for r in WHOLE.worlds.create("people", WHOLE.worlds.inline(DAY)).country.find(
        today=WHOLE.worlds.recipe("people").scenario.population_settings.reference_date,
        age=30,
        status="normal",
        recorded=True,
        limit=4,
    )
]
CALLS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["register", "login", "search"])), max_size=12
)


def raw(world: str, who: int, what: str) -> Raw:
    body: dict[str, object] = {"nik": NIKS[who]}
    if what == "register":
        path = "/ikd/v1/registrations"
        body |= {
            "email": f"w{who}@example.test",
            "phone": "081234567890",
            "terms_version": "1.0",
            "device": {"id": f"d{who}", "platform": "ios", "os_major": 17},
        }
    elif what == "login":
        path = "/ikd/v1/sessions"
        body |= {"device_id": f"d{who}", "pin": "123456"}
    else:
        path = "/siak/v1/residents/search"
    headers = {"content-type": "application/json"}
    return Raw("POST", f"/w/{world}/c/counter.{who}{path}", headers, orjson.dumps(body))


def run(calls: list[tuple[int, str]], text: str = DAY, seed: int | None = None) -> str:
    world = WHOLE.worlds.create(None, WHOLE.worlds.inline(text), seed=seed, mode="auto")
    for who, what in calls:
        WHOLE.exchange.call(raw(world.name, who, what))
    assert world.counters.internal_errors == 0
    found = world_fingerprint(world)
    WHOLE.worlds.delete(world.name)
    return found


@settings(max_examples=30, deadline=None)
@given(CALLS)
def test_the_same_calls_give_the_same_fingerprint_in_any_world(
    calls: list[tuple[int, str]],
) -> None:
    assert run(calls) == run(calls)


@settings(max_examples=30, deadline=None)
@given(CALLS)
def test_the_order_between_citizens_plays_no_part(
    calls: list[tuple[int, str]],
) -> None:
    by_citizen = sorted(calls, key=lambda call: call[0])  # stable: one's own order is kept
    assert run(by_citizen) == run(calls)


SOME = [(n, what) for what in ("register", "login", "search") for n in range(4)]


def test_another_seed_share_text_or_order_gives_another_fingerprint() -> None:
    usual = run(SOME)
    assert run(SOME, seed=8) != usual
    # All 12 calls differ, but for those that 30% has struck already.
    assert run(SOME, DAY.replace("503, share: 30%", "503, share: 100%")) != usual
    assert run(SOME, DAY.replace("status: 503", "status: 500")) != usual
    swapped = [SOME[0], SOME[4], SOME[0], *SOME[1:]]
    assert run(swapped) != run([SOME[0], SOME[0], SOME[4], *SOME[1:]])
