r"""A finance company's verification: scores by the regular expression `\((\d+)\)`.

A fuzzy element that comes without parentheses gets an empty score and a warning. RESPONSE, the
third key, says what an error is; its texts are the new ones.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from clients.dukcapil.calling import Errand, Login, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/CONTOH_FINANCE/CALL_VERIFY_BY_ELEMEN"
LOGIN = Login("24112026080400contoh_finance_0001", "siaksim", "10.10.10.10")
FUZZY = ("NAMA_LGKP", "NAMA_LGKP_IBU", "TMPT_LHR", "ALAMAT")
SCORE = re.compile(r"\((\d+)\)")
MEANINGS = {
    "Data Tidak Ditemukan, NIK tidak terdapat di database Kependudukan": "not_found",
    "Login Gagal": "wrong_login",
    "IP Tidak Sesuai": "wrong_ip",
    "IP Client  Tidak terdaftar": "ip_not_registered",  # two spaces, as the service has them
    "Kuota Akses Hari Ini Telah Habis": "quota",  # capital letters in the new texts
}


def ask(errand: Errand, path: str = PATH) -> Told:
    """Verify a customer."""
    body = {
        "NIK": errand.nik,
        "NAMA_LGKP_IBU": " ",  # the form has the field, and nobody fills it in
        **errand.elements,
        "TRESHOLD": "80",
        "user_id": errand.login.user_id,
        "password": errand.login.password,
        "IP_USER": errand.login.ip,
    }
    try:
        reply = post(errand.url + path, body, errand.timeout, Content_Type="application/json")
    except TimedOut:
        return {"outcome": "timeout"}
    return classify(reply)


def classify(reply: Any) -> Told:
    """Say what a reply means; quotaLimiter is kept for the company's own alarm."""
    element = reply["content"][0]
    if "RESPONSE" in element:
        text = element["RESPONSE"]
        return {"outcome": MEANINGS.get(text, "error"), "message": text}
    scores = {name: _score(name, element.get(name, "")) for name in FUZZY}
    return {"outcome": "found", "scores": scores, "left": reply.get("quotaLimiter")}


def _score(name: str, told: str) -> str:
    found = SCORE.search(told)
    if found is None:
        print(f"warning: no score for {name}: {told!r}", file=sys.stderr)
        return ""
    return found[1]


if __name__ == "__main__":
    main(ask, LOGIN)
