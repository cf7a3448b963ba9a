"""What a scenario may set about the services. All defaults are assumed unless a source is named."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from siaksim.faults.laws import Flag, Law, Lognormal, Seconds

Count = Annotated[int, Field(ge=1, le=1000)]


class Settings(BaseModel):
    """Lifetimes and limits of the services; lengths are office seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    registration_life_s: Seconds = Field(86400.0, alias="registration_life")
    qr_life_s: Seconds = Field(90.0, alias="qr_life", description="observed for the identity QR")
    code_length: Annotated[int, Field(ge=4, le=12)] = 6
    link_life_s: Seconds = Field(86400.0, alias="link_life")
    link_attempts: Count = 5
    selfie_tries: Count = 3
    pin_tries: Count = Field(3, description="observed")
    pin_lock_s: Seconds = Field(900.0, alias="pin_lock")
    session_idle_s: Seconds = Field(900.0, alias="session_idle")
    session_absolute_s: Seconds = Field(28800.0, alias="session_absolute")
    mail_delay: Law = Law(lognormal=Lognormal(median=8.0, p99=60.0))
    mail_resend_max: Count = 3
    minimum_age: Annotated[int, Field(ge=0, le=100)] = 17
    reveal: Flag = Field(True, description="captcha answers in a header")
    unknown_face: Literal["match", "no_match"] = "no_match"
    terms_version: Annotated[str, Field(min_length=1, max_length=20)] = "1.0"
    idempotency_life_s: Seconds = Field(86400.0, alias="idempotency_life")
