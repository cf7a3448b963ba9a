"""HTTPS with a CA made at start, and handshakes that go wrong: what a client sees, what is told."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from line_bench import ends_by_reset
from siaksim.edges.tls import Certificates
from siaksim.testing.http import ask

from .test_lines_served import LOGIN, Served, until

pytestmark = pytest.mark.live


class Secure(Served):
    """A server with HTTPS and two sites."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "--tls")
        text = ask("GET", f"{self.admin}/ca").decode()
        self.trusting = ssl.create_default_context(cadata=text)

    def client(self, verify: ssl.SSLContext | bool | None = None) -> httpx.Client:
        chosen = self.trusting if verify is None else verify
        return httpx.Client(verify=chosen, timeout=5)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    made = Secure(tmp_path_factory.mktemp("tls"))
    yield made
    made.stop()


def test_calls_go_over_https_by_the_line_and_one_connection_carries_many(secure: Secure) -> None:
    url = secure.url("office")
    assert url.startswith("https://127.0.0.1:")
    with secure.client() as http:
        for _ in range(3):
            assert http.post(f"{url}/siak/v1/sessions", json=LOGIN).status_code == 201
    line = secure.lines(kind="decided")[-1]
    assert (line["link"], line["client"]) == ("office", "counter.7")
    assert secure.lines(kind="tls") == []  # only what went wrong is told


def test_a_client_that_does_not_know_the_ca_refuses(secure: Secure) -> None:
    strict = ssl.create_default_context()
    with secure.client(strict) as http, pytest.raises(httpx.ConnectError, match="verify failed"):
        http.get(f"{secure.url('office')}/__admin/health")
    (line,) = until(lambda: secure.lines(kind="tls", event="failed"))
    assert "fault" not in line


@pytest.mark.parametrize(
    ("kind", "said"),
    [("tls_expired", "certificate has expired"), ("tls_wrong_host", "IP address mismatch")],
)
def test_a_bad_certificate_is_refused_by_who_looks_and_taken_by_who_does_not(
    secure: Secure, kind: str, said: str
) -> None:
    fault = secure.add(f"{{kind: {kind}, link: office}}")
    try:
        url = f"{secure.url('office')}/siak/v1/sessions"
        with secure.client() as http, pytest.raises(httpx.ConnectError, match=said):
            http.post(url, json=LOGIN)
        with secure.client(verify=False) as careless:
            assert careless.post(url, json=LOGIN).status_code == 201
        with secure.client() as elsewhere:
            assert elsewhere.get(f"{secure.url('hall')}/__admin/health").status_code == 200

        def told() -> list[str]:
            return [x["event"] for x in secure.lines(kind="tls") if x.get("fault") == fault]

        until(lambda: len(told()) == 2)
        assert told() == ["refused", "accepted"]
        assert fault in secure.history().lines.handshakes
    finally:
        secure.end(fault)


def test_a_handshake_that_stalls_holds_until_the_fault_is_ended(secure: Secure) -> None:
    fault = secure.add("{kind: tls_stall, link: office}")
    port = int(secure.url("office").rpartition(":")[2])
    hasty = socket.create_connection(("127.0.0.1", port), timeout=0.5)
    with hasty, pytest.raises(TimeoutError):
        secure.trusting.wrap_socket(hasty, server_hostname="127.0.0.1")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.sendall(b"\x16\x03\x01")
        until(lambda: len(secure.lines(kind="tls", event="stalled")) >= 2)
        secure.end(fault)
        assert raw.recv(10) == b""
    with secure.client() as http:
        assert http.get(f"{secure.url('office')}/__admin/health").status_code == 200


def test_a_reset_by_siak_stays_one_through_tls(secure: Secure) -> None:
    fault = secure.add("{target: siak.notices, kind: reset}")
    port = int(secure.url("office").rpartition(":")[2])
    try:
        raw = socket.create_connection(("127.0.0.1", port), timeout=5)
        with secure.trusting.wrap_socket(raw, server_hostname="127.0.0.1") as shaken:
            shaken.sendall(b"GET /siak/v1/notices HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            # Python's ssl makes an end of it: so the bytes beneath are looked at.
            with socket.socket(fileno=os.dup(shaken.fileno())) as beneath:
                beneath.settimeout(5)
                assert ends_by_reset(beneath)
    finally:
        secure.end(fault)


def test_a_photograph_goes_over_https(secure: Secure) -> None:
    body = {"photo": "A" * 200_000}
    with secure.client() as http:
        answer = http.post(f"{secure.url('office')}/ikd/v1/registrations", json=body)
    assert answer.status_code == 413
    assert secure.lines(kind="decided")[-1]["body_size"] > 200_000


def test_without_tls_there_is_no_ca(tmp_path: Path) -> None:
    made = Served(tmp_path)
    try:
        answer = httpx.get(f"{made.admin}/ca", timeout=5)
        assert answer.status_code == 404
        assert answer.json()["how"] == "Start it with --tls."
    finally:
        made.stop()


def test_each_run_has_a_ca_of_its_own() -> None:
    first, second = Certificates().ca_pem, Certificates().ca_pem
    assert first.startswith("-----BEGIN CERTIFICATE-----")
    assert first != second
