"""Fields of a record, elements of a verification and the spellings of a request. PURE.

Sources: domain.md 1.2, 1.4 and 1.5 (read in public clients of the service), unless marked assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

KEYS = ("NIK", "NO_KK")
PERSON = (
    "NAMA_LGKP",
    "JENIS_KLMIN",
    "TMPT_LHR",
    "TGL_LHR",
    "AGAMA",
    "GOL_DARAH",
    "STATUS_KAWIN",
    "STAT_HBKEL",
    "PDDK_AKH",
    "JENIS_PKRJN",
)
PARENTS = ("NAMA_LGKP_IBU", "NAMA_LGKP_AYAH", "NIK_IBU", "NIK_AYAH")
CERTIFICATES = ("NO_AKTA_LHR", "NO_AKTA_KWN", "TGL_KWN", "NO_AKTA_CRAI", "TGL_CRAI")
AREA = ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL", "PROP_NAME", "KAB_NAME", "KEC_NAME", "KEL_NAME")
ADDRESS = ("ALAMAT", "DUSUN", "NO_RT", "NO_RW", *AREA)
EKTP = ("EKTP_STATUS", "EKTP_CREATED", "EKTP_LOCAL_ID", "LAST_UPDATED")
RARE = ("NO_PASPOR", "PHONENUMBER")

ELEMENTS = (
    "NIK",
    "NO_KK",
    "NAMA_LGKP",
    "JENIS_KLMIN",
    "TMPT_LHR",
    "TGL_LHR",
    "STAT_HBKEL",
    "STATUS_KAWIN",
    "PDDK_AKH",
    "JENIS_PKRJN",
    "AGAMA",
    "GOL_DARAH",
    "NAMA_LGKP_IBU",
    "ALAMAT",
    *AREA,
    "NO_RT",
    "NO_RW",
)
"""What a verification may ask about."""
FUZZY = frozenset({"NAMA_LGKP", "NAMA_LGKP_IBU", "TMPT_LHR", "ALAMAT"})
"""Elements that are answered with a score."""
NUMBERS = frozenset(
    {
        "NIK",
        "NO_KK",
        "NO_PROP",
        "NO_KAB",
        "NO_KEC",
        "NO_KEL",
        "NO_RT",
        "NO_RW",
        "KODE_POS",
    }
)
"""Fields that are JSON numbers in replies, so without leading zeros."""

_THIRTY = (
    "NAMA_LGKP_AYAH",
    "DUSUN",
    "KODE_POS",
    "EKTP_STATUS",
    "EKTP_CREATED",
    "PNYDNG_CCT",
)
FIELD_SETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "24": ELEMENTS,
        "30": (*ELEMENTS, *_THIRTY),
        "33": (*KEYS, *PERSON, *PARENTS, *CERTIFICATES, *ADDRESS),
        "full": (
            *KEYS,
            *PERSON,
            "PNYDNG_CCT",
            *PARENTS,
            *CERTIFICATES,
            *ADDRESS,
            "KODE_POS",
            *EKTP,
            *RARE,
        ),
    }
)
"""Field sets by name. Which fields the 24 and the 30 are is assumed; their numbers are observed."""

FIELDS = FIELD_SETS["full"]

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "nik": "NIK",
        "user_id": "user_id",
        "userid": "user_id",
        "password": "password",
        "ip_user": "IP_USER",
        "ip_users": "IP_USER",
        "ip_address": "IP_USER",
        "ipuser": "IP_USER",
        "treshold": "TRESHOLD",
        "threshold": "TRESHOLD",
        **{name.lower(): name for name in ELEMENTS},
    }
)
"""Lower-case spellings of a request's keys, and the canonical key that each stands for."""
FACE_ALIASES: Mapping[str, str] = MappingProxyType({**ALIASES, "ip": "IP_USER"})
"""The same for a face match, whose clients spell the claim plainly `ip` (domain.md 1.7)."""
