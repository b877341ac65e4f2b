"""The four tables of a year of road accidents, known by their names and columns."""

STEMS = ("caract", "lieux", "vehicules", "usagers")


def are_accident_tables(names: list[str]) -> bool:
    """Whether an archive holds the four: `caracteristiques-2019.csv`, `lieux_2005.csv` …"""
    return set(tables_in(names)) == set(STEMS)


def tables_in(names: list[str]) -> dict[str, str]:
    """The file of each table, by the words its name has to hold."""
    found: dict[str, str] = {}
    for name in names:
        bare = name.lower().replace("é", "e").rpartition("/")[2]
        if bare.endswith((".csv", ".txt")):
            found.update({stem: name for stem in STEMS if stem in bare and stem not in found})
    return found
