"""A hospital's look-up: an element of exactly two keys means that the quota is used up.

It was written on the day on which that was the only error anybody had seen. Time-outs and dead
connections are one thing to it: "Koneksi ke server Dukcapil terputus".
"""

from __future__ import annotations

from typing import Any

from clients.dukcapil.calling import Errand, Login, NoConnection, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/35-76/rsud_3576/call_nik"
LOGIN = Login("24112026080000rsud_35760001", "siaksim", "10.35.76.10")


def ask(errand: Errand, path: str = PATH) -> Told:
    """Look a patient up."""
    body = {
        "nik": errand.nik,
        "user_id": errand.login.user_id,
        "password": errand.login.password,
        "IP_USER": errand.login.ip,
    }
    try:
        reply = post(errand.url + path, body, errand.timeout, Content_Type="application/json")
    except (TimedOut, NoConnection):
        return {"outcome": "disconnected", "message": "Koneksi ke server Dukcapil terputus"}
    return classify(reply)


def classify(reply: Any) -> Told:
    """Say what a reply means; the numbers of RT and RW get their zeros back."""
    patient = reply["content"][0]
    if len(patient) == 2:
        return {"outcome": "quota", "message": "Kuota akses hari ini habis"}
    rt, rw = (str(patient[name]).zfill(3) for name in ("NO_RT", "NO_RW"))
    return {
        "outcome": "found",
        "name": patient["NAMA_LGKP"],
        "address": f"{patient['ALAMAT']} RT {rt} RW {rw}",
    }


if __name__ == "__main__":
    main(ask, LOGIN)
