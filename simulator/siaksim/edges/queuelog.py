"""Reads the log of an office's queue machine: a CSV file, or a workbook's first sheet (.xlsx)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

from siaksim.errors import UserError
from siaksim.office.fitting import Fit, fit
from siaksim.office.tickets import Tickets, tickets

SIZE_MAX = 50 * 1024 * 1024
"""Bytes of a file: about a million tickets."""
DELIMITERS = ",;\t"
"""Excel in Indonesian writes semicolons."""


def fitted(file: str) -> tuple[Fit, Tickets]:
    """Return the office that a log tells of, and its tickets; UserError says what is wrong."""
    found = tickets(_rows(file), file)
    return fit(found.found, Path(file).stem), found


def _rows(file: str) -> Iterator[Sequence[object]]:
    path = Path(file)
    try:
        if path.stat().st_size > SIZE_MAX:
            raise UserError(f"such a file has at most {SIZE_MAX // 1024**2} MiB.", file)
    except OSError as error:
        raise UserError(f"this file cannot be read: {error.strerror}.", file) from error
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _from_csv(path)
    if suffix == ".xlsx":
        return _from_workbook(path)
    raise UserError("a queue log is a .csv or an .xlsx file.", file, "Save it as one of these.")


def _from_csv(path: Path) -> Iterator[Sequence[object]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        how = "Save the file as UTF-8."
        raise UserError(f"byte {error.start} is not UTF-8.", str(path), how) from error
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    yield from csv.reader(text.splitlines(), delimiter=delimiter)


def _from_workbook(path: Path) -> Iterator[Sequence[object]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        how = "Save it anew as an Excel workbook (.xlsx)."
        raise UserError("this is no Excel workbook.", str(path), how) from error
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()
