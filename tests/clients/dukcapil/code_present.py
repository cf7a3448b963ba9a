"""A village office's families: RESPONSE_CODE is there, so it is an error; the code says which.

RESPON is only shown. Keys are spelt as they came to mind: the service takes any case.
"""

from __future__ import annotations

from typing import Any

from clients.dukcapil.calling import Errand, Login, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/35-16/adm_desa/CALL_NIK_GET_KK"
LOGIN = Login("24112026080200adm_desa_35160001", "siaksim", "10.35.16.1")
MEANINGS = {
    "03": "wrong_login",
    "04": "wrong_ip",
    "05": "quota",
    "10": "ip_not_registered",
    "13": "not_found",
}


def ask(errand: Errand, path: str = PATH) -> Told:
    """Look a family up by one member."""
    body = {
        "NIK": errand.nik,
        "user_id": errand.login.user_id,
        "Password": errand.login.password,
        "IP_user": errand.login.ip,
    }
    header = "application/json; charset=UTF-8"
    try:
        return classify(post(errand.url + path, body, errand.timeout, Content_Type=header))
    except TimedOut:
        return {"outcome": "timeout"}


def classify(reply: Any) -> Told:
    """Say what a reply means; a family is counted by its content."""
    first = reply["content"][0]
    if "RESPONSE_CODE" in first:
        code = first["RESPONSE_CODE"]
        return {"outcome": MEANINGS.get(code, "error"), "message": first.get("RESPON")}
    members = sorted(str(member["NIK"]) for member in reply["content"])
    return {"outcome": "found", "kk": str(first["NO_KK"]), "members": members}


if __name__ == "__main__":
    main(ask, LOGIN)
