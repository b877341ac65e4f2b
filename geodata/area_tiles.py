"""What tiles of areas show: today's of a level, at the step of the zoom.

Editions are told by `id`, `since` when there are steps, and the level's `min_zoom`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateField, F, QuerySet, SmallIntegerField
from django.utils import timezone

from geodata.compiled import AllTold, Compiled, LookedUpTiles, Open, one_of, open_text
from geodata.generalised import areas_at_step
from geodata.generalising import step_for
from geodata.kept_tiles import TILES, KeptTile
from geodata.models import Area, Edition, GeneralisedArea
from geodata.thinning import draw_within, within
from geodata.tiles import STEPPED_EXTENT, Tile, TileLayer

AREAS: Final = TileLayer("areas", "geom_3857", {"code": "code", "name": "name"}, margin=128)
_WAITING: Final = replace(AREAS, simplified=True, extent=STEPPED_EXTENT)
"""In place of steps that are not made yet."""
_AT_STEP: Final = replace(
    AREAS,
    fields=AREAS.fields | {"gathered": "gathered"},
    id="shown_id",
    extent=STEPPED_EXTENT,
    on_grid=True,
)

_TODAY: Final = Compiled(
    lambda: (
        Edition.objects.valid_on(Open("day", "date", DateField()))
        .filter(level__code=open_text("level"))
        .order_by("pk")
        .values("id", min_zoom=F("level__tile_min_zoom"), since=F("generalised_at"))
    )
)
_EDITIONS: Final = AllTold(
    "id", ArrayField(BigIntegerField()), where="min_zoom <= %(zoom)s::integer"
)
_OF_THESE: Final = one_of("edition_id", _EDITIONS)
IN_FULL: Final = LookedUpTiles(AREAS, _TODAY, lambda: Area.objects.filter(_OF_THESE))
AT_STEP: Final = LookedUpTiles(
    _AT_STEP,
    _TODAY,
    lambda: areas_at_step(
        GeneralisedArea.objects.filter(_OF_THESE), Open("step", "smallint", SmallIntegerField())
    ),
)


def asked(tile: Tile, level: str) -> tuple[LookedUpTiles, dict[str, Any]]:
    """The statement that draws a tile of today's, and what it is told."""
    told = {"level": level, "day": timezone.localdate(), "zoom": tile.z}
    step = step_for(tile.z)
    return (IN_FULL, told) if step is None else (AT_STEP, told | {"step": step})


def drawn_once(tile: Tile, level: str) -> KeptTile | None:
    """A level's areas today, none below its first zoom; None where it has none at all.  From
    memory where that tile was asked for lately."""
    place = ("areas", level, tile)
    kept = TILES.find(place)
    if kept and kept.version == _version(_TODAY.rows(level=level, day=timezone.localdate())):
        return kept
    statement, told = asked(tile, level)
    editions, data = statement.look_up(tile, **told)
    if not editions:
        return None
    return TILES.keep(place, _version(editions), _bounded(tile, editions, data))


def _version(editions: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(tuple(edition.values()) for edition in editions)


def _bounded(tile: Tile, editions: list[dict[str, Any]], data: bytes) -> bytes:
    """What was drawn, or again: smaller, or in full until all of them have steps."""
    ids, step = [edition["id"] for edition in editions], step_for(tile.z)
    if tile.z < editions[0]["min_zoom"]:
        return b""
    if step is None:
        return within(data, AREAS, tile, lambda: _areas(ids))
    if not all(edition["since"] for edition in editions):
        return draw_within(_WAITING, tile, _areas(ids))
    return within(data, _AT_STEP, tile, lambda: areas_at_step(_generalised(ids), step))


def _areas(editions: list[int]) -> QuerySet[Area]:
    return Area.objects.filter(edition__in=editions)


def _generalised(editions: list[int]) -> QuerySet[GeneralisedArea]:
    return GeneralisedArea.objects.filter(edition__in=editions)
