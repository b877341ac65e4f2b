"""Keeps the shapes that low zooms show, beside those they were made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import connection, transaction
from django.db.models import Case, F, Field, FilteredRelation, Model, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils import timezone
from procrastinate.contrib.django import app
from psycopg import sql

from geodata.crs import WEB_MERCATOR
from geodata.editions import GENERALISE_TASK
from geodata.generalising import Shape, step_for, steps
from geodata.models import Area, Edition, Generalised, GeneralisedArea, Level


def generalise(edition: Edition) -> None:
    """(Re)makes the shapes of an edition's areas for each zoom."""
    said = Length("code") + Length("name")
    rows = edition.areas.values_list("pk", AsWKB("geom_3857"), said).iterator(chunk_size=500)
    keep(
        GeneralisedArea,
        edition,
        [Shape(pk, shapely.from_wkb(bytes(wkb)), said_bytes=size) for pk, wkb, size in rows],
    )


def generalise_waiting() -> int:
    """Has a job made for each edition without steps that is valid now or will be; how many."""
    not_over = Q(valid_to=None) | Q(valid_to__gt=timezone.localdate())
    waiting = Edition.objects.filter(not_over, generalised_at=None)
    for edition in waiting:
        app.configure_task(GENERALISE_TASK).defer(edition_id=edition.pk)
    return len(waiting)


@transaction.atomic
def keep(model: type[Generalised], owner: Model, shapes: list[Shape]) -> None:
    """Makes the steps of `shapes`, keeps them in the place of those before, and notes at the owner
    that it is done.  An IntegrityError at the end means that what they were made of is gone."""
    manager, owners = model._default_manager, type(owner)._default_manager
    manager.filter(**{model.OWNER: owner.pk}).delete()
    made = ((step, shape) for step, all_shapes in steps(shapes) for shape in all_shapes)
    _copy(model, owner.pk, made)
    owners.filter(pk=owner.pk).update(generalised_at=timezone.now())


def _copy(model: type[Generalised], owner_id: int, made: Iterable[tuple[int, Shape]]) -> None:
    names = (model.OWNER, model.OF, "step", "count", "geom_3857")
    fields = [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]
    columns = [sql.Identifier(field.column or field.name) for field in fields]
    table = sql.Identifier(model._meta.db_table)
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(columns))
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(into) as copy,
    ):
        for step, shape in made:
            ground = shapely.set_srid(shape.geometry, WEB_MERCATOR)
            wkb = shapely.to_wkb(ground, hex=True, include_srid=True)
            copy.write_row((owner_id, shape.key, step, shape.count, wkb))


def areas_drawn_at(level: Level, zoom: int) -> QuerySet[Area] | None:
    """Today's areas of a level `at_step` of a zoom, with `only_code` and `only_name`; None where
    there is none: beyond the finest, or as long as one of the editions waits for its steps."""
    step = step_for(zoom)
    if step is None:
        return None
    editions = dict(
        Edition.objects.valid_on(timezone.localdate())
        .filter(level=level)
        .values_list("pk", "generalised_at")
    )
    if not all(editions.values()):
        return None
    areas: QuerySet[Area] = at_step(Area.objects.all(), step, edition__in=list(editions))
    return areas.annotate(only_code=only_if_single("code"), only_name=only_if_single("name"))


def at_step(rows: QuerySet[Any], step: int, **owner: Any) -> QuerySet[Any]:
    """`rows` joined to their shapes of a step, as `drawn`, with `gathered` (how many, if several)
    and `only_id`; `owner` says whose they are, here and there, so that one index answers."""
    whose = Q(generalised__step=step) & Q(**{f"generalised__{k}": v for k, v in owner.items()})
    joined = rows.filter(**owner).annotate(drawn=FilteredRelation("generalised", condition=whose))
    gathered = Case(When(drawn__count__gt=1, then=F("drawn__count")))
    return joined.annotate(only_id=only_if_single("pk"), gathered=gathered)  # type: ignore[no-any-return]


def only_if_single(path: str) -> Case:
    """What `path` says of a shape that stands for itself alone; else NULL."""
    return Case(When(drawn__count=1, then=F(path)))
