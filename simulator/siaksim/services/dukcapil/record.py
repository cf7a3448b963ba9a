"""A resident as the service's fields: upper case, codes as numbers, dates as YYYY-MM-DD. PURE.

Field names, types and sample texts are observed (domain.md 1.4). Certificates, recording dates,
handicaps and the words of EKTP_STATUS are assumed: no client publishes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from siaksim.agreements.fields import NUMBERS
from siaksim.agreements.model import Agreement
from siaksim.core import chance
from siaksim.population.resident import Resident

EKTP_SINCE = date(2011, 3, 1)
"""The first day on which the simulator lets anybody record a KTP-el (assumed)."""
_RECORDED_WITHIN_DAYS = 730
_WIDTHS = {"NO_PROP": 2, "NO_KAB": 2, "NO_KEC": 2, "NO_KEL": 4, "NO_RT": 3, "NO_RW": 3}
_HANDICAPS = ("FISIK", "NETRA/BUTA", "RUNGU/WICARA", "MENTAL/JIWA")
_WED = ("KAWIN", "CERAI HIDUP", "CERAI MATI")


def record(
    resident: Resident, seed: int, reference: date, recorded_here: date | None = None
) -> dict[str, Any]:
    """Return every field of a resident; None is a missing value.

    `reference` is the date at which the population is counted: what is drawn lies before it.
    `recorded_here` is the day of a KTP-el recording that was finished in this world.
    """
    province, regency, district = resident.area.split(".")
    recorded = recorded_here or recorded_on(resident, seed, reference)
    return {
        "NIK": int(resident.nik),
        "NO_KK": int(resident.kk),
        "NAMA_LGKP": resident.name,
        "JENIS_KLMIN": "Perempuan" if resident.sex == "P" else "Laki-Laki",
        "TMPT_LHR": resident.birth_place,
        "TGL_LHR": resident.birth_date.isoformat(),
        "AGAMA": resident.religion,
        "GOL_DARAH": None if resident.blood_type == "TIDAK TAHU" else resident.blood_type,
        "STATUS_KAWIN": resident.marital_status,
        "STAT_HBKEL": resident.relation,
        "PDDK_AKH": resident.education,
        "JENIS_PKRJN": resident.occupation,
        "PNYDNG_CCT": _handicap(resident, seed),
        "NAMA_LGKP_IBU": resident.mother_name,
        "NAMA_LGKP_AYAH": resident.father_name,
        "NIK_IBU": resident.mother_nik,
        "NIK_AYAH": resident.father_nik,
        **_certificates(resident, seed, reference),
        "ALAMAT": resident.address,
        "DUSUN": None,
        "NO_RT": resident.rt,
        "NO_RW": resident.rw,
        "NO_PROP": int(province),
        "NO_KAB": int(regency),
        "NO_KEC": int(district),
        "NO_KEL": int(resident.village_code),
        "PROP_NAME": resident.province_name,
        "KAB_NAME": resident.regency_name,
        "KEC_NAME": resident.district_name,
        "KEL_NAME": resident.village_name,
        "KODE_POS": int(resident.postal_code) if resident.postal_code else None,
        "EKTP_STATUS": "SUDAH REKAM" if recorded else "BELUM REKAM",
        "EKTP_CREATED": recorded.isoformat() if recorded else None,
        "EKTP_LOCAL_ID": f"{resident.area.replace('.', '')}{resident.index}" if recorded else None,
        "LAST_UPDATED": (recorded or resident.birth_date).isoformat(),
        "NO_PASPOR": None,
        "PHONENUMBER": None,
    }


def recorded_on(resident: Resident, seed: int, reference: date) -> date | None:
    """Return the day of a resident's KTP-el recording, None when there was none (assumed).

    Within two years of the 17th birthday, or of the first recordings, and before `reference`.
    """
    if not resident.recorded:
        return None
    earliest = max(_anniversary(resident.birth_date, 17), EKTP_SINCE)
    days = min(_RECORDED_WITHIN_DAYS, max(0, (reference - earliest).days))
    return earliest + timedelta(days=int(chance.draw(seed, "recorded-on", resident.nik) * days))


def shaped(values: Mapping[str, Any], agreement: Agreement) -> dict[str, Any]:
    """Return the fields that an agreement gets, typed and with its way of missing values."""
    found = {name: values[name] for name in agreement.fields}
    if found.get("GOL_DARAH", "") is None and agreement.blood_unknown != "null":
        found["GOL_DARAH"] = agreement.blood_unknown
    if agreement.typing == "text":
        for name in NUMBERS & found.keys():
            if found[name] is not None:
                found[name] = str(found[name]).zfill(_WIDTHS.get(name, 0))
    return found


def _handicap(resident: Resident, seed: int) -> str:
    draw = chance.draw(seed, "handicap", resident.nik)
    return _HANDICAPS[int(draw * 200)] if draw < 0.02 else "TIDAK CACAT"


def _certificates(resident: Resident, seed: int, reference: date) -> dict[str, str | None]:
    born = chance.draw(seed, "birth-certificate", resident.nik)
    wed = _wedding(resident, seed, reference) if resident.marital_status in _WED else None
    parted = wed + (reference - wed) / 2 if wed and resident.marital_status == _WED[1] else None
    regency = resident.area[:5].replace(".", "")
    return {
        # In the register's usual form, and synthetic by its number, which begins with 9.
        "NO_AKTA_LHR": f"{regency}-LT-{resident.birth_date:%d%m%Y}-9{int(born * 1000):03d}"
        if born < 0.8
        else None,
        "NO_AKTA_KWN": f"{regency}-KW-{wed:%d%m%Y}-9{resident.index % 1000:03d}" if wed else None,
        "TGL_KWN": wed.isoformat() if wed else None,
        "NO_AKTA_CRAI": f"{regency}-CR-{parted:%d%m%Y}-9{resident.index % 1000:03d}"
        if parted
        else None,
        "TGL_CRAI": parted.isoformat() if parted else None,
    }


def _wedding(resident: Resident, seed: int, reference: date) -> date:
    earliest = _anniversary(resident.birth_date, 19)
    days = max(0, (reference - earliest).days)
    return earliest + timedelta(days=int(chance.draw(seed, "wedding", resident.kk) * days / 2))


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
