"""What a scenario may set about the services. All defaults are assumed unless a source is named."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from siaksim.faults.laws import Flag, Law, Lognormal, Seconds

Count = Annotated[int, Field(ge=1, le=1000)]


class Settings(BaseModel):
    """Lifetimes and limits of the services; lengths are office seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    registration_life_s: Seconds = Field(
        86400.0, alias="registration_life", description="until an unfinished registration is dead"
    )
    qr_life_s: Seconds = Field(
        90.0,
        alias="qr_life",
        description="of a QR code, never shortened (observed for the identity QR)",
    )
    code_length: Annotated[int, Field(ge=4, le=12)] = Field(
        6, description="digits of the activation code"
    )
    link_life_s: Seconds = Field(86400.0, alias="link_life", description="of a mail's link")
    link_attempts: Count = Field(5, description="wrong codes that a link bears")
    selfie_tries: Count = Field(3, description="selfies that a registration may show")
    pin_tries: Count = Field(3, description="wrong PINs that lock an account (observed)")
    pin_lock_s: Seconds = Field(900.0, alias="pin_lock", description="how long it is locked")
    session_idle_s: Seconds = Field(
        900.0, alias="session_idle", description="without a call, until a session is over"
    )
    session_absolute_s: Seconds = Field(
        28800.0, alias="session_absolute", description="until a session is over in any case"
    )
    mail_delay: Law = Field(
        Law(lognormal=Lognormal(median=8.0, p99=60.0)), description="from sending to the mailbox"
    )
    mail_resend_max: Count = Field(3, description="mails that may be sent again")
    minimum_age: Annotated[int, Field(ge=0, le=100)] = Field(17, description="years, to register")
    reveal: Flag = Field(True, description="captcha answers in a header")
    unknown_face: Literal["match", "no_match"] = Field(
        "no_match", description="what a photo is that siaksim did not draw"
    )
    terms_version: Annotated[str, Field(min_length=1, max_length=20)] = Field(
        "1.0", description="that a citizen must agree to"
    )
    idempotency_life_s: Seconds = Field(
        86400.0, alias="idempotency_life", description="for how long a key is remembered"
    )
