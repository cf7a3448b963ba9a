"""A journal says nothing that could be used against a person or an account."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st
from siaksim.journal.journal import Journal, read
from siaksim.journal.redact import SECRET_KEYS, redacted, redacted_path

ISSUED = "3576014502079123"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


def test_secrets_leave_only_their_hash_and_size() -> None:
    for key in SECRET_KEYS:
        shown = redacted({key: "rahasia-123"}, lambda _: True)
        assert b"rahasia-123" not in orjson.dumps(shown)
        assert shown[key]["size"] == 11


def test_a_nik_that_siaksim_did_not_issue_is_masked_wherever_it_stands() -> None:
    stranger = "3576014502070001"
    value = {"nik": stranger, "note": f"NIK {stranger}.", "list": [int(stranger)], stranger: 1}
    shown = orjson.dumps(redacted(value, lambda nik: nik == ISSUED)).decode()
    assert stranger not in shown
    assert shown.count("not-issued-") == 4


def test_an_issued_nik_stays() -> None:
    assert redacted({"nik": ISSUED}, lambda nik: nik == ISSUED) == {"nik": ISSUED}


def test_an_activation_link_is_hidden_in_paths() -> None:
    shown = redacted_path("/w/a/activation/SeCrEtToKeN/captcha.png?x=1", lambda _: False)
    assert "SeCrEtToKeN" not in shown
    assert shown.endswith("/captcha.png?x=1")


@given(JSON)
def test_redaction_takes_any_json_and_gives_json(value: object) -> None:
    orjson.dumps(redacted({"body": value}, lambda _: False), option=orjson.OPT_NON_STR_KEYS)


class _Sink:
    def __init__(self) -> None:
        self.data = b""

    def write(self, line: bytes) -> None:
        self.data += line

    def close(self) -> None:
        pass


@given(st.integers(1, 8), st.integers(0, 400))
def test_a_reader_drops_a_torn_last_line_and_nothing_else(count: int, cut: int) -> None:
    sink = _Sink()
    journal = Journal(sink)
    for number in range(count):
        journal.add({"kind": "decided", "value": number})
    raw = sink.data[: len(sink.data) - cut] if cut else sink.data
    lines = list(read(raw))
    assert lines == list(journal.lines)[: raw.count(b"\n")]


def test_a_journal_in_memory_is_bounded() -> None:
    journal = Journal(kept=3)
    for number in range(10):
        journal.add({"kind": "decided", "value": number})
    assert [line["value"] for line in journal.lines] == [7, 8, 9]
    assert journal.query({"value": "9"})[0]["n"] == 10
