"""What the exchange counts and refuses before a service is asked."""

from __future__ import annotations

from siaksim.edges.assembly import assemble
from siaksim.edges.exchange import Raw

DAY = """
scenario: counted
story: The second call of each client to the search is refused.
seed: 1
clock: {start: 2024-07-11T08:00}
faults:
  - {target: siak.search, kind: error, status: 503, nth: 2}
  - {target: ikd.login, kind: error, status: 504}
  - {target: ikd.register, kind: lost_answer, how: gateway_504}
"""
JSON = {"content-type": "application/json"}


def answers(*calls: tuple[str, str, bytes]) -> list[bytes]:
    whole = assemble()
    whole.worlds.create("default", whole.worlds.inline(DAY), mode="auto")
    return [whole.exchange.call(Raw(m, p, JSON if b else {}, b)).data for m, p, b in calls]


def test_nth_counts_a_clients_calls_to_an_operation_whomever_they_are_about() -> None:
    bodies = [b'{"nik":"357601010107900%d"}' % n for n in range(3)]
    calls = [("POST", "/c/counter.1/siak/v1/residents/search", body) for body in bodies]
    other = ("POST", "/c/counter.2/siak/v1/residents/search", bodies[0])
    found = answers(*calls, other)
    assert [data[9:12] for data in found] == [b"401", b"503", b"401", b"401"]


def test_a_parameter_named_twice_is_refused() -> None:
    path = "/ikd/v1/app-status?platform=ios&platform=android&os_major=9"
    (data,) = answers(("GET", path, b""))
    assert data.startswith(b"HTTP/1.1 400 ")
    assert b"names a parameter twice" in data


def test_a_json_body_that_no_contract_allows_is_too_large() -> None:
    body = b'{"nik":"' + b"1" * 20_000 + b'"}'
    (data,) = answers(("POST", "/siak/v1/residents/search", body))
    assert data.startswith(b"HTTP/1.1 413 ")
    assert b'"payload_too_large"' in data


def test_a_504_after_the_commit_looks_like_one_before_it() -> None:
    login = b'{"nik":"3576010101079000","device_id":"a","pin":"123456"}'
    register = (
        b'{"nik":"3576010101079000","email":"a@example.test","phone":"081234567890",'
        b'"terms_version":"1.0","device":{"id":"a","platform":"ios","os_major":17}}'
    )
    before, after = answers(
        ("POST", "/ikd/v1/sessions", login), ("POST", "/ikd/v1/registrations", register)
    )
    assert before.startswith(b"HTTP/1.1 504 ")
    assert before.partition(b"\r\n\r\n")[2] == after.partition(b"\r\n\r\n")[2]
