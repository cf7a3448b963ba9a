"""What a refusal's code may be: a word of siaksim's own services, or a number of Dukcapil's."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

SPEAKS = "x-speaks: codes"
"""The mark of operations that say what is wrong by a number (domain.md 1.6, 1.7)."""
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_NUMBER = re.compile(r"0[2-9]|1[0-7]|500[0-6]|6006|601[24589]|6020|9002", re.ASCII)


def _code(value: object) -> str:
    text = str(value)
    if text and not _WORD.fullmatch(text) and not _NUMBER.fullmatch(text):
        raise ValueError(
            f"{text[:80]!r} is no code: give a word such as service_unavailable, or a number of "
            "the Dukcapil service (02-17; faces 5000-5006, 6006, 6012, 6014, 6015, 6018-6020, 9002)"
        )
    return text


Code = Annotated[
    str,
    BeforeValidator(_code),
    WithJsonSchema({"type": "string", "pattern": f"^({_WORD.pattern}|{_NUMBER.pattern})?$"}),
]
