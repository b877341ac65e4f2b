"""A year of the French base of road accidents with injuries → points with year and severity.

Source: ONISR, "Bases de données annuelles des accidents corporels de la circulation routière",
four tables a year.  Until 2018: `,` (2009, by its description: tabs), Latin-1, degrees × 100,000,
years of two digits, départements with a trailing zero.  Since 2019: `;`, decimal commas, codes as
INSEE has them; some years call the key `Accident_Id`.  `grav`: 1 unharmed, 2 killed, 3 in hospital,
4 lightly injured.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shapely import Point

from geodata.formats.accident_tables import STEMS, tables_by_year
from geodata.formats.columns import plain
from geodata.formats.table import number, rows_of
from geodata.formats.unpacking import unpack
from geodata.kml.zipped import members_of, opened
from geodata.sources import Remark, SourceFeature, Unreadable

UNHARMED, KILLED, HOSPITALISED, LIGHT = "1", "2", "3", "4"
SEVERITIES: Final = {
    KILLED: "tué",
    HOSPITALISED: "hospitalisé",
    LIGHT: "léger",
    UNHARMED: "indemne",
}
"""The gravest first: an accident is as grave as what happened to the worst hurt."""

UNKNOWN = "inconnue"
_KEYS = ("numacc", "accidentid")
_ROADS = {"1": "autoroute", "2": "route nationale", "3": "route départementale",
          "4": "voie communale", "5": "hors réseau public", "6": "parc de stationnement",
          "7": "route de métropole urbaine", "9": "autre"}  # fmt: skip
_CYCLES = ("1", "80")
_PEDESTRIAN = "3"

_MAINLAND = (-5.5, 41.2, 9.8, 51.3)
_OVERSEAS = {
    "971": (-61.9, 15.7, -60.9, 16.6),
    "972": (-61.3, 14.3, -60.7, 15.0),
    "973": (-54.7, 2.0, -51.5, 6.0),
    "974": (55.1, -21.5, 56.0, -20.8),
    "975": (-56.5, 46.7, -56.0, 47.2),
    "976": (44.9, -13.1, 45.4, -12.5),
    "977": (-62.95, 17.85, -62.75, 18.0),
    "978": (-63.2, 18.0, -62.95, 18.15),
    "986": (-178.3, -14.4, -176.1, -13.1),
    "987": (-155.0, -28.0, -134.0, -7.5),
    "988": (158.0, -23.0, 172.0, -19.0),
}
"""West, south, east, north (EPSG:4326): a position elsewhere is a mistake of whoever typed it."""

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Hurt:
    """Who was hurt in one accident, by `grav`, and how many on foot."""

    counts: Counter[str]
    pedestrians: int

    @property
    def severity(self) -> str:
        return next((word for code, word in SEVERITIES.items() if self.counts[code]), UNKNOWN)


def read_zip(path: Path) -> Iterator[SourceFeature | Remark]:
    """The four tables in an archive, of one year or of several.

    Raises Unreadable, or KmlRefused for a hostile archive.
    """
    with tempfile.TemporaryDirectory(prefix="cantonnier-accidents-") as folder:
        with path.open("rb") as file:
            members = {m.filename: m for m in members_of(file, may_pack_tightly=True)}
            years = tables_by_year(list(members))
            with opened(file) as archive:
                for year, tables in years.items():
                    for stem, name in tables.items():
                        unpack(archive, members[name], Path(folder) / f"{stem}{year}")
        for number_of, (year, tables) in enumerate(years.items()):
            found = {stem: Path(folder) / f"{stem}{year}" for stem in tables}
            for item in read_tables(found):
                yield _shared(item, number_of, len(years))


def _shared(item: SourceFeature | Remark, number_of: int, years: int) -> SourceFeature | Remark:
    """Progress over all years."""
    if isinstance(item, Remark):
        return item
    return replace(item, share=(number_of + item.share) / years)


def read_tables(tables: Mapping[str, Path]) -> Iterator[SourceFeature | Remark]:
    """`tables` has a file for each of STEMS.  Accidents without a usable place are named."""
    missing = [stem for stem in STEMS if stem not in tables]
    if missing:
        raise Unreadable("accident-table-missing", tables=", ".join(missing))
    hurt = _hurt(tables["usagers"])
    places = {key: cells for key, cells, _line, _share in _rows(tables["lieux"], "catr")}
    vehicles = _vehicles(tables["vehicules"])
    rows = _rows(tables["caract"], "lat", "long", "an", "dep")
    for position, (key, cells, line, share) in enumerate(rows, start=1):
        victims = hurt.get(key, _Hurt(Counter(), 0))
        department = _department(cells)
        day, year = _day(cells)
        found = _place(cells, department)
        if isinstance(found, str):
            values = {"lat": cells["lat"][:20], "lon": cells["long"][:20], "dep": department}
            yield Remark(found, values, line, key, "warning")
            continue
        fields = {
            "Num_Acc": key,
            "nom": f"Accident du {day}" if day else f"Accident {key}",
            "annee": year,
            "date": day,
            "heure": _hour(cells.get("hrmn", "")),
            "gravite": victims.severity,
            "tues": str(victims.counts[KILLED]),
            "hospitalises": str(victims.counts[HOSPITALISED]),
            "legers": str(victims.counts[LIGHT]),
            "indemnes": str(victims.counts[UNHARMED]),
            "pietons": str(victims.pedestrians),
            "velos": str(vehicles[key]),
            "departement": department,
            "commune": _commune(cells, department),
            "adresse": cells.get("adr", ""),
            "route": _ROADS.get(places.get(key, {}).get("catr", ""), ""),
            "vitesse_max": _positive(places.get(key, {}).get("vma", "")),
        }
        said = {name: value for name, value in fields.items() if value}
        yield SourceFeature(tables["caract"], position, line, said, found, share=share)


def _rows(path: Path, *needed: str) -> Iterator[tuple[str, dict[str, str], int, float]]:
    """Key, cells by plain column name, line, share.  Raises Unreadable without these columns."""
    rows = rows_of(path)
    header = next(rows, None)
    names = [plain(cell) for cell in header.cells] if header else []
    key = next((name for name in _KEYS if name in names), None)
    missing = [name for name in needed if name not in names] + ([] if key else ["Num_Acc"])
    if key is None or missing:
        raise Unreadable("accident-columns-missing", table=path.stem, columns=", ".join(missing))
    for row in rows:
        cells = dict.fromkeys(names, "")
        cells.update(zip(names, (cell.strip() for cell in row.cells), strict=False))
        yield cells[key].replace("\u00a0", "").replace(" ", ""), cells, row.line, row.share


def _hurt(path: Path) -> dict[str, _Hurt]:
    found: dict[str, _Hurt] = {}
    for key, cells, _line, _share in _rows(path, "grav"):
        before = found.get(key) or _Hurt(Counter(), 0)
        before.counts[cells["grav"]] += 1
        on_foot = before.pedestrians + (cells.get("catu", "") == _PEDESTRIAN)
        found[key] = _Hurt(before.counts, on_foot)
    return found


def _vehicles(path: Path) -> Counter[str]:
    """How many cycles were in each accident."""
    cycles: Counter[str] = Counter()
    for key, cells, _line, _share in _rows(path, "catv"):
        cycles[key] += cells["catv"].lstrip("0") in _CYCLES
    return cycles


def _is_old(cells: Cells) -> bool:
    """Until 2018 the tables have a column `gps`, and years of two digits."""
    return "gps" in cells or len(cells["an"]) <= 2


def _department(cells: Cells) -> str:
    """`590` and `59` → 59, `10` (old) and `1` (new) → 01, `201` → 2A, `974` → 974."""
    text = cells["dep"].upper()
    if not text.isdecimal():
        return text[:3]
    if not _is_old(cells) or (len(text) == 3 and text.startswith("97")):
        return text.zfill(2)[:3]
    corsica = {"201": "2A", "202": "2B"}
    return corsica.get(text, f"{int(text) // 10:02d}")


def _commune(cells: Cells, department: str) -> str:
    text = cells.get("com", "")
    if not text or not _is_old(cells):
        return text.zfill(5) if text else ""
    return department[:2] + text.zfill(3)[-3:]


def _day(cells: Cells) -> tuple[str, str]:
    """`2019-03-12` and `2019`; '' for what is no day."""
    year = number(cells["an"])
    if year is None:
        return "", ""
    whole = int(year) + (2000 if year < 100 else 0)
    month, day = number(cells.get("mois", "")), number(cells.get("jour", ""))
    if month is None or day is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return "", str(whole)
    return f"{whole}-{int(month):02d}-{int(day):02d}", str(whole)


def _hour(text: str) -> str:
    digits = text.replace(":", "").strip()
    if not digits.isdecimal() or len(digits) > 4:
        return ""
    digits = digits.zfill(4)
    return f"{digits[:2]}:{digits[2:]}"


def _positive(text: str) -> str:
    return text if text.isdecimal() and int(text) > 0 else ""


def _place(cells: Cells, department: str) -> Point | str:
    """Where it was (EPSG:4326), or the code of why nobody knows."""
    lat, lon = (_degrees(cells[name], is_old=_is_old(cells)) for name in ("lat", "long"))
    if lat is None or lon is None:
        return "accident-nowhere"
    if lat == 0 or (lat, lon) == (0, 0):
        return "accident-at-zero"
    west, south, east, north = _OVERSEAS.get(department, _MAINLAND)
    is_there = west <= lon <= east and south <= lat <= north
    return Point(lon, lat) if is_there else "accident-elsewhere"


def _degrees(text: str, *, is_old: bool) -> float | None:
    value = number(text)
    if value is None:
        return None
    is_scaled = is_old and (abs(value) > 180 or value.is_integer())
    return value / 100_000 if is_scaled else value
