"""Keeps the shapes that low zooms show, beside those they were made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db import connection, transaction
from django.db.models import Case, F, Field, Model, Q, QuerySet, When
from django.db.models.functions import Length
from django.utils import timezone
from procrastinate.contrib.django import app
from psycopg import sql

from geodata.crs import WEB_MERCATOR
from geodata.editions import GENERALISE_TASK
from geodata.generalising import Shape, steps
from geodata.models import Edition, Generalised, GeneralisedArea

Row = TypeVar("Row", bound=Generalised)


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
    names = (model.OWNER, model.OF, "step", "count", "is_named", "geom_3857", *model.SAID)
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
            row = (owner_id, shape.key, step, shape.count, shape.is_named, wkb, *shape.said)
            copy.write_row(row)


def areas_at_step(rows: QuerySet[GeneralisedArea], step: Any) -> QuerySet[GeneralisedArea]:
    """Areas `at_step`, with `code` and `name`."""
    return at_step(
        rows,
        step,
        shown_id=only_if(Q(count=1), "area"),
        code=only_if(Q(count=1), "area__code"),
        name=only_if(Q(is_named=True), "area__name"),
    )


def at_step(rows: QuerySet[Row], step: Any, **said: Any) -> QuerySet[Row]:
    """Those of a step with what they say, and `gathered`: how many they are, if several."""
    gathered = only_if(Q(count__gt=1), "count")
    drawn: Any = rows.filter(step=step).annotate(**said, gathered=gathered)
    return cast("QuerySet[Row]", drawn)


def only_if(condition: Q, said: Any) -> Case:
    """What a path or expression says where the condition holds, else NULL."""
    return Case(When(condition, then=F(said) if isinstance(said, str) else said))
