"""Answers as bytes on the wire: one function, so that both lanes send the same."""

from __future__ import annotations

from http import HTTPStatus

from siaksim.core.clock import http_date
from siaksim.services.base import Answer

_REASONS = {status.value: status.phrase for status in HTTPStatus}
# Python's table changed these names between versions; the wire must not.
_REASONS |= {413: "Content Too Large", 422: "Unprocessable Content"}


def wire_headers(answer: Answer, request: str, office: float) -> list[tuple[str, str]]:
    """Return the headers of an answer; Date is office time, and nothing tells of the fault."""
    headers = [("Server", answer.server)] if answer.server else []
    headers.append(("Date", http_date(office)))
    if answer.content_type:
        headers.append(("Content-Type", answer.content_type))
    headers.append(("Content-Length", str(len(answer.body))))
    headers.append(("Siaksim-Request", request))
    headers.extend(answer.headers)
    return headers


def status_line(status: int, reason: str = "") -> str:
    """Return a status with its reason phrase, such as '404 Not Found'."""
    return f"{status} {reason or _REASONS.get(status, 'Unknown')}"


def encode(
    answer: Answer, request: str, office: float, *, head: bool = False, close: bool = False
) -> bytes:
    """Return head and body in one piece, to be sent by one send(); `head` leaves the body out."""
    lines = [f"HTTP/1.1 {status_line(answer.status, answer.reason)}"]
    lines += [f"{name}: {value}" for name, value in wire_headers(answer, request, office)]
    if close:
        lines.append("Connection: close")
    text = "\r\n".join(lines) + "\r\n\r\n"
    raw = text.encode("latin-1", "replace")
    return raw if head else raw + answer.body
