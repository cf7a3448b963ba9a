"""Queue logs as they lie on office computers: CSV in either delimiter, workbooks, and wrecks."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from siaksim.core.chance import draw
from siaksim.edges.queuelog import fitted
from siaksim.errors import UserError
from siaksim.office.office import lognormal

HEAD = ("Datang", "Dipanggil", "Selesai")


def table() -> list[tuple[datetime, datetime, datetime]]:
    begin = datetime(2024, 7, 11, 8)  # noqa: DTZ001 - as a workbook holds it
    found = []
    for n in range(60):
        came = begin + timedelta(minutes=6 * n)
        called = came + timedelta(minutes=2)
        found.append((came, called, called + timedelta(seconds=lognormal(draw(5, n), 300.0, 0.4))))
    return found


def as_csv(path: Path, delimiter: str, form: str, encoding: str = "utf-8") -> str:
    lines = [delimiter.join(HEAD)]
    lines += [delimiter.join(at.strftime(form) for at in row) for row in table()]
    path.write_text("\n".join(lines), encoding=encoding)
    return str(path)


def test_csv_and_workbook_tell_of_the_same_office(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEAD)
    for row in table():
        sheet.append(row)
    book.save(tmp_path / "log.xlsx")
    plain = as_csv(tmp_path / "log.csv", ",", "%Y-%m-%d %H:%M:%S")
    excels = as_csv(tmp_path / "excel.csv", ";", "%d/%m/%Y %H:%M:%S", "utf-8-sig")
    offices = [fitted(name)[0].office for name in (str(tmp_path / "log.xlsx"), plain, excels)]
    means = [office.service.mean_s for office in offices]
    assert means == pytest.approx([means[1]] * 3, abs=1.0)
    assert [office.visits[3] for office in offices] == [60.0] * 3
    assert {office.officers for office in offices} == {offices[0].officers}
    assert offices[1].name == "log"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("log.ods", b"x", "a queue log is a .csv or an .xlsx file"),
        ("log.xlsx", b"no zip", "this is no Excel workbook"),
        ("log.csv", b"arrival,called,finished\n\xff", "byte 24 is not UTF-8"),
        ("log.csv", b"", "there is no column 'arrival', 'called', 'finished'"),
    ],
)
def test_wrecks_are_refused(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=told):
        fitted(str(tmp_path / name))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none.csv: this file cannot be read: No such file"):
        fitted(str(tmp_path / "none.csv"))
