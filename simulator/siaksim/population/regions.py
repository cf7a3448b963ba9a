"""Districts and their villages, as coded by Kepmendagri 300.2.2-2138/2025 (observed).

Kota Mojokerto is whole, as are the villages of Puri that have a source; other districts of
Kabupaten Mojokerto, and one district for each of the provinces 91-96, have numbered villages
whose names are assumed. `people` are assumed sizes that add up to about what the press reports.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class District:
    """One kecamatan: `code` is PP.KK.CC; villages are (4-digit code, name)."""

    code: str
    name: str
    regency: str
    province: str
    people: int
    villages: tuple[tuple[str, str], ...]


def _named(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (item.strip().split(" ", 1) for item in text.split(","))
    return tuple((code, name.upper()) for code, name in pairs)


def _numbered(name: str, count: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"{2000 + i}", f"{name.upper()} DESA {i:02d}") for i in range(1, count + 1))


_JATIM = "JAWA TIMUR"
_PURI = (
    "2001 Tampungrejo, 2002 Plososari, 2003 Kintelan, 2004 Brayung, 2005 Ketemasdungus, 2006 Puri,"
    "2007 Tangunan, 2008 Kebonagung, 2009 Sumbergirang, 2010 Mlaten, 2011 Medali, 2012 Balongmojo,"
    "2013 Sumolawang, 2014 Tambakagung, 2016 Banjaragung, 2017 Kenanten"
)
_KABUPATEN = (
    ("01", "Jatirejo", 19, 44000),
    ("02", "Gondang", 18, 44000),
    ("03", "Pacet", 20, 60000),
    ("04", "Trawas", 13, 32000),
    ("05", "Ngoro", 19, 83000),
    ("06", "Pungging", 19, 80000),
    ("07", "Kutorejo", 17, 66000),
    ("08", "Mojosari", 19, 80000),
    ("09", "Dlanggu", 16, 58000),
    ("10", "Bangsal", 17, 54000),
    ("11", "Puri", 16, 77000),
    ("12", "Trowulan", 16, 76000),
    ("13", "Sooko", 15, 77000),
    ("14", "Gedeg", 14, 59000),
    ("15", "Kemlagi", 20, 60000),
    ("16", "Jetis", 16, 87000),
    ("17", "Dawarblandong", 18, 54000),
    ("18", "Mojoanyar", 12, 51000),
)
_KOTA = (
    (
        "01",
        "Prajuritkulon",
        42000,
        "1003 Mentikan, 1004 Kauman, 1005 Pulorejo, 1006 Prajuritkulon, 1007 Surodinawan,"
        "1008 Blooto",
    ),
    (
        "02",
        "Magersari",
        60000,
        "1001 Gununggedangan, 1003 Magersari, 1004 Gedongan, 1008 Balongsari, 1009 Kedundung,"
        "1010 Wates",
    ),
    (
        "03",
        "Kranggan",
        38000,
        "1001 Kranggan, 1002 Miji, 1003 Meri, 1004 Jagalan, 1005 Sentanan, 1006 Purwotengah",
    ),
)
_PAPUA = (
    ("91.71.01", "DISTRIK PAPUA", "KOTA JAYAPURA", "PAPUA"),
    ("92.71.01", "DISTRIK PAPUA BARAT", "MANOKWARI", "PAPUA BARAT"),
    ("93.01.01", "DISTRIK PAPUA SELATAN", "MERAUKE", "PAPUA SELATAN"),
    ("94.01.01", "DISTRIK PAPUA TENGAH", "NABIRE", "PAPUA TENGAH"),
    ("95.01.01", "DISTRIK PAPUA PEGUNUNGAN", "JAYAWIJAYA", "PAPUA PEGUNUNGAN"),
    ("96.71.01", "DISTRIK PAPUA BARAT DAYA", "KOTA SORONG", "PAPUA BARAT DAYA"),
)
"""One district a province, by choice; district and regency codes are assumed."""

DISTRICTS: tuple[District, ...] = (
    *(
        District(f"35.76.{c}", n.upper(), "KOTA MOJOKERTO", _JATIM, people, _named(villages))
        for c, n, people, villages in _KOTA
    ),
    *(
        District(
            f"35.16.{c}",
            n.upper(),
            "MOJOKERTO",
            _JATIM,
            people,
            _named(_PURI) if n == "Puri" else _numbered(n, villages),
        )
        for c, n, villages, people in _KABUPATEN
    ),
    *(District(c, n, r, p, 30000, _numbered(n, 8)) for c, n, r, p in _PAPUA),
)


def within(area: str) -> tuple[District, ...]:
    """Return the districts of an area: a code (35, 35.76, 35.76.02) or a district's name."""
    wanted = area.upper().replace(" ", "")
    return tuple(
        d
        for d in DISTRICTS
        if d.code == area or d.code.startswith(area + ".") or d.name.replace(" ", "") == wanted
    )
