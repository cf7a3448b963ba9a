"""Whatever transport and HTTP faults do: bytes, journal and ledger tell the same story."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from siaksim.edges.assembly import Assembly, assemble
from siaksim.edges.conn import CollectedConn
from siaksim.edges.exchange import Raw

HEAD = "scenario: x\nstory: y\nseed: %d\nclock: {start: 2024-07-11T08:00}\nfaults:\n"
LOGIN = orjson.dumps({"operator_id": "petugas01", "password": "siaksim-petugas01"})
CALLS = (
    ("POST", "/siak/v1/sessions", LOGIN),
    ("POST", "/siak/v1/sessions", b"{"),
    ("GET", "/ikd/v1/terms", b""),
    ("HEAD", "/ikd/v1/terms", b""),
    ("DELETE", "/siak/v1/sessions/current", b""),
    ("GET", "/activation/00000000000000000000000000000000/captcha.png", b""),
)
PERCENT = st.integers(0, 100).map(lambda n: f"{n}%")


def written(kind: str, **parameters: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    """Return texts of a kind's parameters: any of them may be left out."""
    given = st.fixed_dictionaries({}, optional=parameters)
    return given.map(lambda p: ", ".join([f"kind: {kind}", *(f"{k}: {v}" for k, v in p.items())]))


TRANSPORT = st.one_of(
    written("reset", committed=PERCENT),
    written("hang", committed=PERCENT),
    written("cut", keep=PERCENT, how=st.sampled_from(["close", "reset"]), committed=PERCENT),
    written("cut", bytes=st.integers(0, 5000), committed=PERCENT),
    written(
        "garbage",
        what=st.sampled_from(["noise", "body"]),
        size=st.integers(1, 3000),
        committed=PERCENT,
    ),
    written(
        "drip", bytes=st.integers(1, 400), every=st.sampled_from(["1s", "9m"]), committed=PERCENT
    ),
    written("empty", status=st.integers(200, 599), committed=PERCENT),
    written("empty", how=st.just("close"), committed=PERCENT),
)
HTTP = st.one_of(
    written("gateway_html", status=st.sampled_from([502, 503, 504]), delay=st.just("60s")),
    written(
        "maintenance",
        retry_after=st.sampled_from(["right", "wrong", "date", "absent", "7m"]),
        body=st.sampled_from(["page", "problem"]),
    ),
    written("wrong_type", type=st.sampled_from(["text/plain", "application/xml; charset=utf-8"])),
    written("wrong_type", body=st.just("html")),
    written("captive_portal", how=st.sampled_from(["redirect", "page"])),
)
LOAD = st.one_of(
    written("quota", shared=st.sampled_from(["true", "false"])).map(lambda t: f"{t}, calls: 3"),
    written("rate_limit", every=st.sampled_from(["1s", "5m"])).map(lambda t: f"{t}, calls: 2"),
)
FAULTS = st.tuples(
    *(
        st.tuples(layer, st.integers(0, 100), st.sampled_from(["", ', at: "08:00", for: 30m']))
        for layer in (TRANSPORT, HTTP, LOAD)
    )
)


@lru_cache(maxsize=1)
def whole() -> Assembly:
    return assemble()


def whole_message(data: bytes) -> bool:
    """Say whether the bytes are one HTTP answer whose length is what its head promised."""
    head, blank, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    named = dict(line.split(b": ", 1) for line in lines if b": " in line)
    length = named.get(b"Content-Length", b"x")
    return first.startswith(b"HTTP/1.1 ") and bool(blank) and length == str(len(body)).encode()


def consistent(conn: CollectedConn, line: dict[str, Any], head: bool) -> None:
    """Check what a client got against the outcome that the journal tells."""
    end = line["end"]
    if end in ("sent", "empty"):
        assert head or whole_message(conn.data)
        assert not conn.ended
        assert conn.data.split(b" ")[1] == str(line["status"]).encode()
    elif end == "garbage":
        assert bool(conn.ended) == (not line["status"])
        assert conn.ended == "closed" or head or whole_message(conn.data)
    elif end == "cut":
        assert conn.ended
        assert not whole_message(conn.data)
    elif end == "client_left":  # after the five seconds that it waits
        assert not whole_message(conn.data)
    else:
        assert end in ("hang", "reset", "closed")
        assert (conn.data, bool(conn.ended)) == (b"", True)
    assert line["status"] == 0 or end in ("sent", "empty", "garbage")


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32),
    FAULTS,
    st.lists(st.tuples(st.sampled_from(CALLS), st.sampled_from([0, 1, 400])), max_size=12),
    st.booleans(),
)
def test_bytes_journal_and_ledger_agree(
    seed: int,
    faults: tuple[tuple[str, int, str], ...],
    calls: list[tuple[tuple[str, str, bytes], int]],
    agent: bool,
) -> None:
    lines = [f"  - {{target: all, {text}, share: {share}%{when}}}" for text, share, when in faults]
    worlds = whole().worlds
    worlds.close()
    world = worlds.create("default", worlds.inline(HEAD % seed + "\n".join(lines)), mode="auto")
    headers = {"content-type": "application/json", "siaksim-deadline": "5"}
    headers |= {"user-agent": "Chrome/126.0"} if agent else {}
    for (method, path, body), pause in calls:
        world.advance(pause)
        entries = len(world.ledger.entries)
        conn = whole().exchange.call(Raw(method, path, headers, body))
        decided, *others, line = [x for x in world.journal.lines if x.get("id") == _last(world)]
        assert (decided["kind"], line["kind"]) == ("decided", "outcome")
        assert [x["kind"] for x in others] == ["ledger"] * line["entries"]
        assert len(world.ledger.entries) == entries + line["entries"]
        consistent(conn, line, method == "HEAD")
        told = [f["kind"] for f in decided.get("faults", ())]
        if conn.data[9:12] == b"429":
            assert told[-1] in ("quota", "rate_limit")
            assert line["entries"] == 0
    assert world.counters.internal_errors == 0


def _last(world: Any) -> str:
    return f"{world.name}-{world.serial}"
