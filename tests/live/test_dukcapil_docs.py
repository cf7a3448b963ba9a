"""What docs/dukcapil.md tells people to type works; every reply that it shows is the one got."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from rapidfuzz import fuzz
from siaksim.agreements.model import CHECKS, Agreement
from siaksim.agreements.showing import request_of
from siaksim.agreements.texts import CODES, FACE, VARIANTS
from siaksim.scenario.agreements import shipped

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/dukcapil.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"<!-- (run|reply|output|save|doctest)(?:: ([^>]*))? -->\n```\w*\n(.*?)```", re.S
)
END = "@@@ the end of a block @@@"
DIALECTS = {"respon_and_code": "RESPON and code"}
MORE = "..."


@dataclass
class Run:
    """A block of commands, and what the page shows of its output."""

    lines: str
    kind: str = ""
    shown: str = ""


@dataclass
class Page:
    """The page's commands in order, and the files that it tells people to save."""

    runs: list[Run] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


def read_page() -> Page:
    page = Page()
    for kind, word, text in BLOCK.findall(PAGE):
        if kind == "run":
            page.runs.append(Run(text))
        elif kind == "save":
            page.files[word] = text
        elif kind in ("reply", "output"):
            page.runs[-1].kind, page.runs[-1].shown = kind, text
    return page


def outputs(page: Page, url: str, folder: Path) -> list[str]:
    """Run all blocks in one shell, and return what each wrote."""
    for name, text in page.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "contracts").symlink_to(ROOT / "contracts")
    lines = "".join(f"{run.lines}\nprintf '{END}'\n" for run in page.runs)
    done = subprocess.run(
        ["bash", "-c", lines.replace("http://127.0.0.1:7425", url)],
        cwd=folder,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )
    found = done.stdout.split(END)
    assert len(found) == len(page.runs) + 1, done.stdout
    return found[:-1]


def resident(url: str, world: str) -> dict[str, Any]:
    """Return the resident whom the page's own search finds."""
    asked = {"area": "35.76", "age": "30", "recorded": "true", "status": "normal", "limit": "1"}
    answer = httpx.get(f"{url}/__admin/worlds/{world}/residents", params=asked, timeout=20)
    return dict(answer.json()["residents"][0])


def documents(text: str) -> list[Any]:
    """Return all JSON values that stand one after the other."""
    found, at, decoder = [], 0, json.JSONDecoder()
    while at < len(text.rstrip()):
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


def expected(shown: str, values: dict[str, Any]) -> list[Any]:
    """Return the replies that the page shows, with its words filled in; `...` stays as a mark."""
    filled = re.sub(r"\$([A-Z_]+)", lambda found: str(values[found[1]]), shown)
    marked = re.sub(r"\.\.\.(?=\s*\})", f'"{MORE}": true', filled)
    return documents(re.sub(r"\.\.\.(?=\s*\])", f'"{MORE}"', marked))


def fits(shown: Any, got: Any, where: str) -> None:
    """Fail where a reply differs from what is shown of it; keys have their order too."""
    if isinstance(shown, dict):
        assert isinstance(got, dict), where
        names = [name for name in shown if name != MORE]
        assert set(names) <= set(got), f"{where}: {sorted(set(names) - set(got))} missing"
        if MORE not in shown:
            assert names == list(got), where
        for name in names:
            fits(shown[name], got[name], f"{where}.{name}")
    elif isinstance(shown, list):
        assert isinstance(got, list), where
        items = [item for item in shown if item != MORE]
        assert len(items) == len(got) or (MORE in shown and len(items) < len(got)), where
        for number, (item, found) in enumerate(zip(items, got, strict=False)):
            fits(item, found, f"{where}[{number}]")
    else:
        assert (type(shown), shown) == (type(got), got), where


@pytest.mark.live
def test_every_reply_on_the_page_is_the_reply_got(simulator: Any, tmp_path: Path) -> None:
    page = read_page()
    assert len(page.runs) > 20
    got = outputs(page, simulator.url, tmp_path)
    person, other = (resident(simulator.url, name) for name in ("dukcapil", "dukcapil-day"))
    values = {name.upper(): value for name, value in person.items()}
    values |= {f"DAY_{name.upper()}": value for name, value in other.items()}
    values["SCORE"] = round(fuzz.ratio(person["mother_name"], "BUDI SANTOSO"))
    for run, output in zip(page.runs, got, strict=True):
        where = run.lines[-200:]
        if run.kind == "output":
            assert output.strip() == run.shown.strip(), where
        elif run.kind == "reply":
            shown, found = expected(run.shown, values), documents(output)
            assert len(shown) == len(found), f"{where}\n{output}"
            for one, reply in zip(shown, found, strict=True):
                fits(one, reply, where)
        else:
            assert output.strip() == "", f"{where}\n{output}"


