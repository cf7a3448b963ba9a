"""The tickets of an office's queue machine, from rows of a table: arrival, called, finished. PURE.

Real logs are dirty: a row that cannot be right is left out, counted and shown with its reason; a
table that is mostly so is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from siaksim.core.clock import WIB
from siaksim.errors import UserError

COLUMNS: dict[str, tuple[str, ...]] = {
    "arrival": ("arrival", "arrived", "datang", "ambil", "waktu datang", "jam datang"),
    "called": ("called", "call", "dipanggil", "panggil", "waktu panggil", "jam panggil"),
    "finished": ("finished", "finish", "done", "selesai", "waktu selesai", "jam selesai"),
    "date": ("date", "day", "tanggal", "tgl"),
}
"""Names that a column may have, in any case."""
FEWEST = 30
"""Tickets below which no law is fitted."""
BAD_MOST = 0.2
"""The share of bad rows at which a table is refused."""
SHOWN = 10
LONGEST_S = 4 * 3600.0
"""A turn that took longer was not finished when it was over (assumed)."""
_FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")
_DATES = ("%Y-%m-%d", "%d/%m/%Y")
_TIMES = ("%H:%M:%S", "%H:%M", "%H.%M")

Cell = object
"""Text, a datetime, a date, a time, or None."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number that was drawn; office times, None for what did not happen."""

    arrival: float
    called: float | None
    finished: float | None


@dataclass(slots=True)
class Tickets:
    """The tickets of a log in order of arrival, and why rows were left out (row: reason)."""

    found: list[Ticket] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)


def tickets(rows: Iterable[Sequence[Cell]], name: str) -> Tickets:
    """Return the tickets of a table whose first row names the columns; UserError if there are none.

    `name` is the file in messages.
    """
    table = iter(rows)
    place = _columns(next(table, ()), name)
    result, count = Tickets(), 0
    for number, row in enumerate(table, start=2):
        if all(_empty(cell) for cell in row):
            continue
        count += 1
        try:
            result.found.append(_ticket(row, place))
        except ValueError as error:
            result.left_out[number] = str(error)
    result.found.sort(key=lambda ticket: ticket.arrival)
    if len(result.left_out) > BAD_MOST * count:
        raise UserError(_told(result.left_out, name, count), how=_FORM)
    if len(result.found) < FEWEST:
        what = f"{len(result.found)} tickets tell too little: at least {FEWEST} are needed."
        raise UserError(what, name)
    return result


_FORM = "Times look like 2024-07-11 08:05 or 11/07/2024 08:05, or 08:05 beside a column `date`."


def _told(left_out: dict[int, str], name: str, count: int) -> str:
    lines = [f"{name}:{row}: {why}" for row, why in list(left_out.items())[:SHOWN]]
    if len(left_out) > SHOWN:
        lines.append(f"{name}: and {len(left_out) - SHOWN} more")
    return "\n".join([f"{len(left_out)} of {count} rows cannot be read.", *lines, ""])


def _columns(head: Sequence[Cell], name: str) -> dict[str, int]:
    names = [str(cell or "").strip().lower().replace("_", " ") for cell in head]
    place = {
        column: names.index(word)
        for column, words in COLUMNS.items()
        for word in reversed(words)
        if word in names
    }
    missing = [column for column in ("arrival", "called", "finished") if column not in place]
    if missing:
        shown = ", ".join(repr(word) for word in names if word) or "nothing"
        what = (
            f"there is no column {', '.join(repr(m) for m in missing)}; the first row has {shown}."
        )
        raise UserError(what, f"{name}:1", "Name the columns arrival, called and finished.")
    return place


def _ticket(row: Sequence[Cell], place: dict[str, int]) -> Ticket:
    cells = {column: row[at] if at < len(row) else None for column, at in place.items()}
    day = _date(cells.get("date"))
    arrival = _moment(cells["arrival"], day, "arrival")
    if arrival is None:
        raise ValueError("there is no arrival")
    called = _moment(cells["called"], day, "called")
    finished = _moment(cells["finished"], day, "finished")
    if called is None and finished is not None:
        raise ValueError("it was finished and never called")
    if called is not None and called < arrival:
        raise ValueError("it was called before it arrived")
    if called is not None and finished is not None and finished < called:
        raise ValueError("it was finished before it was called")
    if called is not None and called - arrival > 24 * 3600:
        raise ValueError("it was called on another day")
    if called is not None and finished is not None and finished - called > LONGEST_S:
        raise ValueError(f"the turn took over {LONGEST_S / 3600:.0f} hours")
    return Ticket(arrival, called, finished)


def _empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in ("", "-"))


def _date(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return _parsed(str(cell).strip(), _DATES, date.min).date() if not _empty(cell) else None


def _moment(cell: Cell, day: date | None, column: str) -> float | None:
    if _empty(cell):
        return None
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=WIB).timestamp()
    if isinstance(cell, time):
        return _on(day, cell, column)
    text = " ".join(str(cell).replace("T", " ").split())
    if " " in text:
        return _parsed(text, _FORMS, date.min).timestamp()
    return _on(day, _parsed(text, _TIMES, date(2000, 1, 1)).time(), column)


def _on(day: date | None, clock: time, column: str) -> float:
    if day is None:
        raise ValueError(f"{column} has no date")
    return datetime.combine(day, clock, WIB).timestamp()


def _parsed(text: str, forms: Sequence[str], default: date) -> datetime:
    for form in forms:
        try:
            return datetime.strptime(text, form).replace(tzinfo=WIB)
        except ValueError:
            continue
    raise ValueError(f"{text[:40]!r} is no time")
