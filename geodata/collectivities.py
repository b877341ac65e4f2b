"""Collectivities out of the COG: who there is, whose ground is whose, and the ground of EPCIs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import shapely
from django.contrib.gis.geos import MultiPolygon
from django.db import transaction
from django.db.models import QuerySet
from shapely.geometry.base import BaseGeometry

from geodata import editions
from geodata.cog import Cog, PublicBody
from geodata.models import Area, Collectivity, Edition, Level
from geodata.planning import Candidate

COG_LEVELS = ("region", "departement", "epci", "commune")


@dataclass(frozen=True, slots=True)
class BodyChanges:
    """What loading would do to the collectivities."""

    new: tuple[PublicBody, ...]
    changed: tuple[PublicBody, ...]
    same: int


def compare(bodies: Iterable[PublicBody]) -> BodyChanges:
    """With those there are, by level and code."""
    there = {
        (level, code): rest
        for level, code, *rest in Collectivity.objects.filter(
            level__code__in=COG_LEVELS
        ).values_list("level__code", "code", "name", "siren", "population", "nature")
    }
    new, changed, same = [], [], 0
    for body in bodies:
        known = there.get((body.level, body.code))
        if known is None:
            new.append(body)
        elif known != [body.name, body.siren, body.population, body.nature]:
            changed.append(body)
        else:
            same += 1
    return BodyChanges(tuple(new), tuple(changed), same)


@transaction.atomic
def write(changes: BodyChanges) -> None:
    """Create the new ones and bring the changed up to date; what else is known of them stays."""
    levels = Level.objects.in_bulk(field_name="code")
    Collectivity.objects.bulk_create(
        (
            Collectivity(
                level=levels[body.level],
                code=body.code,
                name=body.name,
                siren=body.siren,
                population=body.population,
                nature=body.nature,
            )
            for body in (*changes.new, *changes.changed)
        ),
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["level", "code"],
        update_fields=["name", "siren", "population", "nature"],
    )


@transaction.atomic
def link_areas(cog: Cog) -> int:
    """Give areas without a collectivity theirs; how many.  The ground of a commune that has
    merged since its outline was drawn goes to the commune of today."""
    linked = 0
    for level in Level.objects.filter(code__in=COG_LEVELS):
        keys = dict(Collectivity.objects.filter(level=level).values_list("code", "pk"))
        if level.code == "commune":
            today = cog.commune_today.items()
            keys |= {old: keys[new] for old, new in today if old not in keys and new in keys}
        linked += editions.link_areas(level=level, bodies=keys)
    return linked


# ---------------------------------------------------------------- the ground of EPCIs


def commune_grounds(*, on: date) -> QuerySet[Area, tuple[str, MultiPolygon]]:
    """Code and outline (EPSG:4326) of every commune on a day."""
    areas = Area.objects.valid_on(on).at_level("commune").order_by("code")
    return areas.values_list("code", "geom")


def outlines_today(
    cog: Cog, grounds: Iterable[tuple[str, MultiPolygon]]
) -> dict[str, list[BaseGeometry]]:
    """Code of today's commune → the outlines (EPSG:4326) that its ground has."""
    outlines: dict[str, list[BaseGeometry]] = {}
    for code, geom in grounds:
        today = cog.commune_today.get(code)
        if today is not None:
            outlines.setdefault(today, []).append(shapely.from_wkb(bytes(geom.wkb)))
    return outlines


def members_without_outline(
    cog: Cog, outlines: dict[str, list[BaseGeometry]]
) -> list[tuple[str, str]]:
    """(EPCI code, commune code), for EPCIs that have some ground."""
    return [
        (epci, commune)
        for epci, members in cog.members.items()
        if any(commune in outlines for commune in members)
        for commune in sorted(members)
        if commune not in outlines
    ]


def commune_candidates(cog: Cog, outlines: dict[str, list[BaseGeometry]]) -> Iterator[Candidate]:
    """Today's communes, each as the union of the outlines its ground has had."""
    for body in cog.bodies:
        if body.level == "commune" and body.code in outlines:
            yield Candidate("", body.code, body.name, shapely.union_all(outlines[body.code]))


def communes_without_outline(cog: Cog, outlines: dict[str, list[BaseGeometry]]) -> list[PublicBody]:
    """Today's communes whose ground cannot be known from older outlines, in the départements of
    which some ground is known: most were re-established, and lie in a neighbour's outline."""
    known = {code[:2] for code in outlines}
    return [
        body
        for body in cog.bodies
        if body.level == "commune" and body.code not in outlines and body.code[:2] in known
    ]


def epci_candidates(cog: Cog, outlines: dict[str, list[BaseGeometry]]) -> Iterator[Candidate]:
    """Each EPCI as the union of its members, where one of them has an outline."""
    for body in cog.bodies:
        if body.level != "epci":
            continue
        members = sorted(cog.members[body.code])
        grounds = [outline for code in members for outline in outlines.get(code, ())]
        if grounds:
            yield Candidate("", body.code, body.name, shapely.union_all(grounds))


def has_epci_edition(*, valid_from: date, series: str) -> bool:
    return Edition.objects.filter(level__code="epci", series=series, valid_from=valid_from).exists()
