"""What the tests of the control API share: a quiet day, answers as expected, a mail on its way."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

QUIET = """\
scenario: quiet
story: Nothing goes wrong.
seed: 5
clock: {start: 2024-07-11T08:00}
"""
BROKEN = (
    QUIET + "faults:\n  - {target: siak.*, kind: latensy}\n  - {target: nobody.*, kind: reset}\n"
)


def ok(answer: TestResponse, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


def refused(answer: TestResponse, status: int = 400) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    found: dict[str, Any] = answer.get_json(force=True)
    assert found["status"] == status
    return found


def mailed(client: FlaskClient, prefix: str = "") -> str:
    """Walk a citizen as far as the mail; return the address that it went to."""
    admin = f"/__admin/worlds/{prefix[3:]}" if prefix else "/__admin"
    query = f"{admin}/residents?ages=20-50&status=normal&recorded=true&limit=1&area=Magersari"
    nik = ok(client.get(query))["residents"][0]["nik"]
    body = {
        "nik": nik,
        "email": "warga@example.test",
        "phone": "081234567890",
        "terms_version": "1.0",
        "device": {"id": "phone-1", "platform": "android", "os_major": 13},
    }
    made = ok(client.post(f"{prefix}/ikd/v1/registrations", json=body), 201)
    own = {"Authorization": f"Bearer {made['token']}"}
    here = f"{prefix}/ikd/v1/registrations/{made['registration_id']}"
    selfie = client.get(f"{admin}/residents/{nik}/selfie")
    assert selfie.content_type == "image/jpeg"
    face = client.post(f"{here}/selfie", data=selfie.data, content_type="image/jpeg", headers=own)
    assert ok(face)["result"] == "match"
    payload = ok(client.get(f"{here}/qr", headers=own))["payload"]
    login = {"operator_id": "petugas01", "password": "siaksim-petugas01"}
    session = ok(client.post(f"{prefix}/siak/v1/sessions", json=login), 201)["session_token"]
    officer = {"Authorization": f"Bearer {session}"}
    ok(client.post(f"{prefix}/siak/v1/ikd/scans", json={"payload": payload}, headers=officer))
    return "warga@example.test"
