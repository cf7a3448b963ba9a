"""A city's registration desk: 33 fields make a person, and NO_KAB must be the integer 76.

The rest is taken for an error and told by its exact text, old spelling. The comparison is strict
(`===` in its own language): the text "76" is another city.
"""

from __future__ import annotations

from typing import Any

from clients.dukcapil.calling import Errand, Login, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/35/diskominfo_35/GET_NIK"
LOGIN = Login("24112026080300diskominfo_350001", "siaksim", "10.35.0.1")
FIELDS = 33
OUR_CITY = 76
MEANINGS = {
    "Data Tidak Ditemukan": "not_found",
    "Login Gagal": "wrong_login",
    "IP Address Tidak Sesuai": "wrong_ip",
    "IP Client  Tidak terdaftar": "ip_not_registered",  # two spaces, as the service has them
    "Kuota Akses Hari ini telah Habis": "quota",  # small i and t
}


def ask(errand: Errand, path: str = PATH) -> Told:
    """Look one person up."""
    body = {
        "nik": errand.nik,
        "user_id": errand.login.user_id,
        "password": errand.login.password,
        "ip_address": errand.login.ip,
    }
    try:
        reply = post(errand.url + path, body, errand.timeout, Content_Type="application/json")
    except TimedOut:
        return {"outcome": "timeout"}
    return classify(reply)


def classify(reply: Any) -> Told:
    """Say what a reply means."""
    person = reply["content"][0]
    if len(person) != FIELDS:
        text = person.get("RESPON")
        return {"outcome": MEANINGS.get(text, "error"), "message": text}
    regency = person["NO_KAB"]
    ours = type(regency) is int and regency == OUR_CITY
    return {"outcome": "found" if ours else "other_city", "name": person["NAMA_LGKP"]}


if __name__ == "__main__":
    main(ask, LOGIN)