def test_the_comparison_sees_a_difference() -> None:
    for shown, got in [
        ({"a": 1}, {"a": "1"}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, MORE: True}, {"b": 1}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1], [1, 2]),
        ([1, 2, MORE], [1]),
        (True, 1),
    ]:
        with pytest.raises(AssertionError):
            fits(shown, got, "here")
    fits({"a": [1, MORE], MORE: True}, {"b": 0, "a": [1, 2]}, "here")
    assert expected('{"a": $X, ...} [...]', {"X": 5}) == [{"a": 5, MORE: True}, [MORE]]


def test_each_shipped_agreement_has_a_section_with_a_call() -> None:
    sections = re.split(r"^### ", PAGE, flags=re.M)[1:]
    found = {section.split("\n", 1)[0]: section for section in sections}
    assert list(found) == shipped().names()
    for name, agreement in shipped().items():
        section = found[name].split("\n## ")[0]
        assert "<!-- run: with a server -->" in section
        assert "<!-- reply -->" in section
        assert any(agreement.path(method) in section for method in agreement.methods), name
        assert agreement.users[0].user_id in section or agreement.shape == "store", name


@pytest.mark.parametrize("name", shipped().names())
def test_the_table_says_what_the_file_says(name: str) -> None:
    agreement = shipped().get(name)
    assert agreement is not None
    assert row(name, agreement) in PAGE


def row(name: str, agreement: Agreement) -> str:
    """Return an agreement's line in the table."""
    first, *others = agreement.methods
    paths = ", ".join([f"`{agreement.path(first)}`", *(f"`.../{method}`" for method in others)])
    if agreement.shape in ("face", "store"):
        quota = f"{agreement.quota:,}" if agreement.shape == "face" else "-"
        return f"| `{name}` | {paths} | its own | - | - | - | {quota} |"
    looks_up = agreement.methods[first] != "call_verify"
    cells = [
        f"`{name}`",
        paths,
        DIALECTS.get(agreement.dialect, agreement.dialect.replace("_", " ")),
        agreement.texts.variant,
        str(len(agreement.fields)) if looks_up else "scores",
        agreement.typing if looks_up else "-",
        f"{agreement.quota:,}" + (" a user" if agreement.quota_per == "user" else ""),
    ]
    return f"| {' | '.join(cells)} |"


FAULTS = re.findall(r"^\| `(\{target: .*?\})` \|", PAGE, re.M)


@pytest.mark.live
@pytest.mark.parametrize("fault", FAULTS)
def test_the_faults_of_the_table_act_as_it_says(make_world: Any, fault: str) -> None:
    text = (
        f"scenario: x\nstory: y\nseed: 1\nclock: {{start: 2024-07-11T08:00}}\nfaults: [{fault}]\n"
    )
    world = make_world(text=text.replace("calls: 100", "calls: 1"))
    agreement = shipped().get("rsud-lookup")
    assert agreement is not None
    body = request_of(agreement, "call_nik", world.resident())
    url = world.base + agreement.path("CALL_NIK")
    answers = [httpx.post(url, json=body, timeout=20) for _ in range(2)]
    told = [(a.status_code, a.json().get("content", [{}])[0].get("RESPONSE_CODE")) for a in answers]
    expected = {
        "error, code": [(200, "05")] * 2,
        "error, status": [(503, None)] * 2,
        "quota, calls": [(200, None), (200, "05")],
        "soft_error": [(200, "02")] * 2,
    }
    assert told == next(found for words, found in expected.items() if f"kind: {words}" in fault)


@pytest.mark.parametrize("code", CODES)
def test_the_table_of_codes_has_the_exact_texts(code: str) -> None:
    (line,) = re.findall(rf"^\| {code} \| .*$", PAGE, re.M)
    texts = {variant[code] for variant in VARIANTS.values()}
    if code == "15":  # the old service does not tell it from 13, and the page says so
        texts = {VARIANTS["new"][code]}
    assert {text for text in texts if f"`{text}`" not in line} == set()


@pytest.mark.parametrize("code", FACE)
def test_the_table_of_face_codes_has_the_exact_texts(code: str) -> None:
    (line,) = re.findall(rf"^\| (?:\d{{4}}, )*{code}(?:, \d{{4}})* \| .*$", PAGE, re.M)
    assert f"`{FACE[code]}`" in line


def test_the_order_of_checks_and_the_scores_are_told_as_they_are() -> None:
    told = re.findall(
        r"`(\w+)`", PAGE.split("**Order of checks**")[1].split(":", 1)[1].split(".")[0]
    )
    assert tuple(told) == CHECKS
    (lines,) = [text for kind, _, text in BLOCK.findall(PAGE) if kind == "doctest"]
    test = doctest.DocTestParser().get_doctest(lines, {}, "page", "docs/dukcapil.md", 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0
