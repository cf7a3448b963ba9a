"""The queue of a centre: places, hanging up, stops, being thrown out."""

from __future__ import annotations

from math import inf

import pytest
from siaksim.core.capacity import Queue, Ticket
from siaksim.core.speeds import Speeds, ramp


def _in(ticket: Ticket | None) -> Ticket:
    assert ticket is not None
    return ticket


def test_a_call_waits_for_the_server_that_is_free_first() -> None:
    queue = Queue(2)
    for service in (10.0, 4.0):
        assert queue.start_of(_in(queue.offer(0.0, service))) == 0.0
    third = _in(queue.offer(1.0, 1.0))
    assert (queue.start_of(third), queue.finish_of(third)) == (4.0, 5.0)
    assert (third.behind, queue.waiting, queue.busy) == (0, 1, 2)
    fourth = _in(queue.offer(1.0, 1.0))
    assert (fourth.behind, queue.start_of(fourth)) == (1, 5.0)


def test_a_full_house_refuses_and_lets_in_again() -> None:
    queue = Queue(1, bound=1)
    _in(queue.offer(0.0, 2.0))
    _in(queue.offer(0.0, 2.0))
    assert queue.offer(1.9, 2.0) is None
    assert queue.offer(2.0, 2.0) is not None
    assert (queue.offered, queue.refused) == (4, 1)


def test_without_places_only_an_idle_server_lets_a_call_in() -> None:
    queue = Queue(1, bound=0)
    assert queue.offer(0.0, 1.0) is not None
    assert queue.offer(0.5, 1.0) is None
    assert queue.offer(1.0, 1.0) is not None


def test_who_hangs_up_leaves_his_work() -> None:
    queue = Queue(1)
    first, second = _in(queue.offer(0.0, 3.0)), _in(queue.offer(0.0, 3.0))
    assert queue.leave(second, 1.0)
    third = _in(queue.offer(1.0, 1.0))
    assert queue.start_of(third) == 6.0
    assert not queue.leave(first, 3.0), "it was done by then"
    queue.advance(10.0)
    assert (queue.served, queue.wasted, queue.waiting, queue.busy) == (2, 1, 0, 0)


def test_a_stop_moves_everybody_and_keeps_the_order() -> None:
    queue = Queue(1, speeds=Speeds([(2.0, 0.0), (12.0, 1.0)]))
    first, second = _in(queue.offer(0.0, 3.0)), _in(queue.offer(1.0, 1.0))
    assert (queue.finish_of(first), queue.finish_of(second)) == (13.0, 14.0)
    assert queue.start_of(_in(queue.offer(5.0, 1.0))) == 14.0


def test_a_call_that_comes_to_an_idle_server_in_a_stop_is_done_after_it() -> None:
    queue = Queue(2, speeds=Speeds([(2.0, 0.0), (12.0, 1.0)]))
    ticket = _in(queue.offer(5.0, 1.0))
    assert (queue.start_of(ticket), queue.finish_of(ticket), queue.waiting) == (5.0, 13.0, 0)


def test_a_stop_by_hand_moves_those_who_are_there() -> None:
    queue = Queue(1)
    first = _in(queue.offer(0.0, 4.0))
    queue.change(1.0, [(1.0, 0.0)])
    assert queue.finish_of(first) == inf
    queue.change(11.0, [(11.0, 0.5)])
    assert queue.finish_of(first) == 17.0


def test_a_dropped_queue_leaves_those_who_are_served() -> None:
    queue = Queue(2)
    served = [_in(queue.offer(0.0, 4.0)), _in(queue.offer(0.0, 6.0))]
    waiting = [_in(queue.offer(1.0, 5.0)) for _ in range(3)]
    assert queue.drop(2.0) == waiting
    assert all(ticket.dropped for ticket in waiting)
    assert not any(ticket.dropped for ticket in served)
    assert not queue.leave(waiting[0], 3.0)
    assert queue.start_of(_in(queue.offer(3.0, 1.0))) == 4.0
    queue.advance(20.0)
    assert (queue.served, queue.dropped, queue.offered) == (3, 3, 6)


def test_a_ramp_does_the_work_of_an_even_rise() -> None:
    speeds = Speeds([(0.0, 0.2), *ramp(100.0, 1800.0, 0.2, 1.0)])
    assert speeds.rate(99.0) == 0.2
    assert speeds.done(1900.0) == pytest.approx(20.0 + 1800.0 * 0.6)
    assert speeds.rate(1900.0) == 1.0


def test_a_stop_has_one_answer_to_when() -> None:
    speeds = Speeds([(0.0, 1.0), (5.0, 0.0), (8.0, 0.0), (9.0, 2.0)])
    assert [speeds.when(units) for units in (4.0, 5.0, 5.5, 7.0)] == [4.0, 5.0, 9.25, 10.0]
    assert Speeds([(0.0, 0.0)]).when(1.0) == inf


@pytest.mark.parametrize("rate", [-1.0, inf])
def test_no_rate_is_negative_or_endless(rate: float) -> None:
    with pytest.raises(ValueError, match="a rate is"):
        Speeds([(0.0, rate)])


@pytest.mark.parametrize(("servers", "bound"), [(0, 5), (1, -1)])
def test_a_centre_has_a_server(servers: int, bound: int) -> None:
    with pytest.raises(ValueError, match="at least one server"):
        Queue(servers, bound)
