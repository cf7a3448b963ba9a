"""Calls as a person looks for them: newest first, paged, each with its end and what struck it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from typing import Any

import gevent
from flask import Blueprint, Response

from siaksim.edges.control import common
from siaksim.edges.control.common import ControlError, arguments, choice, json, whole
from siaksim.edges.control.faults import row_dict
from siaksim.edges.har import archive_of

calls = Blueprint("calls", __name__)
calls.url_value_preprocessor(common.pull_world)

OUTCOMES = ("ok", "refused", "error", "lost", "open", "trouble")
"""How a call ended; `trouble` is any of error, lost and open."""
FILTERS = ("client", "operation", "subject", "fault", "outcome", "actors", "link")
_TROUBLE = ("error", "lost", "open")
Line = Mapping[str, Any]


@calls.get("/calls")
def list_calls() -> Response:
    """List calls, newest first: ?client=&operation=&subject=&fault=&outcome=&before=N&limit=.

    Globs are allowed; `actors=hide` leaves out whom siaksim plays. `next` is the `before` of the
    page that follows.
    """
    given = arguments(*FILTERS, "before", "limit")
    limit = whole(given, "limit", 50, 1, 1000)
    before = whole(given, "before", 2**53, 1, 2**53)
    for name, known in (("outcome", OUTCOMES), ("actors", ("hide", "show"))):
        if given.get(name):
            choice(given[name], name, known)
    world = common.world()
    lines = list(world.journal.lines)
    wanted = {name: given[name] for name in FILTERS if given.get(name)}
    # A filter that few calls fit looks at everything: in a thread, so that others go on.
    look = partial(page, lines, wanted, before, limit)
    found, following = gevent.get_hub().threadpool.apply(look)
    return json({"count": world.journal.count, "calls": found, "next": following})


def page(
    lines: Sequence[Line], wanted: Mapping[str, str], before: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """Return up to `limit` calls numbered below `before`, and where the next page begins."""
    fitting = (r for r in _rows(lines) if r["n"] < before and _fits(r, wanted))
    found = list(islice(fitting, limit + 1))
    more = len(found) > limit
    return found[:limit], found[limit - 1]["n"] if more else None


def _rows(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Yield each call, newest first, with its end, which stands behind it in the journal."""
    ends: dict[str, Line] = {}
    for line in reversed(lines):
        kind = line["kind"]
        if kind == "outcome":
            ends[line["id"]] = line
        elif kind == "decided":
            yield row_of(line, ends.pop(line["id"], None))
        elif kind == "unrouted":
            yield _unrouted(line)


def row_of(line: Line, end: Line | None) -> dict[str, Any]:
    """Return one call as a row."""
    return {
        "n": line["n"],
        "id": line["id"],
        "at": line["at"],
        "client": line["client"],
        "actor": line["actor"],
        "link": line.get("link", ""),
        "operation": line["operation"],
        "subject": line["subject"],
        "attempt": line["attempt"],
        "method": line["method"],
        "path": line["path"],
        "faults": [{"fault": f["fault"], "kind": f["kind"]} for f in line.get("faults", ())],
        "outcome": _outcome(end),
        "end": end["end"] if end else "open",
        "status": end["status"] if end else 0,
        "code": end.get("code", "") if end else "",
        "took_s": end["took_s"] if end else None,
        "asked_s": end.get("asked_s", 0.0) if end else None,
        "entries": end["entries"] if end else 0,
    }


def _unrouted(line: Line) -> dict[str, Any]:
    """Return a request that no operation takes as a row without an id."""
    decided = {"id": "", "actor": False, "operation": "", "subject": "-", "attempt": 1, **line}
    end = {"end": "sent", "status": line["status"], "took_s": 0.0, "entries": 0}
    return row_of(decided, end)


def _outcome(end: Line | None) -> str:
    if end is None:
        return "open"
    if not end["status"]:
        return "lost"
    return "error" if end["status"] >= 500 else "refused" if end["status"] >= 400 else "ok"


def _fits(row: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    for name, value in wanted.items():
        if name == "actors":
            if value == "hide" and row["actor"]:
                return False
        elif name == "outcome":
            if row["outcome"] != value and not (value == "trouble" and row["outcome"] in _TROUBLE):
                return False
        elif name == "fault":
            if not any(_is(value, f["fault"], f["kind"]) for f in row["faults"]):
                return False
        elif not _is(value, row[name], row[name].partition(".")[0]):
            return False
    return True


def _is(wanted: str, *values: str) -> bool:
    return any(value == wanted or fnmatchcase(value, wanted) for value in values)


@calls.get("/har")
def har() -> Response:
    """Give calls as an HTTP archive (HAR 1.2), oldest first: filters and limit as of /calls.

    Bodies are as redacted as the journal; answers have a size and no body.
    """
    given = arguments(*FILTERS, "limit")
    limit = whole(given, "limit", 1000, 1, 10_000)
    world = common.world()
    lines = list(world.journal.lines)
    wanted = {name: given[name] for name in FILTERS if given.get(name)}
    base_url = common.exchange().base_url(world)

    def archive() -> dict[str, Any]:
        found, _ = page(lines, wanted, 2**53, limit)
        return archive_of(lines, [row["n"] for row in reversed(found)], base_url)

    return json(gevent.get_hub().threadpool.apply(archive))


@calls.get("/calls/<identity>")
def show_call(identity: str) -> Response:
    """Show one call whole: request, decision, end, ledger entries, and the faults that struck."""
    arguments()
    world = common.world()
    lines = list(world.journal.lines)
    found = gevent.get_hub().threadpool.apply(partial(_lines_of, lines, identity))
    decided = next((line for line in found if line["kind"] == "decided"), None)
    if decided is None:
        raise ControlError(
            404,
            f"the journal holds no call {identity[:64]!r}.",
            "path",
            "GET /__admin/calls lists calls; old ones are only in the --journal file.",
        )
    end = next((line for line in found if line["kind"] == "outcome"), None)
    struck = {f["fault"] for f in decided.get("faults", ())}
    now = world.clock.now()
    return json(
        {
            "call": row_of(decided, end),
            "decided": decided,
            "outcome": end,
            "ledger": [line for line in found if line["kind"] == "ledger"],
            "other": [line for line in found if line["kind"] not in _PARTS],
            "faults": [row_dict(r, now) for r in world.book.rows if r.fault.id in struck],
            "base_url": common.exchange().base_url(world),
        }
    )


_PARTS = ("decided", "outcome", "ledger")


def _lines_of(lines: Iterable[Line], identity: str) -> list[Line]:
    return [line for line in lines if line.get("id") == identity]
