"""An agreement ("perjanjian kerja sama") as data: its fields are what agreements.yaml may say.

Marks of domain.md: what differs between agreements is observed in clients; every default is
assumed unless its description names a source.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from siaksim.agreements.fields import ALIASES, FIELD_SETS, FIELDS
from siaksim.agreements.texts import CODES, VARIANTS
from siaksim.core.units import hours_of_day
from siaksim.faults.laws import Flag

Granted = Literal["call_nik", "call_nik_get_kk", "call_verify", "call_fr", "usage_report"]
Check = Literal[
    "socket", "empty", "parameters", "ip", "login", "user", "institution", "hours", "quota"
]
CHECKS: tuple[Check, ...] = (
    "socket",
    "empty",
    "parameters",
    "ip",
    "login",
    "user",
    "institution",
    "hours",
    "quota",
)
"""The order of checks: IP before login is a public mock's, the rest is assumed."""
METHODS: dict[str, Granted] = {
    "call_nik": "call_nik",
    "get_nik": "call_nik",
    "bynik": "call_nik",
    "call_nik_get_kk": "call_nik_get_kk",
    "call_verify_by_elemen": "call_verify",
    "nik_verifby_elemen": "call_verify",
    "koneksitas_verifby_elemen": "call_verify",
    "call_verify": "call_verify",
    "call_fr": "call_fr",
    "store": "usage_report",
}
"""Methods by their lower-case wire names (observed); institutions have methods of their own too."""


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _methods(value: object) -> object:
    """Take a name or names too: what a known name means need not be said."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list):
        known = {str(name): METHODS.get(str(name).lower()) for name in value}
        for name, operation in known.items():
            if operation is None:
                raise ValueError(
                    f"{name!r} is no method that siaksim knows; say what it does, "
                    f"such as {{{name}: call_nik}}"
                )
        return known
    return value


def _field_set(value: object) -> object:
    if isinstance(value, str):
        if value not in FIELD_SETS:
            names = ", ".join(FIELD_SETS)
            raise ValueError(f"{value!r} is no field set: give one of {names}, or a list of fields")
        return FIELD_SETS[value]
    if isinstance(value, list):
        unknown = [str(name) for name in value if name not in FIELDS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no field. Fields: {', '.join(FIELDS)}")
    return value


def _network(value: object) -> object:
    text = str(value)
    try:
        ip_network(text)
    except ValueError:
        raise ValueError(f"{text!r} is no address or network, such as 127.0.0.0/8") from None
    return text


def _hours(value: object) -> object:
    hours_of_day(value)
    return value


Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Short = Annotated[str, Field(min_length=1, max_length=100)]
Percent = Annotated[int, Field(ge=0, le=100)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class User(_Part):
    """A user of an agreement; `ip` are the claims that are accepted (none given: any)."""

    user_id: Word
    password: Short
    ip: Annotated[tuple[Short, ...], BeforeValidator(_one_or_more)] = ()
    active: Flag = True


class Threshold(_Part):
    """Which TRESHOLD a call may send (percent), and what holds when it sends none."""

    default: Percent = 100
    min: Percent = 1
    max: Percent = 100
    required: Flag = False

    @model_validator(mode="after")
    def _ordered(self) -> Threshold:
        if not self.min <= self.max:
            raise ValueError("max is below min")
        return self


class Texts(_Part):
    """Which texts errors have: a variant, and single ones changed by code."""

    variant: Literal["new", "old", "tegal"] = "new"
    change: dict[Literal[CODES], Short] = Field(default_factory=dict)  # type: ignore[valid-type]

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return {"variant": value} if isinstance(value, str) else value

    def of(self, code: str) -> str:
        """Return the text of a two-digit code."""
        changed: str | None = self.change.get(code)
        return changed or VARIANTS[self.variant][code]


class Face(_Part):
    """How a face match is called and answered."""

    encryption: Literal["rsa", "base64", "plain"] = "rsa"
    score: Literal["number", "text"] = "text"
    image_max: Annotated[int, Field(ge=1000, le=4_000_000)] = Field(
        195_000, description="bytes; clients shrink to below 195,000 (observed)"
    )


class Agreement(_Part):
    """One agreement: who may call what from where, and in which dialect the service answers."""

    about: Annotated[str, Field(min_length=1, max_length=500)]
    shape: Literal["area", "institution", "id", "face", "store"]
    area: Annotated[str, Field(pattern=r"^\d\d(-\d\d)?$")] | None = None
    institution: Word
    methods: Annotated[dict[Word, Granted], BeforeValidator(_methods), Field(min_length=1)]
    carrier: Literal["body", "query"] = "body"
    dialect: Literal["one_key", "two_keys", "three_keys", "respon_and_code"]
    texts: Texts = Texts()
    fields: Annotated[tuple[str, ...], BeforeValidator(_field_set), Field(min_length=1)] = (
        FIELD_SETS["24"]
    )
    typing: Literal["numbers", "text"] = "numbers"
    threshold: Threshold = Threshold()
    users: Annotated[tuple[User, ...], Field(min_length=1, max_length=100)]
    sockets: Annotated[
        tuple[Annotated[str, BeforeValidator(_network)], ...], BeforeValidator(_one_or_more)
    ] = Field((), description="networks that may connect; none given: any")
    quota: Annotated[int, Field(ge=0, le=10_000_000)] = 10_000
    quota_per: Literal["institution", "user"] = "institution"
    quota_limiter: Flag = False
    hours: Annotated[str, BeforeValidator(_hours)] | None = Field(
        None, description='permitted time of day, such as "07:00-17:00"'
    )
    keys: Literal["lenient", "strict"] = "lenient"
    spelling: dict[Word, Word] = Field(
        default_factory=dict, description="with strict keys: the one spelling of a key"
    )
    active: Flag = True
    checks: tuple[Check, ...] = CHECKS
    absent: Literal["error", "empty"] = "error"
    error_elements: Literal["1", "0"] = "1"
    never_recorded: Literal["14", "13", "08"] = "14"
    nik_element: Literal["sesuai", "echo"] = "sesuai"
    blood_unknown: Literal["null", "-", "TIDAK TAHU"] = "null"
    centre: Literal["DC", "DRC"] = "DC"
    drc_behind_days: Annotated[int, Field(ge=0, le=365)] = Field(
        30, description="recordings of the last days that the DRC does not know yet"
    )
    face: Face = Face()

    @model_validator(mode="after")
    def _whole(self) -> Agreement:
        if self.shape == "area" and self.area is None:
            raise ValueError("shape area needs `area`, such as 35-76")
        if self.shape != "area" and self.area is not None:
            raise ValueError(f"shape {self.shape} has no `area`")
        if self.shape == "id" and not (self.institution.isdigit() and len(self.institution) == 15):
            raise ValueError("shape id needs an institution of 15 digits")
        only: dict[str, set[Granted]] = {"face": {"call_fr"}, "store": {"usage_report"}}
        other: set[Granted] = {"call_nik", "call_nik_get_kk", "call_verify"}
        wrong = set(self.methods.values()) - only.get(self.shape, other)
        if wrong:
            raise ValueError(f"shape {self.shape} has no {', '.join(sorted(wrong))}")
        twice = [name for name in self.checks if self.checks.count(name) > 1]
        if twice:
            raise ValueError(f"the check {twice[0]!r} stands twice")
        unknown = sorted(set(self.spelling) - set(ALIASES.values()))
        if unknown:
            raise ValueError(f"spelling: {unknown[0]!r} is no key. Keys: user_id, NIK, ...")
        users = [user.user_id for user in self.users]
        if len(set(users)) < len(users):
            raise ValueError("a user_id stands twice")
        return self

    @property
    def address(self) -> tuple[str, str, str]:
        """Return what tells agreements apart on the wire: shape's kind, area, institution."""
        kind = self.shape if self.shape in ("face", "store") else "get_json"
        return kind, self.area or "", "" if kind == "store" else self.institution.lower()

    def path(self, method: str) -> str:
        """Return the path of one of its methods."""
        if self.shape == "store":
            return "/databalik/api/store"
        if self.shape == "face":
            return f"/api/face-recognition/dukcapil/{self.institution}/{method}"
        area = f"{self.area}/" if self.area else ""
        return f"/dukcapil/get_json/{area}{self.institution}/{method}"

    def grants(self, method: str) -> Granted | None:
        """Return what a method's name (any case) stands for, or None when it is not granted."""
        wanted = method.lower()
        return next((op for name, op in self.methods.items() if name.lower() == wanted), None)

    def user(self, user_id: str) -> User | None:
        """Return the user of this id, or None."""
        return next((user for user in self.users if user.user_id == user_id), None)
