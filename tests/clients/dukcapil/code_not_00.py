"""A bank's verification: a RESPONSE_CODE other than "00" is an error, no code at all is "00".

What it wants to know is only whether to ask again: 08 and 11-15 are final for a NIK and stored,
everything else is the bank's or the service's problem and tried later, a time-out too.
"""

from __future__ import annotations

from typing import Any

from clients.dukcapil.calling import Errand, Login, NoConnection, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/990012345678901/CALL_VERIFY_BY_ELEMEN"
LOGIN = Login("24112026080700contoh_990012345678901", "siaksim", "10.10.10.31")
FINAL = ("08", "11", "12", "13", "14", "15")
UNUSED = {"NAMA_LGKP": "", "TGL_LHR": None, "TMPT_LHR": " ", "ALAMAT": None}
"""What it sends for elements that a customer has not given."""


def ask(errand: Errand, path: str = PATH) -> Told:
    """Verify a customer."""
    body = {
        "NIK": errand.nik,
        **UNUSED,
        **errand.elements,
        "TRESHOLD": 85,
        "transactionId": "trx-1",
        "user_id": errand.login.user_id,
        "password": errand.login.password,
        "IP_USER": errand.login.ip,
    }
    try:
        reply = post(errand.url + path, body, errand.timeout, Content_Type="application/json")
    except (TimedOut, NoConnection):
        return {"outcome": "retry_later", "code": None}
    return classify(reply)


def classify(reply: Any) -> Told:
    """Say what a reply means: what does not fit is no error."""
    element = reply["content"][0]
    code = element.get("RESPONSE_CODE", "00")
    if code != "00":
        return {"outcome": "rejected" if code in FINAL else "retry_later", "code": code}
    wrong = [name for name, told in element.items() if told.startswith("Tidak")]
    return {"outcome": "mismatch" if wrong else "found", "wrong": wrong}


if __name__ == "__main__":
    main(ask, LOGIN)
