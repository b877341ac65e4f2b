"""The shapes of a version for each zoom: what its tiles show at low ones."""

from __future__ import annotations

from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from geodata import generalised
from geodata.generalising import Shape
from layers.models import GeneralisedFeature, ImportState, OverlayImport

TASK = "layers.generalise_import"


def generalise(import_id: int) -> None:
    """(Re)makes them; nothing where the version is gone, or was not read to its end."""
    version = OverlayImport.objects.filter(pk=import_id, state=ImportState.READ).first()
    if version is None:
        return
    rows = version.features.with_shown_name().values_list(
        "pk", AsWKB("geom_3857"), "shown_name", "folder", "style", "position"
    )
    shapes = [_shape(*row) for row in rows.iterator(chunk_size=500)]
    generalised.keep(GeneralisedFeature, version, shapes)


def defer(version: OverlayImport) -> None:
    """Has a job do it, once what is written now is committed."""
    app.configure_task(TASK).defer(import_id=version.pk)


def generalise_waiting() -> int:
    """Has a job do it for each published version that has no steps; how many."""
    waiting = OverlayImport.objects.published().filter(generalised_at=None)
    for version in waiting:
        defer(version)
    return len(waiting)


def _shape(
    pk: int, wkb: Any, name: str, folder: str, style: dict[str, Any], position: int
) -> Shape:
    """Shapes of one folder and style look alike, and may be gathered."""
    return Shape(
        pk,
        shapely.from_wkb(bytes(wkb)),
        look=f"{folder} {sorted(style.items())}",
        said_bytes=2 * len(name) + 16,
        said=(position, Jsonb(style) if style else None),
    )
