"""How to call an agreement, in words and as a line to paste. PURE."""

from __future__ import annotations

import json
from collections.abc import Mapping
from shlex import quote
from typing import Any
from urllib.parse import urlencode

from siaksim.agreements.model import Agreement, Granted

_NAMES = {"NIK": "nik", "user_id": "user_id", "password": "password", "IP_USER": "ip_user"}


def request_of(agreement: Agreement, operation: Granted, nik: str) -> Any:
    """Return a request's body (or query) in the agreement's own spelling, for its first user."""
    user = agreement.users[0]
    if operation == "usage_report":
        row = {"NIK": nik, "param": [{"CUSTOMER_ID": "c-1"}]}
        return [{"id_lembaga": "1", "nama_lembaga": "CONTOH", "data": [row]}]
    said = {
        "NIK": nik,
        "user_id": user.user_id,
        "password": user.password,
        "IP_USER": user.ip[0] if user.ip else "127.0.0.1",
    }
    body: dict[str, Any] = {agreement.spelling.get(k, _NAMES[k]): v for k, v in said.items()}
    if operation == "call_verify":
        low, high = agreement.threshold.min, agreement.threshold.max
        body |= {"NAMA_LGKP": "BUDI SANTOSO", "TRESHOLD": str(min(max(90, low), high))}
    return body


def curl(agreement: Agreement, method: str, operation: Granted, base: str, nik: str) -> str:
    """Return a curl command; `nik` may be a shell variable such as $NIK, which is spliced in."""
    url = base + agreement.path(method)
    body = request_of(agreement, operation, nik)
    if agreement.carrier == "query":
        query = urlencode({key.upper(): value for key, value in body.items()}, safe="$")
        return f'curl -s -X POST "{url}?{query}"'
    token = ""
    if operation == "usage_report":
        token = f" -H {quote(f'Authorization: Bearer {agreement.users[0].password}')}"
    text = quote(json.dumps(body, ensure_ascii=False))
    if nik.startswith("$"):
        text = text.replace(nik, f"'{nik}'")
    return f"curl -s {url} -H 'Content-Type: application/json'{token} -d {text}"


def described(name: str, agreement: Agreement, base: str) -> str:
    """Return an agreement as the terminal shows it."""
    lines = [f"{name}: {agreement.about}"]
    for method, operation in agreement.methods.items():
        lines.append(f"  {operation:<16} POST {base}{agreement.path(method)}")
    for user in agreement.users:
        claims = ", ".join(user.ip) or "any"
        state = "" if user.active else ", not active"
        lines.append(f"  user             {user.user_id} / {user.password}, IP {claims}{state}")
    facts = _facts(agreement)
    lines += [f"  {key:<16} {value}" for key, value in facts.items()]
    method, operation = next(iter(agreement.methods.items()))
    if operation != "call_fr":  # a picture does not fit on a line
        lines.append("  " + curl(agreement, method, operation, base, "$NIK"))
    return "\n".join(lines)


def _facts(agreement: Agreement) -> Mapping[str, str]:
    left_out = {"about", "shape", "area", "institution", "methods", "users", "face"}
    defaults = Agreement.model_fields
    found: dict[str, str] = {}
    for name, value in agreement:
        if name in left_out or not value or (value == defaults[name].default and name != "quota"):
            continue
        if name == "fields":
            found[name] = f"{len(value)}: {', '.join(value)}"
        elif hasattr(value, "model_dump"):
            found[name] = ", ".join(f"{k}: {v}" for k, v in value.model_dump().items() if v)
        elif isinstance(value, tuple):
            found[name] = ", ".join(map(str, value))
        elif isinstance(value, dict):
            found[name] = ", ".join(f"{k} as {v}" for k, v in value.items())
        else:
            found[name] = str(value)
    return found
