"""References: what a file or an overlay would make of one, and the only writer of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import shapely
from django.db import connection, transaction
from django.utils.translation import gettext as _
from shapely.geometry.base import BaseGeometry

from geodata import findings
from geodata.crs import WGS84
from geodata.models import Collectivity, Purpose, Reference
from geodata.repair import CannotRepair, repair
from geodata.road_classes import RoadClass, recognise

PIECE_VERTICES = 64
"""A road across a département is one box in the index: longer lines are cut."""
GROUND_M = 100
"""How far beyond its features a reference still knows that there is nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feature as a file has it; `where` is its place in words."""

    where: str
    geometry: BaseGeometry | None
    road_class: str = ""
    ref: str = ""
    name: str = ""
    manager: str = ""


@dataclass(frozen=True, slots=True)
class IncomingFeature:
    """A feature to be: `geometry` is valid and two-dimensional, in EPSG:4326."""

    geometry: BaseGeometry
    road_class: str
    ref: str
    name: str
    manager: str
    manager_collectivity_id: int | None


@dataclass(frozen=True, slots=True)
class ReferencePlan:
    """A dry run.  `classes` counts features by class, `unknown` by a value nobody can tell."""

    rows: tuple[IncomingFeature, ...]
    refused: tuple[str, ...]
    classes: Mapping[str, int]
    unknown: Mapping[str, int]
    managers: Mapping[str, int]
    """managers that no collectivity is called, and how many features name them"""


def plan(
    candidates: Iterable[Candidate],
    *,
    purpose: str,
    class_map: Mapping[str, RoadClass] | None = None,
) -> ReferencePlan:
    """Check every candidate.  Roads of a class that nobody can tell are loaded as `other`, said,
    and never decide; `class_map` tells what values mean."""
    rows: list[IncomingFeature] = []
    refused: list[str] = []
    unknown: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    managers = _Managers()
    for candidate in candidates:
        try:
            geometry = _sound(candidate, purpose)
        except CannotRepair as bad:
            refused.append(f"{candidate.where} · {findings.sentence(bad.code, bad.values)}")
            continue
        kind = _class_of(candidate, class_map or {}) if purpose == Purpose.ROADS else ""
        if kind is None:
            unknown[candidate.road_class or "–"] += 1
            kind = RoadClass.OTHER
        manager = managers.find(candidate.manager)
        if candidate.manager and manager is None:
            strangers[candidate.manager] += 1
        rows.append(
            IncomingFeature(
                geometry,
                kind,
                candidate.ref[:40],
                candidate.name[:200],
                candidate.manager[:200],
                manager,
            )
        )
    classes = Counter(row.road_class for row in rows if row.road_class)
    return ReferencePlan(tuple(rows), tuple(refused), classes, unknown, strangers)


def _sound(candidate: Candidate, purpose: str) -> BaseGeometry:
    if candidate.geometry is None:
        raise CannotRepair("empty")
    shape = repair(candidate.geometry).geometry
    if purpose == Purpose.ROADS and shapely.get_dimensions(shape) != 1:
        raise CannotRepair("not-a-line")
    return shape


def _class_of(candidate: Candidate, class_map: Mapping[str, RoadClass]) -> RoadClass | None:
    told = class_map.get(candidate.road_class.strip().lower())
    return told or recognise(candidate.road_class, candidate.ref)


class _Managers:
    """Collectivities by name, code or SIREN, each looked up once; a name that two have is none."""

    def __init__(self) -> None:
        self._known: dict[str, int | None] = {}

    def find(self, text: str) -> int | None:
        if text not in self._known:
            self._known[text] = self._look_up(text) if text else None
        return self._known[text]

    def _look_up(self, text: str) -> int | None:
        for field in ("siren", "code", "name__unaccent__iexact"):
            found = Collectivity.objects.filter(**{field: text}).values_list("pk", flat=True)[:2]
            if len(found) == 1:
                return found[0]
        return None


@transaction.atomic
def load(
    rows: Iterable[IncomingFeature],
    *,
    slug: str,
    name: str,
    purpose: str,
    source: str = "",
    licence: str = "",
) -> Reference:
    """Write a reference, in the place of the one of the same slug: until the transaction ends,
    the old one answers."""
    about = {"name": name, "purpose": purpose, "source": source, "licence": licence}
    reference, _created = Reference.objects.select_for_update().get_or_create(
        slug=slug, defaults=about
    )
    for field, value in {**about, "is_active": True}.items():
        setattr(reference, field, value)
    reference.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM geodata_referencefeature WHERE reference_id = %s", [reference.pk]
        )
    _copy(reference, rows)
    with connection.cursor() as cursor:
        cursor.execute(_CUT, {"reference": reference.pk, "vertices": PIECE_VERTICES})
        cursor.execute(_GROUND, {"reference": reference.pk, "metres": GROUND_M})
        cursor.execute("ANALYZE geodata_referencefeature, geodata_reference")
    reference.refresh_from_db()
    return reference


def set_active(*, reference: Reference, is_active: bool) -> None:
    """One that is not active is as missing: rules that ask it cannot be decided."""
    Reference.objects.filter(pk=reference.pk).update(is_active=is_active)


_COLUMNS = "reference_id, road_class, ref, name, manager, manager_collectivity_id, geom"
_CUT = f"""
    WITH long AS (
        DELETE FROM geodata_referencefeature
        WHERE reference_id = %(reference)s AND ST_NPoints(geom) > %(vertices)s
        RETURNING {_COLUMNS}
    )
    INSERT INTO geodata_referencefeature ({_COLUMNS})
    SELECT reference_id, road_class, ref, name, manager, manager_collectivity_id,
        ST_Subdivide(geom, %(vertices)s)
    FROM long
