"""What a scenario may set about the services. All defaults are assumed unless a source is named."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from siaksim.faults.laws import Flag, Law, Lognormal, Seconds, Share

Count = Annotated[int, Field(ge=1, le=1000)]


def _typical(median: float, p99: float) -> Law:
    return Law(lognormal=Lognormal(median=median, p99=p99))


_HOUR, _DAY = 3600.0, 86400.0


class EnrolmentShares(BaseModel):
    """Of 100 KTP-el recordings, how many end otherwise than well; all assumed to be 0 by default.

    Of 5 million new recordings 170,000 were duplicates (3.4%, the head of Dukcapil in 2016).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    failed_regional: Share = Field(0.0, description="end in ENROLL_FAILURE_AT_REGIONAL")
    failed_central: Share = Field(0.0, description="end in ENROLL_FAILURE_AT_CENTRAL")
    validation: Share = Field(0.0, description="wait in REQUEST_VALIDATION")
    adjudicate: Share = Field(0.0, description="wait in ADJUDICATE_RECORD")
    duplicate: Share = Field(0.0, description="wait in DUPLICATE_RECORD")
    search_failure: Share = Field(
        0.0, description="pass through SEARCH_FAILURE_AT_CENTRAL: a draw of its own"
    )

    @model_validator(mode="after")
    def _fit(self) -> EnrolmentShares:
        total = (
            self.failed_regional
            + self.failed_central
            + self.validation
            + self.adjudicate
            + self.duplicate
        )
        if total > 1.0 + 1e-9:
            raise ValueError(f"these shares add up to {total:.0%}: at most 100%")
        return self


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
    recording_age_months: Annotated[int, Field(ge=0, le=1200)] = Field(
        200, description="from which a KTP-el is recorded: 16 years and 8 months (seed)"
    )
    card_age: Annotated[int, Field(ge=0, le=100)] = Field(
        17, description="years, from which a card is printed (observed); the wed need not wait"
    )
    enrol_packing: Law = Field(
        _typical(60.0, 600.0), description="from BIO_CAPTURED to PROCESSING (assumed)"
    )
    enrol_sending: Law = Field(
        _typical(120.0, 900.0), description="from PROCESSING to SENT_FOR_ENROLLMENT (assumed)"
    )
    enrol_receiving: Law = Field(
        Law(
            percentiles={
                "min": 2 * _HOUR,
                "p50": _DAY,
                "p75": 3 * _DAY,
                "p90": 7 * _DAY,
                "p99": 20 * _DAY,
                "max": 180 * _DAY,
            }
        ),
        description="from SENT_FOR_ENROLLMENT to RECEIVED_AT_CENTRAL: 1, 3, 7, 20 days or more, "
        "the same day up to six months (offices); their shares assumed",
    )
    enrol_searching: Law = Field(
        _typical(2 * _HOUR, _DAY), description="from RECEIVED_AT_CENTRAL to what it finds (assumed)"
    )
    enrol_searching_again: Law = Field(
        _typical(6 * _HOUR, 3 * _DAY), description="after SEARCH_FAILURE_AT_CENTRAL (assumed)"
    )
    enrol_shares: EnrolmentShares = Field(
        default_factory=EnrolmentShares, description="of recordings that do not simply end well"
    )
    same_prints: Literal["duplicate", "ignore"] = Field(
        "duplicate",
        description="what recordings are in which a finger or an iris is the same picture, byte "
        "for byte; ignore lets clients send one stub picture for everybody",
    )
    card_queue: Law = Field(
        _typical(4 * _HOUR, 5 * _DAY),
        description="from PRINT_READY_RECORD until a card may be printed, if there is a blank",
    )
    card_printing: Law = Field(
        _typical(600.0, _HOUR), description="from SENT_FOR_CARD_PRINTING to CARD_PRINTED (assumed)"
    )
    card_shipping: Law = Field(
        _typical(_DAY, 5 * _DAY), description="from CARD_PRINTED to CARD_SHIPPED (assumed)"
    )
    card_issuing: Law = Field(
        _typical(2 * _DAY, 14 * _DAY), description="from CARD_SHIPPED to CARD_ISSUED (assumed)"
    )
    blanks: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        500, description="blank cards at the beginning (assumed); the control API brings more"
    )
    sync_clock_tolerance_s: Seconds = Field(
        120.0,
        alias="sync_clock_tolerance",
        description="that a field kit's clock may be off (assumed), never shortened",
    )
    sync_oldest_s: Seconds = Field(
        30 * _DAY, alias="sync_oldest", description="how old a captured item may be (assumed)"
    )
    idempotency_life_s: Seconds = Field(
        86400.0, alias="idempotency_life", description="for how long a key is remembered"
    )
