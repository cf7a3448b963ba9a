"""A city's counter: RESPON is there, so it is an error; which one, its exact text says.

Everything goes into the query of a POST without a body. The texts are those of this city, in small
letters where its installation has them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from clients.dukcapil.calling import Errand, Login, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/33-76/contoh/BYNIK"
LOGIN = Login("24112026080800contoh_33760001", "siaksim", "10.33.76.1")
MEANINGS = {
    "Data tidak ditemukan": "not_found",
    "Login gagal": "wrong_login",
    "IP Address Tidak Sesuai": "wrong_ip",
    "IP Client  Tidak terdaftar": "ip_not_registered",  # two spaces, as the service has them
    "Kuota akses hari ini telah habis": "quota",
}


def ask(errand: Errand, path: str = PATH) -> Told:
    """Look one person up."""
    query = {
        "USER_ID": errand.login.user_id,
        "PASSWORD": errand.login.password,
        "IP_USER": errand.login.ip,
        "NIK": errand.nik,
    }
    try:
        return classify(post(f"{errand.url}{path}?{urlencode(query)}", None, errand.timeout))
    except TimedOut:
        return {"outcome": "timeout"}


def classify(reply: Any) -> Told:
    """Say what a reply means."""
    person = reply["content"][0]
    if "RESPON" in person:
        text = person["RESPON"]
        return {"outcome": MEANINGS.get(text, "error"), "message": text}
    return {"outcome": "found", "name": person["NAMA_LGKP"], "birth_date": person["TGL_LHR"]}


if __name__ == "__main__":
    main(ask, LOGIN)
