"""A finding as a small sequence picture: inline SVG, client on the left, siaksim on the right."""

from __future__ import annotations

from html import escape

from siaksim.verdict.history import HttpCall
from siaksim.verdict.reports.catalogue import Catalogue
from siaksim.verdict.reports.model import committed, ended, moment, shown_calls, struck

LEFT, RIGHT, WIDTH = 110, 560, 860
"""Where the two lifelines stand, and how wide a picture is; all in px."""
TOP, ROW, GAP = 46, 58, 26
"""Head, height of a call, and height of the mark for calls that are left out; px."""


def picture(calls: list[HttpCall], words: Catalogue) -> str:
    """Return the SVG of some calls, '' of none."""
    if not calls:
        return ""
    first, left_out, last = shown_calls(calls)
    rows: list[str] = []
    y = TOP
    for call in first:
        rows.append(_call(call, y, words))
        y += ROW
    if left_out:
        said = escape(words.tell("... {count} calls between ...", count=left_out))
        middle = (LEFT + RIGHT) // 2
        rows.append(f'<text x="{middle}" y="{y}" class="mid dim">{said}</text>')
        y += GAP
    for call in last:
        rows.append(_call(call, y, words))
        y += ROW
    clients = ", ".join(dict.fromkeys(call.client for call in calls))
    about = "; ".join(f"{moment(c.at_s)} {c.operation}: {ended(c, words)}" for c in first + last)
    return (
        f'<svg viewBox="0 0 {WIDTH} {y}" role="img" aria-label="{escape(about)}">'
        f'<text x="{LEFT}" y="16" class="mid who">{escape(_short(clients, 24))}</text>'
        f'<text x="{RIGHT}" y="16" class="mid who">siaksim</text>'
        f'<line x1="{LEFT}" y1="24" x2="{LEFT}" y2="{y - 6}" class="life"/>'
        f'<line x1="{RIGHT}" y1="24" x2="{RIGHT}" y2="{y - 6}" class="life"/>'
        f"{''.join(rows)}</svg>"
    )


def _call(call: HttpCall, y: int, words: Catalogue) -> str:
    """Return a call's two arrows; a lost answer's stops half-way, at a cross."""
    back = y + 26
    good = call.told and call.status < 400
    kind = "ok" if good else "bad"
    parts = [
        f'<text x="{LEFT - 12}" y="{y + 4}" class="end dim">{moment(call.at_s)}</text>',
        f'<text x="{LEFT - 12}" y="{back + 4}" class="end dim">{moment(call.ended_s)}</text>',
        f'<text x="{LEFT + 12}" y="{y - 6}">{escape(_short(call.operation, 60))}</text>',
        f'<line x1="{LEFT}" y1="{y}" x2="{RIGHT - 7}" y2="{y}" class="call"/>',
        f'<path d="M{RIGHT},{y} l-8,-4 v8 z" class="head"/>',
    ]
    until = LEFT if call.told else (LEFT + RIGHT) // 2
    parts.append(f'<line x1="{RIGHT}" y1="{back}" x2="{until}" y2="{back}" class="back {kind}"/>')
    if call.told:
        parts.append(f'<path d="M{until},{back} l8,-4 v8 z" class="fill {kind}"/>')
    else:
        cross = f"M{until - 5},{back - 5} l10,10 m0,-10 l-10,10"
        parts.append(f'<path d="{cross}" class="cross"/>')
    said = escape(_short(ended(call, words), 52))
    parts.append(f'<text x="{RIGHT - 12}" y="{back - 6}" class="end {kind}">{said}</text>')
    if struck(call):
        fault = escape(_short(words.tell("fault {names}", names=struck(call)), 42))
        parts.append(f'<text x="{RIGHT + 12}" y="{back + 4}" class="bad">{fault}</text>')
    if committed(call):
        entries = escape(_short(words.tell("committed {entries}", entries=committed(call)), 42))
        parts.append(f'<circle cx="{RIGHT}" cy="{y + 13}" r="4" class="commit"/>')
        parts.append(f'<text x="{RIGHT + 12}" y="{y + 10}" class="done">{entries}</text>')
    return "".join(parts)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
