"""The Code officiel géographique as `@etalab/decoupage-administratif` packs it, read from JSON.

Pure: no Django.  It knows names, populations, EPCI members and old codes, but no outlines.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geodata.sources import Unreadable

PACKAGE = Path("node_modules/@etalab/decoupage-administratif/data")
"""Where script/cog puts it, under the project's folder."""
CURRENT_COMMUNE = "commune-actuelle"
# The COG's `type` of an EPCI → `Collectivity.nature`.
_NATURES = {"METRO": "metropole", "MET69": "metropole", "CU": "cu", "CA": "ca", "CC": "cc"}


@dataclass(frozen=True, slots=True)
class PublicBody:
    """A collectivity as the COG knows it; `siren` and `nature` are '' where it gives none."""

    level: str
    code: str
    name: str
    siren: str
    population: int | None
    nature: str = ""


@dataclass(frozen=True, slots=True)
class Cog:
    bodies: tuple[PublicBody, ...]
    members: Mapping[str, frozenset[str]]
    """EPCI code → codes of today's communes in it"""
    commune_today: Mapping[str, str]
    """code of a commune, today's or an old one → code of the commune that its ground is in today"""


def read(folder: Path) -> Cog:
    """Raises Unreadable `no-cog` or `bad-cog`, naming the file."""
    communes = _rows(folder / "communes.json", _is_commune)
    epcis = _rows(folder / "epci.json", _is_epci)
    current = [row for row in communes if row["type"] == CURRENT_COMMUNE]
    bodies = [_body("commune", row, row.get("population")) for row in current]
    bodies += [
        _body("epci", {**row, "siren": row["code"]}, row.get("populationMunicipale"))
        for row in epcis
    ]
    for level in ("departement", "region"):
        for row in _rows(folder / f"{level}s.json", _is_named):
            bodies.append(_body(level, row, _population_within(current, level, row["code"])))
    if len({(body.level, body.code) for body in bodies}) < len(bodies):
        raise Unreadable("bad-cog", file=folder)
    return Cog(
        bodies=tuple(bodies),
        members={row["code"]: frozenset(m["code"] for m in row["membres"]) for row in epcis},
        commune_today=_commune_today(current),
    )


def _rows(path: Path, is_as_expected: Callable[[Any], bool]) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreadable("no-cog", file=path) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("bad-cog", file=path) from error
    if not isinstance(rows, list) or not all(map(is_as_expected, rows)):
        raise Unreadable("bad-cog", file=path)
    return rows


def _is_named(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and _is_short(row.get("code"), 20)
        and _is_short(row.get("nom"), 200)
        and _is_short(row.get("siren", "-"), 9)
    )


def _is_short(text: Any, longest: int) -> bool:
    return isinstance(text, str) and 0 < len(text) <= longest and text.isprintable()


def _is_commune(row: Any) -> bool:
    old = row.get("anciensCodes", []) if _is_named(row) else None
    return (
        isinstance(old, list)
        and all(isinstance(code, str) for code in old)
        and isinstance(row.get("type"), str)
        and isinstance(row.get("population", 0), int)
    )


def _is_epci(row: Any) -> bool:
    members = row.get("membres") if _is_named(row) else None
    return (
        isinstance(members, list)
        and all(isinstance(m, dict) and isinstance(m.get("code"), str) for m in members)
        and isinstance(row.get("populationMunicipale", 0), int)
        and isinstance(row.get("type", ""), str)
    )


def _body(level: str, row: Mapping[str, Any], population: int | None) -> PublicBody:
    nature = _NATURES.get(row.get("type", ""), "") if level == "epci" else ""
    return PublicBody(level, row["code"], row["nom"], row.get("siren", ""), population, nature)


def _population_within(communes: list[dict[str, Any]], level: str, code: str) -> int | None:
    """The COG counts people by commune only."""
    counted = [row.get("population", 0) for row in communes if row.get(level) == code]
    return sum(counted) or None


def _commune_today(current: list[dict[str, Any]]) -> dict[str, str]:
    today = {old: row["code"] for row in current for old in row.get("anciensCodes", ())}
    return today | {row["code"]: row["code"] for row in current}
