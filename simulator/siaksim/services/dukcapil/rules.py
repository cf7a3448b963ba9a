"""Who may call, in which order it is checked, and what counts against the quota. PURE.

Codes and their meanings are observed (domain.md 1.6); where a case has no source, the docstring
says assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from siaksim.agreements.model import Agreement, User
from siaksim.core.units import hours_of_day
from siaksim.ledger.entries import Change
from siaksim.services.dukcapil.reading import said

NIK_FORMAT_CODE = "15"
FINAL = {"dead": "11", "duplicate": "12", "inactive": "14"}
"""Codes by a resident's status: these people are found, and their data do not come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as the checks see it: `peer` is the socket's address, `used` the day's calls."""

    body: Mapping[str, Any]
    peer: str
    at: datetime
    used: int
    granted: bool
    complete: bool


def refused(agreement: Agreement, asked: Asked) -> str | None:
    """Return the code of the first check that fails, in the agreement's order, or None."""
    for check in agreement.checks:
        code = _CHECKS[check](agreement, asked)
        if code is not None:
            return code
    return None


def _socket(agreement: Agreement, asked: Asked) -> str | None:
    if not agreement.sockets:
        return None
    try:
        peer = ip_address(asked.peer)
    except ValueError:  # a caller in this process has no address
        return None
    return None if any(peer in ip_network(network) for network in agreement.sockets) else "10"


def _empty(agreement: Agreement, asked: Asked) -> str | None:
    filled = all(said(asked.body, name) for name in ("user_id", "password", "IP_USER"))
    return None if filled else "09"


def _parameters(agreement: Agreement, asked: Asked) -> str | None:
    """Refuse what is incomplete, and a method that is not granted (assumed: as a parameter)."""
    return None if asked.complete and asked.granted else "07"


def _ip(agreement: Agreement, asked: Asked) -> str | None:
    """Compare the claim with the user's; a stranger's is nobody's to compare (assumed)."""
    user = agreement.user(said(asked.body, "user_id"))
    claim = said(asked.body, "IP_USER")
    return "04" if user and user.ip and claim not in user.ip else None


def _login(agreement: Agreement, asked: Asked) -> str | None:
    user = agreement.user(said(asked.body, "user_id"))
    return None if user and user.password == said(asked.body, "password") else "03"


def _user(agreement: Agreement, asked: Asked) -> str | None:
    user = agreement.user(said(asked.body, "user_id"))
    return "17" if user and not user.active else None


def _institution(agreement: Agreement, asked: Asked) -> str | None:
    return None if agreement.active else "16"


def _hours(agreement: Agreement, asked: Asked) -> str | None:
    if agreement.hours is None:
        return None
    first, last = hours_of_day(agreement.hours)
    at = asked.at.hour * 3600 + asked.at.minute * 60 + asked.at.second
    return None if first <= at < last else "06"


def _quota(agreement: Agreement, asked: Asked) -> str | None:
    return "05" if asked.used >= agreement.quota else None


_CHECKS = {
    "socket": _socket,
    "empty": _empty,
    "parameters": _parameters,
    "ip": _ip,
    "login": _login,
    "user": _user,
    "institution": _institution,
    "hours": _hours,
    "quota": _quota,
}


def quota_key(name: str, agreement: Agreement, user: User | None) -> str:
    """Return whose quota a call counts against: the institution's or the user's."""
    if agreement.quota_per == "user" and user is not None:
        return f"{name}/{user.user_id}"
    return name


def counted(key: str, nik: str, day: date, operation: str, code: str) -> Change:
    """Return the ledger's change for a call that reached the registry: one of the day's quota."""
    data = {"quota": key, "day": day.isoformat(), "operation": operation, "code": code}
    return Change("dukcapil_counted", nik, data)


def nik_well_formed(nik: str) -> bool:
    """Say whether a NIK has 16 digits with an area, a date (women's day + 40) and a serial."""
    if len(nik) != 16 or not nik.isascii() or not nik.isdigit():
        return False
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    day -= 40 if day > 40 else 0
    try:
        date(2000 + year, month, day)
    except ValueError:
        # 29 February fits a century of 1900 only where it fits 2000 too, but for 1900 itself.
        return False
    return nik[:2] >= "11" and nik[2:4] != "00" and nik[4:6] != "00" and nik[12:] != "0000"


def threshold_of(agreement: Agreement, body: Mapping[str, Any]) -> int | None:
    """Return the TRESHOLD of a verification in percent, or None when it is not acceptable."""
    text = said(body, "TRESHOLD")
    if not text:
        return None if agreement.threshold.required else agreement.threshold.default
    if not text.isascii() or not text.isdigit() or len(text) > 3:
        return None
    value = int(text)
    return value if agreement.threshold.min <= value <= agreement.threshold.max else None
