"""Every effect goes to plain data and back; what states no decision is told."""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from siaksim.core.effects import RetryAfter
from siaksim.core.plan import Decision, Reason
from siaksim.replay.codec import EFFECTS, CodecError, decision_data, decision_of

_numbers = st.floats(allow_nan=False, allow_infinity=False)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_effects = st.sampled_from(sorted(EFFECTS)).flatmap(
    lambda name: st.builds(
        EFFECTS[name], **{f.name: values(f.type) for f in dataclasses.fields(EFFECTS[name])}
    )
)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Return values of a field by the text of its annotation."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "float": _numbers,
        "int": st.integers(-(2**53), 2**53),
        "bool": st.booleans(),
        "str": _texts,
        "bytes": st.binary(max_size=8),
        "None": st.none(),
        "Headers": st.lists(st.tuples(_texts, _texts), max_size=2).map(tuple),
        "How": st.sampled_from(["reset", "hang", "gateway_504", "gateway_html"]),
        "Ending": st.sampled_from(["close", "reset"]),
        "RetryAfter": st.builds(RetryAfter, seconds=_numbers, until=st.none() | _numbers),
    }
    return st.one_of(*(known[part] for part in str(annotation).split(" | ")))


_decisions = st.builds(
    Decision,
    st.lists(_effects, max_size=3).map(tuple),
    st.lists(st.builds(Reason, _texts, _texts, _texts, _texts), max_size=2).map(tuple),
)


@given(_decisions)
def test_a_decision_comes_back_as_it_was(decision: Decision) -> None:
    written = orjson.dumps(decision_data(decision))
    assert decision_of(orjson.loads(written)) == decision


def test_every_field_is_written_the_usual_ones_too() -> None:
    data = decision_data(Decision((EFFECTS["hang"](),)))
    assert data == {"effects": [{"effect": "hang", "until": None, "commits": False}]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"effects": [{"effect": "melt"}]}, "the effect 'melt' is unknown"),
        ({"effects": [{"effect": ["wait"]}]}, "is unknown"),
        ({"effects": [{}]}, "the effect 'None' is unknown"),
        ({"effects": ["wait"]}, "`effects` is no list of objects"),
        ({"effects": {"effect": "wait"}}, "`effects` is no list of objects"),
        (
            {"effects": [{"effect": "wait", "seconds": 1, "twice": True}]},
            "the effect 'wait' has no 'twice'",
        ),
        ({"effects": [{"effect": "wait"}]}, "the effect 'wait': seconds: Field required"),
        ({"effects": [{"effect": "wait", "seconds": "soon"}]}, "seconds: Input should be a valid"),
        ({"effects": [{"effect": "lose_answer", "how": "magic"}]}, "how: Input should be"),
        (
            {"effects": [{"effect": "page", "status": 503, "body": {"base64": "?"}}]},
            "a body is no base64",
        ),
        ({"faults": [{"fault": "x"}]}, "a fault is told by the texts fault, kind, layer, why"),
        (
            {"faults": [{"fault": 1, "kind": "x", "layer": "http", "why": ""}]},
            "a fault is told by the texts",
        ),
    ],
)
def test_what_states_no_decision_is_told(data: dict[str, Any], said: str) -> None:
    with pytest.raises(CodecError) as error:
        decision_of(data)
    assert said in str(error.value)
