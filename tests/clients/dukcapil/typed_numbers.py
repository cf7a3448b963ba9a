"""A health office's program with a typed model: numbers are integers, a text there is unreadable.

As a compiled language decodes it: what the reply lacks is zero or empty, what it has too much is
ignored. A NIK of zero is nobody; so whatever the error was, it says "not found".
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, fields
from typing import Any

from clients.dukcapil.calling import Errand, Login, TimedOut, Told, main, post

PATH = "/dukcapil/get_json/35-76/dinkes/dinkes"
LOGIN = Login("24112026080100dinkes_35760002", "siaksim", "x")


@dataclass(frozen=True)
class Person:
    """The model: names and types are those of the reply."""

    NIK: int = 0
    NO_KK: int = 0
    NO_PROP: int = 0
    NO_KAB: int = 0
    NO_KEC: int = 0
    NO_KEL: int = 0
    NO_RT: int = 0
    NO_RW: int = 0
    KODE_POS: int = 0
    NAMA_LGKP: str = ""
    TGL_LHR: str = ""
    RESPONSE_DESC: str = ""


def ask(errand: Errand, path: str = PATH) -> Told:
    """Look one person up; the credentials also go into an Authorization header."""
    body = {
        "nik": errand.nik,
        "userId": errand.login.user_id,
        "password": errand.login.password,
        "ipUser": errand.login.ip,
    }
    pair = f"{errand.login.user_id}:{errand.login.password}".encode()
    headers = {
        "Content_Type": "application/json",
        "Authorization": f"Basic {b64encode(pair).decode()}",
    }
    try:
        return classify(post(errand.url + path, body, errand.timeout, **headers))
    except TimedOut:
        return {"outcome": "timeout"}


def classify(reply: Any) -> Told:
    """Say what a reply means."""
    try:
        person = decoded(reply["content"][0])
    except TypeError as error:
        return {"outcome": "unreadable", "message": str(error)}
    if person.NIK == 0:
        return {"outcome": "not_found", "message": person.RESPONSE_DESC}
    return {"outcome": "found", "nik": person.NIK, "name": person.NAMA_LGKP}


def decoded(element: dict[str, Any]) -> Person:
    """Return an element as the model has it; TypeError says which value is of a wrong type."""
    found: dict[str, Any] = {}
    for field in fields(Person):
        value = element.get(field.name)
        if value is None:  # null leaves the zero value
            continue
        if type(value) is not type(field.default):
            raise TypeError(f"cannot decode {type(value).__name__} into field {field.name}")
        found[field.name] = value
    return Person(**found)


if __name__ == "__main__":
    main(ask, LOGIN)