"""  # noqa: S608
# Where features lie on both sides of the antimeridian, the ground has longitudes past 180, not a
# hull around the other side of the world (migration 0014 asks by both).
# Boxes of so many metres around the corners of the hull: a buffer through geography would put what
# lies beside the antimeridian on the other side of the world. 111,320 m a degree at the equator.
_GROUND = """
    UPDATE geodata_reference SET loaded_at = now(), ground = corners.hull
    FROM (
        SELECT ST_ConvexHull(ST_Collect(ST_Expand(
            corner.geom,
            %(metres)s / (111320 * GREATEST(COS(RADIANS(ST_Y(corner.geom))), 0.01)),
            %(metres)s / 110574.0
        ))) AS hull
        FROM (
            SELECT ST_ConvexHull(ST_Collect(
                CASE WHEN span.is_across THEN ST_ShiftLongitude(geom) ELSE geom END
            )) AS geom
            FROM geodata_referencefeature, (
                SELECT ST_XMax(plain) - ST_XMin(plain) > 180
                    AND ST_XMax(turned) - ST_XMin(turned) < ST_XMax(plain) - ST_XMin(plain)
                    AS is_across
                FROM (
                    SELECT ST_Extent(geom) AS plain, ST_Extent(ST_ShiftLongitude(geom)) AS turned
                    FROM geodata_referencefeature WHERE reference_id = %(reference)s
                ) AS boxes
            ) AS span
            WHERE reference_id = %(reference)s
        ) AS plain, ST_DumpPoints(plain.geom) AS corner
    ) AS corners
    WHERE id = %(reference)s AND corners.hull IS NOT NULL
"""


def _copy(reference: Reference, rows: Iterable[IncomingFeature]) -> None:
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY geodata_referencefeature ({_COLUMNS}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(
                (
                    reference.pk,
                    row.road_class,
                    row.ref,
                    row.name,
                    row.manager,
                    row.manager_collectivity_id,
                    shapely.to_wkb(
                        shapely.set_srid(row.geometry, WGS84), hex=True, include_srid=True
                    ),
                )
            )


def obstacles(planned: ReferencePlan) -> list[str]:
    """Sentences; while there is one, the plan cannot be carried out."""
    return [] if planned.rows else [_("No feature could be read: there is nothing to load.")]
