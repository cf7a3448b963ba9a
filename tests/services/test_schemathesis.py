"""Schemathesis on the contracts, over WSGI, on a day without faults.

positive_data_acceptance is left out, see contract_fuzzing: the office refuses valid shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
from flask import Flask
from hypothesis.stateful import run_state_machine_as_test
from siaksim.edges.assembly import create_app

EXAMPLES = 3
LINKED = {
    "ikd": {("show_qr", 200), ("scan_officer_qr", 200), ("status", 200)},
    "siak": {
        *(("scan_qr", 200), ("activation", 200), ("resend_mail", 200)),
        *(("enrol", 201), ("enrolment", 200)),
    },
    "mail": {("activation_page", 200), ("captcha", 200), ("activate", 200)},
}


def quiet_app() -> Flask:
    """siaksim on the auto clock: waits cost nothing, and no fault acts."""
    app = create_app(clock="auto", public_url="http://siak.test")
    wanted = {"name": "quiet", "text": QUIET, "clock": "auto"}
    made = app.test_client().post("/__admin/worlds", json=wanted)
    assert made.status_code == 201, made.text
    return app


def hands_on(app: Flask) -> Hands:
    client = app.test_client()

    def send(method: str, path: str, *, token: str = "", **more: Any) -> Seen:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if "data" in more:
            headers["Content-Type"] = "image/jpeg"
        place = path if path.startswith("/__admin") else f"/w/quiet{path}"
        answer = client.open(place, method=method, headers=headers, **more)
        found = answer.get_json() if answer.is_json else None
        return Seen(answer.status_code, found, answer.data, dict(answer.headers))

    return Hands(send, "/__admin/worlds/quiet")


APP = quiet_app()
HANDS = hands_on(APP)


def schema_of(service: str, checks: tuple[str, ...] = CHECKS) -> Any:
    path = f"/__admin/openapi/{service}.json"
    chosen = config(EXAMPLES, "http://localhost/w/quiet", checks)
    return schemathesis.openapi.from_wsgi(path, APP, config=chosen)


@pytest.fixture(autouse=True)
def _no_internal_errors() -> Iterator[None]:
    yield
    assert HANDS.internal_errors() == 0


dukcapil = reporting(schema_of("dukcapil", COPIED))
ikd, mail, siak = (secured(schema_of(service), HANDS) for service in SERVICES)


@ikd.parametrize()  # type: ignore[untyped-decorator]
def test_ikd_keeps_its_contract(case: Any) -> None:
    case.call_and_validate()


@siak.parametrize()  # type: ignore[untyped-decorator]
def test_siak_keeps_its_contract(case: Any) -> None:
    case.call_and_validate()


@mail.parametrize()  # type: ignore[untyped-decorator]
def test_mail_keeps_its_contract(case: Any) -> None:
    case.call_and_validate()


@dukcapil.parametrize()  # type: ignore[untyped-decorator]
def test_dukcapil_keeps_its_contract(case: Any) -> None:
    case.call_and_validate()


@pytest.mark.parametrize("service", SERVICES)
def test_the_links_of_a_contract_lead_to_deep_states(service: str) -> None:
    linked = machine(schema_of(service), service, HANDS)
    run_state_machine_as_test(linked, settings=stateful_settings(16, 6))
    assert LINKED[service] <= set(linked.statuses), linked.statuses
