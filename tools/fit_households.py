"""Fit the weights of household cells to Indonesia's age pyramid; ship them as data.

Run: python tools/fit_households.py. Multiplicative update: each weight is multiplied by how much
the pyramid wants of the people that its cell has, over what there is of them; after each round
the shares of the kinds of households, and with them those of sizes, are set back.

Pyramid: BPS, Long Form of Sensus Penduduk 2020 (2022), people by five years of age and sex,
tables 193 and 197 of sensus.bps.go.id/topik/tabular/sp2022: ages 5-59. Ages 0-4 and from 60 on:
assumed, so that the total is near to BPS's 275.8 million for 2022. Household sizes: assumed, with
a mean near to BPS's 3.6 of Sensus 2020.
"""

from __future__ import annotations

import json
from pathlib import Path

from siaksim.population.households import KINDS, Cell, Sex, cell, profile

# First age of each group: men, women; thousands.
PYRAMID: dict[int, tuple[float, float]] = {
    0: (11_300, 10_800),  # assumed
    5: (11_242.240, 10_771.528),
    10: (11_356.245, 10_732.428),
    15: (11_432.945, 10_730.583),
    20: (11_553.101, 10_937.327),
    25: (11_485.755, 10_977.945),
    30: (11_215.437, 10_851.398),
    35: (10_743.266, 10_504.708),
    40: (10_207.099, 10_088.092),
    45: (9_378.468, 9_348.774),
    50: (8_240.714, 8_259.566),
    55: (6_945.016, 7_016.199),
    60: (5_450, 5_600),  # assumed from here on
    65: (3_950, 4_100),
    70: (2_400, 2_650),
    75: (2_150, 2_900),
}
OLDEST = 75
"""From here on the group is open: it falls off by a tenth a year (assumed), to 97."""
KIND_SHARES = {
    "man": 0.062,
    "woman": 0.033,
    "couple-0": 0.11,
    "mother-1": 0.03,
    "father-1": 0.025,
    "couple-1": 0.165,
    "couple-0-parent": 0.035,
    "mother-2": 0.02,
    "father-2": 0.02,
    "couple-2": 0.19,
    "couple-1-parent": 0.045,
    "mother-3": 0.015,
    "couple-3": 0.09,
    "couple-2-parent": 0.045,
    "mother-4": 0.005,
    "couple-4": 0.04,
    "couple-3-parent": 0.03,
    "couple-4-parent": 0.04,
}
"""Share of all households by kind, and so by size; assumed. The mean size is 3.6."""
ROUNDS = 400


def by_year() -> dict[tuple[Sex, int], float]:
    """Return the share of all people of each sex and year of age."""
    found: dict[tuple[Sex, int], float] = {}
    for first, both in PYRAMID.items():
        for sex, thousands in zip(("L", "P"), both, strict=True):
            years = range(first, 98 if first == OLDEST else first + 5)
            falls = [0.9 ** (y - first) if first == OLDEST else 1.0 for y in years]
            for year, fall in zip(years, falls, strict=True):
                key: tuple[Sex, int] = ("L" if sex == "L" else "P", year)
                found[key] = thousands * fall / sum(falls)
    whole = sum(found.values())
    return {key: part / whole for key, part in found.items()}


def fit() -> dict[Cell, float]:
    """Return each cell's share of all households."""
    wanted = by_year()
    cells = [cell(kind, age) for kind in KINDS for age in kind.anchor_ages()]
    profiles = {c: profile(c) for c in cells}
    weights = {c: KIND_SHARES[c.kind.name] / len(c.kind.anchor_ages()) for c in cells}
    people = sum(weight * c.kind.size for c, weight in weights.items())
    for _ in range(ROUNDS):
        there = dict.fromkeys(wanted, 0.0)
        for c, weight in weights.items():
            for key, count in profiles[c].items():
                there[key] = there.get(key, 0.0) + weight * count / people
        for c in cells:
            pull = sum(
                count * wanted.get(key, 0.0) / there[key] for key, count in profiles[c].items()
            )
            weights[c] *= pull / c.kind.size
        sums = dict.fromkeys(KIND_SHARES, 0.0)
        for c, weight in weights.items():
            sums[c.kind.name] += weight
        weights = {c: w * KIND_SHARES[c.kind.name] / sums[c.kind.name] for c, w in weights.items()}
    return weights


def main() -> None:
    """Write simulator/siaksim/population/data/cells.json: households per million."""
    weights = fit()
    households = {
        kind.name: [round(1_000_000 * weights[cell(kind, age)]) for age in kind.anchor_ages()]
        for kind in KINDS
    }
    about = "Households per million by kind, anchor's ages ascending: tools/fit_households.py."
    lines = ",\n".join(f'  "{n}": {json.dumps(w)}' for n, w in households.items())
    target = Path(__file__).parent.parent / "simulator/siaksim/population/data/cells.json"
    text = f'{{\n"about": "{about}",\n"households": {{\n{lines}\n}}\n}}\n'
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
