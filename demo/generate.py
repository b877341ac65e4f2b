"""Writes `demo/data`: python -m demo.generate [folder].  Seeded: the same bytes every time."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import shapely
from shapely import Point, Polygon, set_precision
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from demo import ground, names, people, quartiers, roads

SEED = 20_240_229
DATA = Path(__file__).parent / "data"


def main(folder: Path = DATA) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(SEED)
    island = ground.coast(random)
    communes = _communes(random, island)
    town = communes[names.TOWN]
    lanes = roads.draw(random, island, communes)
    _write(folder / "region.geojson", [_feature(island, code="9Y", nom=names.REGION)])
    _write(folder / "departement.geojson", [_feature(island, code="9Z", nom=names.DEPARTEMENT)])
    _write(folder / "communes.geojson", _commune_features(communes))
    _write(folder / "epci.geojson", _epci_features(communes))
    _write(folder / "cantons.geojson", _canton_features(random, communes))
    _write(folder / "roads.geojson", roads.features(lanes))
    (folder / "roads.kml").write_text(roads.kml(lanes), encoding="utf-8")
    (folder / "quartiers.kml").write_text(quartiers.kml(random, town.ground), encoding="utf-8")
    sent = people.submissions(random, communes, lanes)
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in sent)
    (folder / "submissions.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _communes(random: Random, island: Polygon) -> dict[str, ground.Piece]:
    """Name → piece; the town first, at the middle."""
    middle = Point(ground.CENTRE)
    seeds = ground.scattered(random, island, len(names.COMMUNES), middle=middle)
    pieces = ground.pieces_of(random, island, seeds, roughness=0.17, finest_deg=0.0028)
    others = sorted(pieces[1:], key=lambda piece: (piece.seed.y, piece.seed.x))
    return dict(zip(names.COMMUNES, [pieces[0], *others], strict=True))


def code_of(commune: str) -> str:
    return f"9Z{names.COMMUNES.index(commune) + 1:03d}"


def _commune_features(communes: dict[str, ground.Piece]) -> list[dict[str, Any]]:
    epci = _epci_of(communes)
    return [
        _feature(
            piece.ground,
            code=code_of(name),
            nom=name,
            epci=names.EPCI[epci[name]][0],
            population=names.population(name),
        )
        for name, piece in communes.items()
    ]


def _epci_of(communes: dict[str, ground.Piece]) -> dict[str, int]:
    """Commune → index of its EPCI: the town's in the middle, one west and one east of it."""
    town = communes[names.TOWN].seed
    near = sorted(communes, key=lambda name: communes[name].seed.distance(town))[:8]
    return {
        name: 0 if name in near else 1 if piece.seed.x < town.x else 2
        for name, piece in communes.items()
    }


def _epci_features(communes: dict[str, ground.Piece]) -> list[dict[str, Any]]:
    of = _epci_of(communes)
    return [
        _feature(_union(communes[name].ground for name in of if of[name] == number),
                 code=siren, nom=label)
        for number, (siren, label) in enumerate(names.EPCI)
    ]  # fmt: skip


def _canton_features(random: Random, communes: dict[str, ground.Piece]) -> list[dict[str, Any]]:
    """Six cantons; the town is cut in three, so that three of them cut a commune."""
    town = communes[names.TOWN]
    hearts = [communes[name].seed for name in names.CANTON_HEARTS]
    cuts = ground.scattered(random, town.ground, 3)
    thirds = ground.pieces_of(random, town.ground, cuts, roughness=0.12, finest_deg=0.0028)
    parts = [piece for name, piece in communes.items() if name != names.TOWN] + thirds
    members: list[list[Polygon]] = [[] for _ in hearts]
    for third, canton in zip(thirds, _nearest_first(thirds, hearts), strict=True):
        members[canton].append(third.ground)
    for piece in parts[: len(parts) - len(thirds)]:
        nearest = min(range(len(hearts)), key=lambda i: hearts[i].distance(piece.seed))
        members[nearest].append(piece.ground)
    return [
        _feature(_union(grounds), code=f"9Z{number + 51}", nom=f"Canton {names.CANTONS[number]}")
        for number, grounds in enumerate(members)
    ]


def _nearest_first(thirds: list[ground.Piece], hearts: list[Point]) -> list[int]:
    """For each third the nearest canton that has none yet."""
    taken: list[int] = []
    for third in thirds:
        free = [i for i in range(len(hearts)) if i not in taken]
        taken.append(min(free, key=lambda i: hearts[i].distance(third.seed)))
    return taken


def _union(grounds: Iterable[Polygon]) -> BaseGeometry:
    return shapely.normalize(set_precision(unary_union(list(grounds)), 10**-ground.DECIMALS))


def _feature(geometry: BaseGeometry, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def _write(path: Path, features: list[dict[str, Any]]) -> None:
    lines = ",\n".join(
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features
    )
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
