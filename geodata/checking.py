"""Checking how the areas of an edition fit together, and keeping what was found."""

from __future__ import annotations

from typing import cast

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from geodata.coverage import Kind, Misfit, misfits
from geodata.crs import WGS84
from geodata.models import CoverageCheck, CoverageFinding, Edition, Level

# A commune may lie in no EPCI, and Lyon in no canton: what they leave empty is no gap.
_NEED_NOT_FILL = ("epci", "canton")
MOST_KEPT = 2_000
"""The largest of an edition, slivers last; all are counted."""


def check(edition: Edition, *, parent: Level | None = None) -> CoverageCheck:
    """Compare the areas with each other and with those of `parent` on the edition's first day
    (default: the nearest level above that has areas over them), and keep what was found in the
    place of the check before."""
    above = _edition_above(edition, parent)
    found = sorted(
        misfits(_shapes(edition), _shapes(above) if above else None),
        key=lambda misfit: (misfit.is_sliver, -misfit.area_m2),
    )
    return _keep(edition, above, found)


def _edition_above(edition: Edition, parent: Level | None) -> Edition | None:
    """Of the same series or, for the quartiers of one town, of the main one."""
    above = Edition.objects.valid_on(edition.valid_from).filter(
        level__rank__lt=edition.level.rank, series=edition.series
    )
    if parent is not None:
        above = above.filter(level=parent)
    else:
        above = above.exclude(level__code__in=_NEED_NOT_FILL)
    return above.order_by("-level__rank").first()


def _shapes(edition: Edition) -> dict[str, BaseGeometry]:
    rows = edition.areas.values_list("code", "geom").iterator(chunk_size=500)
    return {code: shapely.from_wkb(bytes(geom.wkb)) for code, geom in rows}


@transaction.atomic
def _keep(edition: Edition, above: Edition | None, found: list[Misfit]) -> CoverageCheck:
    CoverageCheck.objects.filter(edition=edition).delete()
    wide = [misfit for misfit in found if not misfit.is_sliver]
    kept = CoverageCheck.objects.create(
        edition=edition,
        parent=above,
        overlaps=sum(misfit.kind != Kind.GAP for misfit in wide),
        gaps=sum(misfit.kind == Kind.GAP for misfit in wide),
        slivers=len(found) - len(wide),
    )
    CoverageFinding.objects.bulk_create(
        (
            CoverageFinding(
                check_of=kept,
                kind=misfit.kind.value,
                codes=list(misfit.codes),
                area_m2=misfit.area_m2,
                width_m=misfit.width_m,
                is_sliver=misfit.is_sliver,
                geom=cast(MultiPolygon, GEOSGeometry(misfit.shape.wkb_hex, srid=WGS84)),
            )
            for misfit in found[:MOST_KEPT]
        ),
        batch_size=500,
    )
    return kept
