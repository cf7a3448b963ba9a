"""The patience of actors, by calls whose answers the test gives."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from siaksim.actors.base import TRIES, Errand, Heard


class Service:
    """Answers calls from a list, the last one for ever, and notes when they came."""

    def __init__(self, *answers: Heard) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[float, Mapping[str, str]]] = []
        self.world: Any = None

    def __call__(
        self, _method: str, _path: str, headers: Mapping[str, str], _body: bytes, _actor: str
    ) -> Heard:
        self.calls.append((self.world.clock.now(), headers))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def asked(open_desk: Any, service: Service, heard: list[Heard]) -> tuple[Any, Errand]:
    world = service.world = open_desk().world
    errand = Errand(world, service, "test")
    errand.ask("POST", "/activation/secret", heard.append, json={})
    return world, errand


def test_a_retry_after_is_obeyed_and_the_key_stays(open_desk: Any) -> None:
    heard: list[Heard] = []
    service = Service(Heard(503, {"retry-after": "77"}), Heard(200))
    world, _ = asked(open_desk, service, heard)
    start = world.clock.now()
    world.advance(1000)
    assert [round(at - start) for at, _ in service.calls] == [0, 77]
    assert len({headers["idempotency-key"] for _, headers in service.calls}) == 1
    assert [h.status for h in heard] == [200]


def test_waits_grow_and_end_and_tell_no_secret(open_desk: Any) -> None:
    heard: list[Heard] = []
    service = Service(Heard())
    world, errand = asked(open_desk, service, heard)
    world.advance(7200)
    times = [at for at, _ in service.calls]
    gaps = [b - a for a, b in pairwise(times)]
    assert len(times) == TRIES
    assert 1 <= gaps[0] <= 2
    assert all(30 <= gap <= 60 for gap in gaps[6:])
    assert errand.problem == f"POST /activation/...: no answer, {TRIES} times"
    assert heard == []


def test_an_answer_comes_after_its_delay(open_desk: Any) -> None:
    heard: list[Heard] = []
    world, _ = asked(open_desk, Service(Heard(200, waited_s=3)), heard)
    world.advance(2.9)
    assert heard == []
    world.advance(0.2)
    assert [h.status for h in heard] == [200]


def test_a_turn_drops_what_was_under_way(open_desk: Any) -> None:
    heard: list[Heard] = []
    world, errand = asked(open_desk, Service(Heard(503), Heard(200)), heard)
    errand.turn()
    world.advance(7200)
    assert heard == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_an_answer_that_makes_no_sense_ends_the_errand(open_desk: Any, body: bytes) -> None:
    service = Service(Heard(200, body=body))
    world = service.world = open_desk().world
    errand = Errand(world, service, "test")
    errand.ask("GET", "/x?nik=1", lambda heard: print(heard.json["token"]))
    assert errand.problem == "GET /x: the answer makes no sense (KeyError: 'token')"
