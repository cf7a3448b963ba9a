"""What holds of every queue, whoever comes: nobody is lost, overtaken, or served before he came."""

from __future__ import annotations

from itertools import pairwise
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.core.capacity import Queue, Ticket
from siaksim.core.speeds import Speeds
from storm_stage import Stage

LENGTHS = st.floats(0.0, 20.0, allow_nan=False, width=32)
CALLS = st.lists(st.tuples(LENGTHS, LENGTHS), min_size=1, max_size=60)
"""(seconds since the call before, work seconds)."""
STEPS = st.lists(
    st.tuples(st.floats(0.125, 20.0, width=32), st.sampled_from([0.0, 0.2, 1.0, 3.0])), max_size=5
)
"""(seconds since the step before, speed)."""
SLACK = 1e-6


def _speeds(parts: list[tuple[float, float]]) -> Speeds:
    steps, now = [], 0.0
    for wait, rate in parts:
        now += wait
        steps.append((now, rate))
    return Speeds([*steps, (now + 50.0, 1.0)])


@given(CALLS, st.integers(1, 5), st.one_of(st.none(), st.integers(0, 8)), STEPS, st.data())
def test_every_call_is_in_one_place(
    calls: list[tuple[float, float]],
    servers: int,
    bound: int | None,
    parts: list[tuple[float, float]],
    data: st.DataObject,
) -> None:
    queue, now = Queue(servers, bound, _speeds(parts)), 0.0
    inside: list[Ticket] = []
    for gap, service in calls:
        now += gap
        ticket = queue.offer(now, service)
        inside += [ticket] if ticket else []
        what = data.draw(st.sampled_from(["stay", "stay", "leave", "drop", "refuse"]))
        if what == "leave" and inside:
            queue.leave(data.draw(st.sampled_from(inside)), now)
        elif what == "drop":
            queue.drop(now)
        elif what == "refuse":
            queue.refuse(now)
        done = queue.served + queue.wasted + queue.refused + queue.dropped
        assert queue.offered == done + queue.waiting + queue.busy
        assert queue.busy <= servers
        assert queue.waiting <= queue.bound
        assert not queue.waiting or queue.busy == servers, "who waits would find a free server"
    queue.advance(10_000.0)
    assert queue.waiting == queue.busy == 0
    assert queue.offered == queue.served + queue.wasted + queue.refused + queue.dropped
    assert queue.wasted == sum(ticket.left and not ticket.dropped for ticket in inside)


@given(CALLS, st.integers(1, 5), STEPS)
def test_calls_start_in_the_order_in_which_they_came(
    calls: list[tuple[float, float]], servers: int, parts: list[tuple[float, float]]
) -> None:
    told: list[tuple[int, float]] = []
    speeds = _speeds(parts)
    queue = Queue(servers, None, speeds, lambda ticket, at: told.append((ticket.number, at)))
    tickets, now = [], 0.0
    for gap, service in calls:
        now += gap
        ticket = queue.offer(now, service)
        assert ticket is not None
        tickets.append((ticket, queue.start_of(ticket), queue.finish_of(ticket), service))
    for (_, one, _, _), (_, next_one, _, _) in pairwise(tickets):
        assert one <= next_one + SLACK
    for ticket, start, finish, service in tickets:
        assert ticket.arrival <= start <= finish + SLACK
        done = speeds.done(finish) - speeds.done(start)
        assert done >= service - SLACK, "no work is done faster than the servers work"
        at_once = sum(1 for _, s, f, _ in tickets if s <= start < f - SLACK)
        assert at_once <= servers
    queue.advance(10_000.0)
    ends = {ticket.number: finish for ticket, _, finish, _ in tickets}
    assert dict(told) == ends
    assert [at for _, at in told] == sorted(at for _, at in told)


@given(CALLS, st.integers(1, 4), st.integers(1, 4), STEPS)
def test_more_servers_make_nobody_wait_longer(
    calls: list[tuple[float, float]], servers: int, more: int, parts: list[tuple[float, float]]
) -> None:
    few, many = Queue(servers, None, _speeds(parts)), Queue(servers + more, None, _speeds(parts))
    now = 0.0
    for gap, service in calls:
        now += gap
        ours, theirs = few.offer(now, service), many.offer(now, service)
        assert ours is not None
        assert theirs is not None
        assert many.start_of(theirs) <= few.start_of(ours) + SLACK
        assert many.finish_of(theirs) <= few.finish_of(ours) + SLACK


@given(STEPS, st.lists(st.floats(0.0, 100.0), min_size=2, max_size=20))
def test_work_and_time_lead_back_to_each_other(
    parts: list[tuple[float, float]], times: list[float]
) -> None:
    speeds = _speeds(parts)
    for early, late in pairwise(sorted(times)):
        assert speeds.done(early) <= speeds.done(late)
        when = speeds.when(speeds.done(late))
        assert when <= late + SLACK
        assert abs(speeds.done(when) - speeds.done(late)) < SLACK or when == inf


@settings(max_examples=15)
@given(
    st.lists(st.floats(0.0, 110.0), max_size=12),
    st.sampled_from(["careful", "careless", "immediate"]),
    st.one_of(st.none(), st.just(60)),
    st.integers(1, 1000),
)
def test_the_background_is_the_same_however_often_it_is_asked(
    looks: list[float], manner: str, bound: int | None, seed: int
) -> None:
    once = Stage({manner: 0.6, "hammer": 0.4}, seed=seed, bound=bound)
    often = Stage({manner: 0.6, "hammer": 0.4}, seed=seed, bound=bound)
    for look in sorted(looks):
        often.people.advance(look)
        often.queue.advance(look)
    once.people.advance(110.0)
    often.people.advance(110.0)
    assert once.state() == often.state()


@settings(max_examples=15)
@given(
    st.floats(35.0, 85.0), st.floats(1.0, 30.0), st.sampled_from(["careful", "careless"]), st.data()
)
def test_nobody_is_lost_when_somebody_interferes(
    moment: float, later: float, manner: str, data: st.DataObject
) -> None:
    stage = Stage({manner: 1.0}, bound=data.draw(st.one_of(st.none(), st.just(100))))
    stage.people.advance(moment)
    stage.people.thrown_out(stage.queue.drop(moment), moment)
    stage.people.shed(moment, [(moment, 0.5), (moment + later, 0.0)])
    stage.people.advance(moment + later)
    stage.queue.change(moment + later, [(moment + later, 0.1), (moment + later + 30.0, 1.0)])
    stage.people.changed(moment + later)
    stage.people.advance(moment + later + 60.0)
    queue, whole = stage.queue, stage.tally.whole()
    done = queue.served + queue.wasted + queue.refused + queue.dropped
    assert queue.offered == whole.calls == done + queue.waiting + queue.busy
    assert whole.well == queue.served
    assert whole.people >= whole.well + whole.lost
