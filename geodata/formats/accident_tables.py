"""The four tables of a year of road accidents, known by the names of their files."""

import re

STEMS = ("caract", "lieux", "vehicules", "usagers")
_WORDS = {
    "caract": re.compile("cara?ct"),  # 2021 and 2022 were published as “carcteristiques”
    "lieux": re.compile("lieux"),
    "vehicules": re.compile("v[eé]hicules"),
    "usagers": re.compile("usagers"),
}
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")

Tables = dict[str, str]
"""The file of each table, by its stem."""


def are_accident_tables(names: list[str]) -> bool:
    """Whether an archive holds the four of one year at least."""
    return any(set(tables) == set(STEMS) for tables in tables_by_year(names).values())


def tables_by_year(names: list[str]) -> dict[str, Tables]:
    """`caracteristiques-2019.csv`, `lieux_2005.csv` … by year; '' for names that give none."""
    found: dict[str, Tables] = {}
    for name in sorted(names):
        bare = name.lower().rpartition("/")[2]
        stem = next((stem for stem, word in _WORDS.items() if word.search(bare)), None)
        if stem and bare.endswith((".csv", ".txt")):
            year = _YEAR.search(bare)
            found.setdefault(year[1] if year else "", {}).setdefault(stem, name)
    return dict(sorted(found.items()))
