"""The message catalogue knows every message, and fills each in."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from messages import VERDICT, known_messages, messages_of
from siaksim.verdict.reports.catalogue import LANGUAGES, catalogue
from siaksim.verdict.words import words

MESSAGES = known_messages()


def fields(text: str) -> set[tuple[str, str]]:
    """Return what stands in braces, with how it is shown."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}


def test_every_message_of_rules_and_reports_has_its_words_in_indonesian() -> None:
    table = catalogue("id").table
    missing = [
        f'# {place}\nmsgid "{message}"\nmsgstr ""\n'
        for message, place in MESSAGES.items()
        if not table.get(message)
    ]
    assert missing == [], "add to simulator/siaksim/verdict/reports/id.po:\n\n" + "\n".join(missing)


def test_a_translation_fills_in_what_its_message_does() -> None:
    differing = {m: s for m, s in catalogue("id").table.items() if fields(m) != fields(s)}
    assert differing == {}


def test_the_search_for_messages_finds_each_way_of_saying_one() -> None:
    source = (
        'message = "a {x}" if y else "b"\n'
        'tell("c")\nself._say.tell("d", n=1)\nself.finding("e", call)\nwords("f")\n'
        'def unsure(self, history):\n    if history: return "g"\n    return ""\n'
        'other = "no message"\n'
    )
    assert {m for m, _ in messages_of(ast.parse(source))} == {"a {x}", *"bcdefg"}


def test_the_known_messages_are_not_only_those_of_one_place() -> None:
    places = {place.partition("/")[0].partition(":")[0] for place in MESSAGES.values()}
    assert {"rules", "reports", "judge.py"} <= places


def test_numbers_have_the_languages_decimal_mark() -> None:
    message = "{operation} was sent again {gap:.1f} s after an end that may have been done"
    said = {lang: catalogue(lang).tell(message, operation="x", gap=2.25) for lang in LANGUAGES}
    assert said["en"].startswith("x was sent again 2.2 s after")
    assert said["id"].startswith("x dikirim lagi 2,2 detik setelah")


def test_a_reason_within_a_text_is_said_in_its_language_and_a_users_word_is_not() -> None:
    indonesian = catalogue("id")
    why = words("{rule}: {why}", rule="calls", why="the client never called")
    assert why == "calls: the client never called"
    assert indonesian.put(why) == "calls: klien tidak pernah memanggil"


def test_a_text_with_braces_and_no_values_stays_as_it_is() -> None:
    assert words("{oops} {0}") == "{oops} {0}"
    assert catalogue("id").put("{oops} {0}") == "{oops} {0}"


def test_another_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'fr' is no language of reports: id, en"):
        catalogue("fr")


def test_no_message_is_put_together_where_no_catalogue_can_know_it() -> None:
    found = []
    for path in sorted(VERDICT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and _is_message(path, node):
                found.append(f"{path.relative_to(VERDICT)}:{node.lineno}")
    assert found == []


def _is_message(path: Path, wanted: ast.JoinedStr) -> bool:
    """Say whether an f-string is a finding's message or what `unsure` returns."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == "unsure":
            held: list[ast.AST] = [node]
        elif isinstance(node, ast.Assign) and "message" in map(ast.unparse, node.targets):
            held = [node.value]
        else:
            continue
        places = {getattr(n, "lineno", 0) for part in held for n in ast.walk(part)}
        if wanted.lineno in places:
            return True
    return False


def test_no_message_stands_twice_in_the_catalogue() -> None:
    text = (VERDICT / "reports/id.po").read_text(encoding="utf-8")
    messages = re.findall(r'^msgid "(.+)"$', text, re.M)
    assert len(messages) >= len(MESSAGES)
    assert len(messages) == len(set(messages))
