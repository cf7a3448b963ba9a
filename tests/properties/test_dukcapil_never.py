"""Whatever is sent: never a 500, another dialect than the agreement's, or a wrong count."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from dukcapil_desk import Desk, Reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from siaksim.agreements.fields import ALIASES
from siaksim.agreements.model import METHODS
from siaksim.agreements.texts import CODES
from siaksim.scenario.agreements import shipped
from siaksim.services.dukcapil.scores import NO, YES

LOOKUPS = [name for name, a in shipped().items() if a.shape in ("area", "institution", "id")]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
DESK = Desk()
NIKS = [p.nik for p in DESK.world.country.find(today=DESK.world.today(), limit=20)]
ERROR_KEYS = {
    "one_key": {"RESPON"},
    "two_keys": {"RESPONSE_CODE", "RESPONSE_DESC"},
    "three_keys": {"RESPONSE_CODE", "RESPONSE_DESC", "RESPONSE"},
    "respon_and_code": {"RESPON", "RESPONSE_CODE"},
}


def _any_case(data: st.DataObject, word: str) -> str:
    return "".join(data.draw(st.sampled_from([c.lower(), c.upper()])) for c in word)


def _kept(reply: Reply, name: str) -> None:
    """Assert that a reply is in the agreement's dialect, or a record or verdicts without a code."""
    agreement = DESK.agreement(name)
    assert reply.status == 200
    for element in reply.json["content"]:
        if not {"RESPON", "RESPONSE_CODE", "RESPONSE_DESC", "RESPONSE"} & set(element):
            plain = set(element) <= set(agreement.fields)
            verified = all(str(v).startswith((YES, NO)) or k == "NIK" for k, v in element.items())
            assert plain or verified
            continue
        assert set(element) == ERROR_KEYS[agreement.dialect]
        texts = {agreement.texts.of(code) for code in CODES}
        assert set(element.values()) <= texts | set(CODES)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_any_json_under_any_casing_stays_in_the_dialect(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(LOOKUPS))
    agreement = DESK.agreement(name)
    user = data.draw(st.sampled_from(agreement.users))
    good: dict[str, Any] = {
        "nik": data.draw(st.sampled_from(NIKS)),
        "user_id": user.user_id,
        "password": user.password,
        "ip_user": user.ip[0] if user.ip else "x",
    }
    body: Any = {}
    for key in data.draw(st.sets(st.sampled_from(sorted(ALIASES)))) | set(good):
        value = good.get(key) if data.draw(st.booleans()) else data.draw(ANY_JSON)
        body[_any_case(data, key)] = value
    if data.draw(st.integers(0, 9)) == 0:
        body = data.draw(ANY_JSON)
    methods = [*agreement.methods, *METHODS]
    method = _any_case(data, data.draw(st.sampled_from(methods)))
    if data.draw(st.integers(0, 4)) == 0:
        method = quote(data.draw(st.text(min_size=1, max_size=20)), safe="")
    raw = json.dumps(body, allow_nan=False) if _finite(body) else "{}"
    _kept(DESK.post(agreement.path(method), raw.encode()), name)
    assert DESK.world.counters.internal_errors == 0


def _finite(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


@settings(deadline=None)
@given(body=st.binary(max_size=200), kind=st.text(max_size=40), query=st.text(max_size=40))
def test_no_bytes_fail_the_service(body: bytes, kind: str, query: str) -> None:
    text = kind.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "")
    for path in (
        "/dukcapil/get_json/35-76/rsud_3576/call_nik",
        "/api/face-recognition/dukcapil/contoh-face-0001/CALL_FR",
        "/databalik/api/store",
    ):
        reply = DESK.post(f"{path}?{quote(query)}", body, content_type=text)
        assert reply.status in (200, 400, 401)
    assert DESK.world.counters.internal_errors == 0


class Quota(RuleBasedStateMachine):
    """Any mix of good and bad calls, lost answers and nights: the limiter never lies."""

    QUOTA = 4

    @initialize(lose=st.booleans())
    def begin(self, lose: bool) -> None:
        fault = "faults:\n  - {target: dukcapil.*, kind: lost_answer, share: 30%}\n" if lose else ""
        self.desk = Desk(f"agreements: {{finance-verify: {{quota: {self.QUOTA}}}}}\n{fault}")
        self.counted = 0
        self.nik = self.desk.person().nik

    @rule(wrong=st.sampled_from(["", "password", "ip_user", "TRESHOLD", "absent"]))
    def call(self, wrong: str) -> None:
        changes = {wrong: "wrong"} if wrong not in ("", "absent") else {}
        nik = "3576010101079899" if wrong == "absent" else self.nik
        reply = self.desk.ask("finance-verify", nik, **changes)
        counts = wrong in ("", "absent") and self.counted < self.QUOTA
        self.counted += counts
        if reply.status != 200:
            return
        if wrong in ("", "absent"):
            assert reply.json["quotaLimiter"] == self.QUOTA - self.counted
            refused = reply.json["content"][0].get("RESPONSE_CODE") == "05"
            assert refused is (not counts)
        else:
            assert "quotaLimiter" not in reply.json

    @rule()
    def night(self) -> None:
        self.desk.world.advance(86400.0)
        self.counted = 0

    @invariant()
    def never_below_zero_nor_twice(self) -> None:
        if not hasattr(self, "desk"):
            return
        world = self.desk.world
        used = world.registry.quota_used.get(("finance-verify", world.today().isoformat()), 0)
        assert used == self.counted <= self.QUOTA


TestQuota = Quota.TestCase
TestQuota.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
