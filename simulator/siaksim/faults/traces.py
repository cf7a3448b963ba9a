"""Recorded durations from a CSV file, for the law `trace`.

The file stands beside the scenario and is read by whoever reads the scenario: a caller without
files (the control API) gives the durations inline as `values`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import PurePosixPath
from typing import Any

from siaksim.core import units
from siaksim.faults.lengths import LONGEST

READ_FILE = "read_file"
"""The key of pydantic's context under which the reader of files stands."""
ReadFile = Callable[[str], str]
"""Gives a file's text by its name relative to the scenario; OSError when it cannot."""


def durations(given: Mapping[str, Any], read: ReadFile | None, limit: int) -> list[float]:
    """Return the durations (seconds) of the file in `given`; ValueError says what is wrong.

    `column` names one of the header's; without it the first column counts. `unit` is that of
    plain numbers; values such as 120ms need none.
    """
    name = str(given["file"])
    if read is None:
        raise ValueError("a file cannot be read here: give the durations as `values`")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise ValueError(f"{name!r} is not beside the scenario: give a relative path without ..")
    try:
        rows = [row for row in csv.reader(StringIO(read(name))) if any(c.strip() for c in row)]
    except OSError as error:
        raise ValueError(f"the trace {name!r} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"the trace {name!r} is no CSV in UTF-8") from error
    unit = given.get("unit")
    if unit is not None and unit not in units.UNITS:
        raise ValueError(f"{unit!r} is no unit; units: {', '.join(units.UNITS)}")
    place, body = _column(name, rows, given.get("column"), unit)
    if not body:
        raise ValueError(f"the trace {name!r} has no durations")
    if len(body) > limit:
        raise ValueError(f"the trace {name!r} has over {limit} durations")
    return [_duration(name, line, row, place, unit) for line, row in body]


def _column(
    name: str, rows: list[list[str]], column: str | None, unit: str | None
) -> tuple[int, list[tuple[int, list[str]]]]:
    numbered = list(enumerate(rows, 1))
    if column is not None:
        head = [cell.strip() for cell in rows[0]] if rows else []
        if column not in head:
            raise ValueError(f"the trace {name!r} has no column {column!r}: {', '.join(head)}")
        return head.index(column), numbered[1:]
    # A first line that is no duration is the header.
    headed = bool(rows) and _seconds(rows[0][0].strip(), unit) is None
    return 0, numbered[1:] if headed else numbered


def _duration(name: str, line: int, row: list[str], place: int, unit: str | None) -> float:
    cell = row[place].strip() if place < len(row) else ""
    found = _seconds(cell, unit)
    if found is None or found > LONGEST:
        how = "" if unit else "; give `unit` for plain numbers"
        raise ValueError(f"line {line} of the trace {name!r}: {cell[:40]!r} is no duration{how}")
    return found


def _seconds(cell: str, unit: str | None) -> float | None:
    for text in (cell, f"{cell}{unit}" if unit else ""):
        try:
            return units.seconds(text)
        except ValueError:
            continue
    return None
