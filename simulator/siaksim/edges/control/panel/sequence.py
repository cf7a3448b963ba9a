"""A citizen's way as a sequence picture: who calls whom, what struck, what was committed. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from siaksim.edges.control.panel.charts import seconds_text
from siaksim.edges.control.panel.words import message
from siaksim.verdict.reports.catalogue import Catalogue

STEP, TOP, LANE = 54, 44, 170
"""Height of an event, of the head, and the way from one lane to the next; px."""
MARGIN = 100
SERVICES = (("ikd", "IKD"), ("siak", "SIAK"), ("mail", "E-mail"), ("dukcapil", "Dukcapil"))
_MAIL = {
    "on_its_way": message("on its way"),
    "delivered": message("delivered"),
    "lost": message("lost"),
    "bounced": message("refused"),
}
Rows = Sequence[Mapping[str, Any]]


def sequence(rows: Rows, entries: Rows, mails: Rows, words: Catalogue) -> dict[str, Any]:
    """Return lanes and events with their places, in order of time."""
    callers = list(dict.fromkeys(row["client"] for row in rows))
    used = {row["operation"].partition(".")[0] for row in rows if row["operation"]}
    used |= {"siak", "mail"} if mails else set()
    lanes = [*callers, *(key for key, _ in SERVICES if key in used)]
    names = [*callers, *(name for key, name in SERVICES if key in used)]
    place = {key: MARGIN + number * LANE for number, key in enumerate(lanes)}
    by_request: dict[str, list[str]] = {}
    for entry in entries:
        by_request.setdefault(entry["request"], []).append(entry["kind"])
    events = [_call(row, place, by_request, words) for row in rows if row["operation"]]
    events += [_mail(mail, place, words) for mail in mails]
    events.sort(key=lambda event: event["at"])
    for number, event in enumerate(events):
        event["y"] = TOP + (number + 0.6) * STEP
        event["time"] = event["at"][11:19]
    return {
        "lanes": [{"x": place[key], "name": name} for key, name in zip(lanes, names, strict=True)],
        "events": events,
        "width": MARGIN * 2 + LANE * max(1, len(lanes) - 1) + 60,
        "height": TOP + len(events) * STEP + 20,
    }


def _call(
    row: Mapping[str, Any],
    place: Mapping[str, int],
    by_request: Mapping[str, list[str]],
    words: Catalogue,
) -> dict[str, Any]:
    service = row["operation"].partition(".")[0]
    came = f"{row['status']} {row['code']}".strip() if row["status"] else row["end"]
    if row["outcome"] == "lost":
        came = words.tell("no answer ({end})", end=row["end"])
    elif row["outcome"] == "open":
        came = words.tell("still open")
    return {
        "at": row["at"],
        "id": row["id"],
        "from": place[row["client"]],
        "to": place[service],
        "text": row["operation"] + (f" ({row['attempt']})" if row["attempt"] > 1 else ""),
        "back": f"{came}, {seconds_text(row['took_s'])}",
        "kind": row["outcome"],
        "faults": ", ".join(f["fault"] for f in row["faults"]),
        "entries": ", ".join(by_request.get(row["id"], ())),
    }


def _mail(mail: Mapping[str, Any], place: Mapping[str, int], words: Catalogue) -> dict[str, Any]:
    said = words.tell(_MAIL.get(mail["state"], mail["state"]))
    if len(mail["arrived"]) > 1:
        said += f" ×{len(mail['arrived'])}"
    if mail["arrived"]:
        said += f" {mail['arrived'][0][11:16]}"
    bad = mail["state"] in ("lost", "bounced") or mail["fault"]
    return {
        "at": mail["sent"],
        "id": "",
        "from": place["siak"],
        "to": place["mail"],
        "text": words.tell("mail {number}", number=mail["number"]),
        "back": said,
        "kind": "error" if bad else "mail",
        "faults": mail["fault"],
        "entries": "",
    }
