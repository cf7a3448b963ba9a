"""Schemathesis on the contracts, against a server in another process, without faults.

positive_data_acceptance is left out, see contract_fuzzing: the office refuses valid shapes.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import schemathesis
from contract_fuzzing import (
    CHECKS,
    COPIED,
    QUIET,
    SERVICES,
    Hands,
    Seen,
    config,
    machine,
    reporting,
    secured,
    stateful_settings,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

pytestmark = pytest.mark.live

LINKED = {
    "ikd": {("show_qr", 200), ("scan_officer_qr", 200), ("status", 200)},
    "siak": {
        *(("scan_qr", 200), ("activation", 200), ("resend_mail", 200)),
        *(("enrol", 201), ("enrolment", 200)),
    },
    "mail": {("activation_page", 200), ("captcha", 200), ("activate", 200)},
}
FEW = settings(
    max_examples=4,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Day:
    """A world of its own on the server, and hands in it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.http = httpx.Client(timeout=20)
        self.hands = Hands(self.send, f"/__admin/worlds/{world.name}")

    def send(self, method: str, path: str, *, token: str = "", **more: Any) -> Seen:
        """Make a call; what is not the control API's is the world's."""
        base = self.world.server if path.startswith("/__admin") else self.world.base
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if "data" in more:
            more["content"] = more.pop("data")
            headers["Content-Type"] = "image/jpeg"
        answer = self.http.request(method, base + path, headers=headers, **more)
        found = answer.json() if "json" in answer.headers.get("content-type", "") else None
        seen = {name.title(): value for name, value in answer.headers.items()}
        return Seen(answer.status_code, found, answer.content, seen)

    def schema(self, service: str, checks: tuple[str, ...] = CHECKS) -> Any:
        """Return the contract as the server serves it, with the world as its base URL."""
        url = f"{self.world.server}/__admin/openapi/{service}.json"
        return schemathesis.openapi.from_url(url, config=config(3, self.world.base, checks))


@pytest.mark.parametrize("service", [*SERVICES, "dukcapil"])
def test_a_server_keeps_its_contract(make_world: Any, service: str) -> None:
    day = Day(make_world(text=QUIET, clock="auto"))
    if service == "dukcapil":
        schema = reporting(day.schema(service, COPIED))
    else:
        schema = secured(day.schema(service), day.hands)
    with day.http:
        for found in schema.get_all_operations():
            operation = found.ok()

            @FEW
            @given(case=operation.as_strategy())
            def keeps(case: Any) -> None:
                case.call_and_validate(timeout=20)

            keeps()
        assert day.hands.internal_errors() == 0


@pytest.mark.parametrize("service", SERVICES)
def test_the_links_lead_to_deep_states_on_a_server(make_world: Any, service: str) -> None:
    day = Day(make_world(text=QUIET, clock="auto"))
    with day.http:
        linked = machine(day.schema(service), service, day.hands, timeout=20)
        # The fuzzer's choices hang on answers too (ids, dates), so a run may end short of a state.
        for examples in (10, 30, 60):
            run_state_machine_as_test(linked, settings=stateful_settings(examples, 5))
            if LINKED[service] <= set(linked.statuses):
                break
        assert LINKED[service] <= set(linked.statuses), linked.statuses
        assert day.hands.internal_errors() == 0
