"""A world's fingerprint: what happened to each subject, without ports and wall time. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import orjson


def fingerprint(lines: Iterable[Mapping[str, Any]]) -> str:
    """Return a hash over each subject's sequence of decisions, answers, entries and mails.

    Sequences are kept per subject, so the order in which different citizens' calls arrived
    plays no part; the order of one citizen's own calls does.
    """
    subjects: dict[str, list[Any]] = {}
    decided: dict[str, Mapping[str, Any]] = {}
    for line in lines:
        kind = line["kind"]
        if kind == "decided":
            decided[line["id"]] = line
            faults = [(r["fault"], r["kind"]) for r in line.get("faults", ())]
            item: list[Any] = ["decided", line["operation"], line["attempt"], faults]
        elif kind == "outcome":
            before = decided.get(line["id"])
            if before is None:
                continue
            item = ["outcome", before["operation"], line["end"], line["status"], line["body_hash"]]
            line = before
        elif kind == "ledger":
            item = ["ledger", line["entry"], _timeless(line["data"])]
        elif kind == "mail" and "via" not in line:
            # What a real mail server said comes by wall time, and is no part of the world.
            item = ["mail", line["number"], line["hash"], line["event"]]
        else:
            continue
        subjects.setdefault(line["subject"], []).append(item)
    text = orjson.dumps(sorted(subjects.items()), option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=16).hexdigest()


def _timeless(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out office times: they tell of how long other citizens' calls took before."""
    return {k: v for k, v in data.items() if not k.endswith(("_at", "_until"))}
