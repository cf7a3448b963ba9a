"""Journal lines as an HTTP archive (HAR 1.2), for tools that people have: browsers read it.

It holds what the journal holds: bodies with a hash in each secret's place, and no answer's body.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson

from siaksim import __version__

Line = Mapping[str, Any]


def archive_of(lines: Iterable[Line], numbers: Sequence[int], base_url: str) -> dict[str, Any]:
    """Return the archive of the calls whose first lines have these numbers, in their order."""
    held = list(lines)
    begun = {line["n"]: line for line in held if line["kind"] in ("decided", "unrouted")}
    ends = {line["id"]: line for line in held if line["kind"] == "outcome"}
    chosen = [begun[number] for number in numbers if number in begun]
    entries = [_entry(line, ends.get(line.get("id", "")), base_url) for line in chosen]
    creator = {"name": "siaksim", "version": __version__}
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(line: Line, end: Line | None, base_url: str) -> dict[str, Any]:
    took_ms = round(1000 * end.get("took_s", 0.0), 1) if end else 0.0
    status = int((end or line).get("status", 0))
    faults = ", ".join(f["fault"] for f in line.get("faults", ()))
    return {
        "startedDateTime": line["at"],
        "time": took_ms,
        "request": {
            "method": line["method"],
            "url": base_url + line["path"],
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": line.get("body_size", -1),
            **_posted(line),
        },
        "response": {
            "status": status,
            "statusText": HTTPStatus(status).phrase if status in _KNOWN else "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [],
            "content": {
                "size": end.get("body_size", 0) if end else 0,
                "mimeType": (end or {}).get("type", "application/json") if status else "",
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": end.get("body_size", -1) if end else -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took_ms, "receive": 0},
        "comment": " ".join(filter(None, (line.get("client", ""), faults, _end(end)))),
    }


_KNOWN = {int(status) for status in HTTPStatus}


def _posted(line: Line) -> dict[str, Any]:
    if "body" not in line:
        return {}
    text = orjson.dumps(line["body"]).decode()
    return {"postData": {"mimeType": "application/json", "text": text}}


def _end(end: Line | None) -> str:
    return "open" if end is None else str(end.get("end", ""))
