"""An insurer's look-up: an element of fewer than two keys is an error, and its text is shown.

Which error it is, it leaves to whoever reads the text. An empty content is "not found". Sends the
malformed Content-Type that a national agency sends with every call.
"""

from __future__ import annotations

from typing import Any

from clients.dukcapil.calling import Errand, Login, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/CONTOH_ASURANSI/CALL_NIK"
LOGIN = Login("24112026080600contoh_asuransi_0001", "siaksim", "10.10.10.50")
HEADERS = {"Content_type": "application/json,Accept: application/json"}


def ask(errand: Errand, path: str = PATH) -> Told:
    """Look one person up."""
    body = {
        "nik": errand.nik,
        "user_id": errand.login.user_id,
        "password": errand.login.password,
        "ip_user": errand.login.ip,
    }
    try:
        return classify(post(errand.url + path, body, errand.timeout, **HEADERS))
    except TimedOut:
        return {"outcome": "timeout"}


def classify(reply: Any) -> Told:
    """Say what a reply means."""
    if not reply["content"]:
        return {"outcome": "not_found"}
    person = reply["content"][0]
    if len(person) < 2:
        return {"outcome": "error", "message": "".join(person.values())}
    return {"outcome": "found", "name": person.get("NAMA_LGKP"), "kk": str(person.get("NO_KK"))}


if __name__ == "__main__":
    main(ask, LOGIN)
