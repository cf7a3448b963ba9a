"""The HTML report: whole in one file, nothing fetched, seen by a real browser."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from siaksim.verdict.reports.catalogue import catalogue
from siaksim.verdict.reports.compare import compared_with
from siaksim.verdict.reports.html import html_report
from siaksim.verdict.reports.model import Report
from verdict_history import Story
from verdict_reports import careless, report, run_of

VOID = {"meta", "line", "path", "circle"}
RED = (179, 38, 30)
"""The background of FAIL."""


class Outline(HTMLParser):
    """Checks that elements are closed in order, and keeps links and anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: set[str] = set()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        given = dict(attrs)
        self.anchors.add(given.get("id") or "")
        if "href" in given:
            self.links.add((given["href"] or "").removeprefix("#"))
        assert "src" not in given
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    assert found.open == []
    return found


def test_the_page_is_whole_and_its_links_lead_to_its_own_anchors() -> None:
    made = report()
    page = html_report(made, catalogue("en"))
    found = outline(page)
    assert found.links
    assert found.links <= found.anchors
    findings = sum(len(r.findings) for run in made.runs for r in run.verdict.rulings)
    assert found.seen.count("article") == findings
    assert found.seen.count("svg") == findings


def test_the_page_can_fetch_nothing() -> None:
    page = html_report(report(), catalogue("en"))
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|<script|<link|<img|<iframe", page)


def test_what_a_client_sends_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>\"'&"
    story = Story()
    story.call("ikd.register", 0.0, client=evil, subject=evil, problems=[(evil, evil)])
    made = Report((run_of(replace(story.history, scenario=evil)),))
    page = html_report(made, catalogue("id"))
    assert "<script" not in page
    assert outline(page).seen.count("script") == 0
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_is_in_the_language_and_says_what_is_new() -> None:
    made = compared_with(report(), {"report": 1, "runs": []}, "last.json")
    page = html_report(made, catalogue("id"))
    assert '<html lang="id">' in page
    for wanted in (
        "Putusan",
        "GAGAL (1)",
        "Yang perlu dilakukan",
        "last.json: baru",
        "Putar ulang",
    ):
        assert wanted in page


def browse(page: str, folder: Path, *options: str) -> str:
    """Open a page from disk in chromium; return what it prints."""
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1000,1400",
        *options,
        file.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.needs("chromium")
def test_a_browser_opens_the_page_from_disk_and_paints_the_failure(tmp_path: Path) -> None:
    page = html_report(Report((run_of(careless()),)), catalogue("en"))
    dom = browse(page, tmp_path, "--dump-dom")
    assert dom.count("<svg") == page.count("<svg")
    assert "siak.scan_qr was sent again 2.0 s" in dom
    shot = tmp_path / "shot.png"
    browse(page, tmp_path, f"--screenshot={shot}", "--hide-scrollbars")
    image = Image.open(BytesIO(shot.read_bytes())).convert("RGB")
    colours = {colour: n for n, colour in image.getcolors(2**24) or []}
    assert colours.get(RED, 0) > 2000
    assert len(colours) > 20


@pytest.mark.needs("chromium")
def test_the_page_prints(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    browse(html_report(report(), catalogue("en")), tmp_path, f"--print-to-pdf={file}")
    assert file.read_bytes().startswith(b"%PDF-")
    assert file.stat().st_size > 10_000
