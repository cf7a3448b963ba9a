"""CALL_FR: a selfie against the recorded photo, judged from the pixels.

Codes are observed (domain.md 1.7). Which comes first, and that the score is a twentieth of the
likeness of `ikd.upload_selfie`, is assumed. Fields may be RSA PKCS#1 v1.5 with the test key that
siaksim ships, plain base64, or plain.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from functools import lru_cache
from typing import Any

from siaksim import data
from siaksim.agreements.model import Agreement
from siaksim.agreements.texts import FACE
from siaksim.population.resident import Resident
from siaksim.services.base import Answer, Call
from siaksim.services.dukcapil import messages
from siaksim.services.dukcapil.admission import Admitted, checked, person_of
from siaksim.services.dukcapil.reading import said
from siaksim.services.likeness import compared
from siaksim.world import World

SEALED = ("NIK", "user_id", "password")
"""Fields that come encrypted (observed)."""
NEEDED = ("transactionId", "transactionSource", "customer_id", "image")
_SCALE = 20
"""Thresholds are 1-20 (observed); likeness is 0-100."""
_REFUSALS = {
    "03": "9002",
    "04": "5003",
    "05": "5002",
    "06": "5002",
    "07": "5004",
    "09": "5004",
    "10": "5003",
    "13": "6020",
    "15": "6020",
    "16": "5001",
    "17": "5001",
}
_JUDGED = ("match", "no_match")
_USED_UP = "5002"


def unsealed(body: dict[str, Any], agreement: Agreement | None) -> tuple[dict[str, Any], bool]:
    """Return the body with its sealed fields in the open, and whether all could be opened."""
    way = agreement.face.encryption if agreement else "plain"
    opened = dict(body)
    whole = True
    for name in SEALED:
        text = said(body, name)
        if way == "plain" or not text:
            continue
        found = _opened(text, way)
        whole = whole and found is not None
        opened[name] = found or ""
    return opened, whole


def _opened(text: str, way: str) -> str | None:
    try:
        raw = b64decode(text, validate=True)
    except (BadBase64, ValueError):
        return None
    if way == "rsa":
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        try:
            raw = _private_key().decrypt(raw, PKCS1v15())
        except ValueError:
            return None
    # A library that hides padding errors gives bytes of chance instead: no text.
    found = raw.decode("ascii", "replace")
    return found if found and found.isprintable() and found.isascii() else None


@lru_cache(maxsize=1)
def _private_key() -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(data.key_text("dukcapil-test-private").encode(), password=None)


def spoken(code: str) -> str:
    """Return a code as the face match says it: a lookup's by its meaning, 5000 for any other."""
    return code if code in FACE else _REFUSALS.get(code, "5000")


def call_fr(call: Call, world: World) -> Answer:
    """Compare a selfie with the recorded photo; 6018 is success."""
    agreement = world.agreements.get(call.path["agreement"])
    if agreement is None:
        return refusal(call, "5001")
    code, admitted, score = _answer(call, world, agreement)
    if admitted is None:
        return refusal(call, code)
    return messages.face_answer(
        code,
        admitted.count(code),
        score=score,
        quota_left=admitted.left,
        transaction=said(call.body, "transactionId"),
        score_as=agreement.face.score,
    )


def refusal(call: Call, code: str) -> Answer:
    """Return an answer that does not count; 5002 says that nothing is left of the quota."""
    left = 0 if code == _USED_UP else None
    return messages.face_answer(code, quota_left=left, transaction=said(call.body, "transactionId"))


def _answer(
    call: Call, world: World, agreement: Agreement
) -> tuple[str, Admitted | None, float | None]:
    """Return the code, the call if it counts, and the score if faces were compared."""
    body = call.body
    if body.get("sealed"):
        return "5006", None, None
    complete = all(said(body, field) for field in (*NEEDED, "NIK"))
    found = checked(call, world, agreement, said(body, "NIK"), complete)
    if isinstance(found, str):
        stranger = found == "03" and agreement.user(said(body, "user_id")) is None
        return "5001" if stranger else spoken(found), None, None
    threshold = said(body, "TRESHOLD")
    if not (threshold.isascii() and threshold.isdigit() and 1 <= int(threshold[:3]) <= _SCALE):
        return "5005", None, None
    image = _image(said(body, "image"))
    if image is None:
        return "6006", found, None
    if len(image) > agreement.face.image_max:
        return "6015", found, None
    person = person_of(found, world)
    if isinstance(person, str) or not person.has_photo:
        return "6020", found, None
    code, score = _judged(image, person, int(threshold), world)
    return code, found, score


def _image(text: str) -> bytes | None:
    _, _, plain = text.rpartition("base64,")  # a data URL's head is tolerated
    try:
        return b64decode(plain, validate=True)
    except (BadBase64, ValueError):
        return None


def _judged(
    image: bytes, person: Resident, threshold: int, world: World
) -> tuple[str, float | None]:
    found = compared(image, person.nik, world)
    if found.outcome not in _JUDGED:
        return "6015", None
    score = round(found.score * _SCALE / 100, 2)
    return ("6018" if score >= threshold else "6019"), score
