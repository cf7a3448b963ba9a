"""Freeze Faker's Indonesian word lists as data, so that residents outlive Faker's versions.

Run: python tools/freeze_names.py. First names come sorted by sex from Faker; second names are
sorted here, by the endings that Indonesian women's names have.
"""

from __future__ import annotations

import json
from pathlib import Path

from faker.providers.address.id_ID import Provider as Address
from faker.providers.person.id_ID import Provider as Person

FEMININE = ("wati", "yanti", "sari", "ati", "asari", "ani", "anti", "astuti", "uti", "lia", "ika")
FEMININE_NAMES = {
    "Farida Halimah Haryanti Hasanah Hassanah Hastuti Kusmawati Kuswandari Laksita Laksmiwati"
    " Lailasari Lestari Mandasari Mardhiyah Maryati Mayasari Melani Mulyani Namaga Nasyidah"
    " Nasyiah Nurdiyanti Nuraini Novitasari Oktaviani Padmasari Palastri Permata Pertiwi Prastuti"
    " Pratiwi Pudjiastuti Puspasari Puspita Purnawati Purwanti Rahayu Rahimah Rahmawati Riyanti"
    " Safitri Sudiati Suartini Suryatmi Susanti Utami Usada Usamah Uyainah Wahyuni Wastuti"
    " Wijayanti Winarsih Wulandari Yolanda Yulianti Yuliarti Yuniar Zulaika Zulaikha Agustina"
    " Andriani Aryani Anggraini Astuti Fujiati Handayani Hartati"
}
SIZE = {"male": 300, "female": 200, "second_male": 80, "second_female": 60, "street": 60}


def main() -> None:
    """Write simulator/siaksim/population/data/names.json."""
    women = {n for names in FEMININE_NAMES for n in names.split()}
    last = sorted(set(Person.last_names))
    female = [n for n in last if n in women or n.lower().endswith(FEMININE)]
    lists = {
        "male": sorted(set(Person.first_names_male)),
        "female": sorted(set(Person.first_names_female)),
        "second_male": [n for n in last if n not in female],
        "second_female": female,
        "street": sorted(set(Address.streets)),
    }
    frozen = {key: [n.upper() for n in names][: SIZE[key]] for key, names in lists.items()}
    target = Path(__file__).parent.parent / "simulator/siaksim/population/data/names.json"
    target.write_text(json.dumps(frozen, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
