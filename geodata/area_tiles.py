"""What tiles of areas show: today's of a level, at the step of the zoom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateField, F, QuerySet, SmallIntegerField
from django.utils import timezone

from geodata.compiled import Compiled, CompiledTiles, Open, one_of, open_text
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
_OF_THESE: Final = one_of("edition_id", Open("editions", "bigint[]", ArrayField(BigIntegerField())))
IN_FULL: Final = CompiledTiles(AREAS, lambda: Area.objects.filter(_OF_THESE))
AT_STEP: Final = CompiledTiles(
    _AT_STEP,
    lambda: areas_at_step(
        GeneralisedArea.objects.filter(_OF_THESE), Open("step", "smallint", SmallIntegerField())
    ),
)


def today_of(level: str) -> list[dict[str, Any]]:
    """Editions that a level's areas come from today: `id`, `since` when there are steps, and the
    level's `min_zoom`."""
    return _TODAY.rows(level=level, day=timezone.localdate())


def drawn_once(tile: Tile, editions: list[dict[str, Any]]) -> KeptTile:
    """Their areas; from memory where that tile was asked for lately."""
    made = [(edition["id"], edition["since"]) for edition in editions]
    return TILES.get(("areas", tile, *made), lambda: _drawn(tile, dict(made)))


def _drawn(tile: Tile, made: dict[int, Any]) -> bytes:
    """`made` is edition → since when it has steps; until all of them do, they are shown in full."""
    ids, step = list(made), step_for(tile.z)
    if step is None:
        return within(IN_FULL.draw(tile, editions=ids), AREAS, tile, lambda: _areas(ids))
    if not all(made.values()):
        return draw_within(_WAITING, tile, _areas(ids))
    data = AT_STEP.draw(tile, editions=ids, step=step)
    return within(data, _AT_STEP, tile, lambda: areas_at_step(_generalised(ids), step))


def _areas(editions: list[int]) -> QuerySet[Area]:
    return Area.objects.filter(edition__in=editions)


def _generalised(editions: list[int]) -> QuerySet[GeneralisedArea]:
    return GeneralisedArea.objects.filter(edition__in=editions)
