"""What becomes of bytes on a line, by the due times alone: no sockets, no waiting."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.toxics import (
    Bandwidth,
    Effect,
    Latency,
    LimitData,
    Losses,
    Reset,
    Slicer,
    Timeout,
    Toxic,
)
from siaksim.links.runs import PACKET
from siaksim.links.shaping import Bucket, Piece, Shaper, hits

EFFECTS = st.one_of(
    st.builds(Latency, st.floats(0.001, 5), st.floats(0, 0.001)),
    st.builds(Bandwidth, st.floats(100, 1e6), st.booleans()),
    st.builds(Slicer, st.integers(50, 5000), st.integers(0, 49), st.floats(0, 0.1)),
    st.builds(Losses, st.floats(1, 50), st.floats(1, 5), st.floats(0.2, 1)),
)


def shaper(
    *effects: Effect, seed: int = 1, speed: float = 1.0, line: Bucket | None = None
) -> Shaper:
    made = Shaper(seed, "counter", 1, "up", line or Bucket(), speed)
    made.set(Toxic(f"t{n}", effect, "up") for n, effect in enumerate(effects))
    return made


def joined(pieces: list[Piece]) -> bytes:
    return b"".join(piece.data for piece in pieces)


@given(
    effects=st.lists(EFFECTS, max_size=4),
    sent=st.lists(st.tuples(st.binary(min_size=1, max_size=4000), st.floats(0, 1)), max_size=6),
    seed=st.integers(0, 2**32),
)
def test_bytes_are_neither_lost_nor_put_out_of_order_nor_early(
    effects: list[Effect], sent: list[tuple[bytes, float]], seed: int
) -> None:
    made, again = shaper(*effects, seed=seed), shaper(*effects, seed=seed)
    now, pieces = 0.0, []
    for data, pause in sent:
        now += pause
        found = made.offer(now, data, turn=True)
        assert found == again.offer(now, data, turn=True)  # the same seed gives the same
        assert all(piece.due >= now for piece in found.pieces)
        pieces += found.pieces
    assert joined(pieces) == b"".join(data for data, _ in sent)
    assert all(one.due <= other.due for one, other in pairwise(pieces))


def test_a_latency_is_added_once_and_varies_within_its_jitter() -> None:
    made = shaper(Latency(1.0, 0.25))
    dues = [made.offer(10.0 * n, b"x", turn=True).pieces[0].due - 10.0 * n for n in range(200)]
    assert min(dues) == pytest.approx(0.75, abs=0.02)
    assert max(dues) == pytest.approx(1.25, abs=0.02)


def test_a_rate_is_kept_over_any_span_and_shared_by_the_line() -> None:
    line = Bucket()
    limit = Bandwidth(1000, shared=True)
    one, other = shaper(limit, line=line), shaper(limit, line=line)
    last = max(s.offer(0.0, b"x" * 2000).pieces[-1].due for s in (one, other))
    assert last == pytest.approx(4.0)
    own = shaper(Bandwidth(1000)), shaper(Bandwidth(1000))
    assert max(s.offer(0.0, b"x" * 2000).pieces[-1].due for s in own) == pytest.approx(2.0)


def test_a_line_that_was_idle_saves_nothing_up() -> None:
    made = shaper(Bandwidth(1000))
    made.offer(0.0, b"x" * 1000)
    assert made.offer(100.0, b"x" * 1000).pieces[-1].due == pytest.approx(101.0)


def test_twice_the_speed_halves_every_wait() -> None:
    for effect in (Latency(1.0), Bandwidth(500), Slicer(100, 0, 0.5), Losses(1, 1, 0.4)):
        slow, fast = shaper(effect), shaper(effect, speed=2.0)
        first = slow.offer(0.0, b"x" * 3000).pieces[-1].due
        assert fast.offer(0.0, b"x" * 3000).pieces[-1].due == pytest.approx(first / 2)


def test_a_lost_run_holds_up_what_comes_from_there_on_and_not_what_went_before() -> None:
    made = shaper(Losses(20, 1, 0.2), seed=3)
    pieces = made.offer(0.0, b"x" * PACKET * 60).pieces
    assert pieces[0].due == 0.0
    assert len(pieces[0].data) % PACKET == 0
    assert pieces[1].due == pytest.approx(0.2)
    assert pieces[-1].due > 0.2  # sixty packets meet more than one run of this seed


def test_a_call_of_a_few_bytes_is_a_packet_of_its_own() -> None:
    made = shaper(Losses(4, 1, 0.2), seed=5)
    held = [made.offer(10.0 * n, b"x" * 10, turn=True).pieces[0].due - 10.0 * n for n in range(400)]
    assert sum(wait > 0 for wait in held) == pytest.approx(400 / 5, rel=0.3)


def test_a_limit_lets_so_many_bytes_pass_and_then_ends() -> None:
    made = shaper(LimitData(150))
    first, second = made.offer(0.0, b"a" * 100), made.offer(0.0, b"b" * 100)
    assert (first.ends, joined(first.pieces)) == (False, b"a" * 100)
    assert (second.ends, joined(second.pieces), second.dropped) == (True, b"b" * 50, 50)


def test_a_reset_and_a_timeout_let_nothing_pass() -> None:
    reset = shaper(Reset(0.5)).offer(0.0, b"xyz")
    assert (reset.pieces, reset.reset_s) == ([], 0.5)
    gone = shaper(Timeout()).offer(0.0, b"xyz")
    assert (gone.pieces, gone.dropped, gone.ends) == ([], 3, False)


def test_pieces_are_of_about_the_size_and_come_one_after_the_other() -> None:
    pieces = shaper(Slicer(100, 40, 0.01)).offer(0.0, b"x" * 10_000).pieces
    assert {60 <= len(piece.data) <= 140 for piece in pieces[:-1]} == {True}
    assert len({len(piece.data) for piece in pieces}) > 10
    assert pieces[-1].due == pytest.approx(0.01 * (len(pieces) - 1))


@given(share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_a_share_is_of_connections_and_a_larger_one_hits_all_that_a_smaller_did(
    share: float, seed: int
) -> None:
    for ordinal in range(1, 40):
        less = hits(seed, "counter", ordinal, Toxic("t", Reset(), "up", share / 2))
        assert not less or hits(seed, "counter", ordinal, Toxic("t", Reset(), "up", share))


def test_the_share_hit_is_the_share_written() -> None:
    toxic = Toxic("link.reset#1.up", Reset(), "up", 0.3)
    assert sum(hits(1, "counter", n, toxic) for n in range(10_000)) == pytest.approx(3000, rel=0.05)


def test_what_is_lost_costs_time_beside_the_lines_own_speed() -> None:
    plain = shaper(Bandwidth(50_000)).offer(0.0, b"x" * PACKET * 100).pieces[-1].due
    lost = shaper(Bandwidth(50_000), Losses(20, 1, 0.2), seed=3)
    found = lost.offer(0.0, b"x" * PACKET * 100).pieces[-1].due
    assert plain == pytest.approx(PACKET * 100 / 50_000)
    assert found >= plain + 3 * 0.2


def test_while_one_connection_is_held_up_another_has_the_line() -> None:
    line = Bucket()
    held = shaper(Bandwidth(100_000, shared=True), Losses(1, 1, 1.0), line=line)
    free = shaper(Bandwidth(100_000, shared=True), line=line)
    assert held.offer(0.0, b"x" * PACKET * 3).pieces[-1].due > 1.0
    assert free.offer(0.0, b"x" * PACKET * 3).pieces[-1].due < 0.2
