"""What our data says of a submission, in the API and in every export: public fields, and no more.

The data dictionary (`FIELDS`) is what the exports are made of: a field that it does not name is in
no file.  Records are plain rows, one query a batch (`SubmissionQuerySet.as_records`): models of
every submission, link, area and level were most of an export's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geodata.writing.geopackage import MOMENT, NUMBER, TEXT, WHOLE
from reports.models import Submission

Record = Any
"""One that `for_records` or `as_records` read."""


@dataclass(frozen=True, slots=True)
class RecordField:
    """`kind` is a type of `geodata.writing.geopackage`; `read` gives text, a number, a moment with
    its zone, a list of texts, or None."""

    name: str
    kind: str
    meaning: Promise
    read: Callable[[Record], Any]


def _responsible_code(one: Record) -> str | None:
    level, code = one.responsible_level, one.responsible_code
    return f"{level}:{code}" if level and code else None


def _url(one: Record) -> str:
    before, after = _around_ref(get_script_prefix())
    return f"{settings.SITE_URL}{before}{one.ref}{after}"


@cache
def _around_ref(prefix: str) -> tuple[str, str]:
    """What stands before and after the reference in the path of its page: to reverse each anew was
    a third of an export."""
    before, _mark, after = reverse("reports:submission", args=["ref"]).rpartition("ref")
    return before, after


FIELDS: tuple[RecordField, ...] = (
    RecordField("ref", TEXT, _("Reference, unique and lasting."), lambda one: one.ref),
    RecordField("kind", TEXT, _("report or proposal."), lambda one: one.kind),
    RecordField("category", TEXT, _("Code of its category."), lambda one: one.category_code),
    RecordField(
        "status",
        TEXT,
        _("new, in_progress, scheduled, resolved or rejected."),
        lambda one: one.status,
    ),
    RecordField("description", TEXT, _("What the resident wrote."), lambda one: one.description),
    RecordField("address", TEXT, _("As the resident gave it."), lambda one: one.address),
    RecordField(
        "responsible",
        TEXT,
        _("Name of the collectivity that answers; empty for nobody yet."),
        lambda one: one.responsible_name,
    ),
    RecordField("responsible_code", TEXT, _("Its level:code."), _responsible_code),
    RecordField(
        "areas",
        TEXT,
        _("Today's areas around it, level:code, upper levels first."),
        lambda one: one.areas,
    ),
    RecordField(
        "photos",
        WHOLE,
        _("How many photos its page shows."),
        lambda one: one.photo_count,
    ),
    RecordField(
        "created_at", MOMENT, _("When it was sent (ISO 8601)."), lambda one: _local(one.created_at)
    ),
    RecordField(
        "updated_at", MOMENT, _("When it last changed."), lambda one: _local(one.updated_at)
    ),
    RecordField(
        "closed_at",
        MOMENT,
        _("When it was closed; empty while open."),
        lambda one: _local(one.closed_at),
    ),
    RecordField("url", TEXT, _("Its page."), _url),
)

PLACE: tuple[RecordField, ...] = (
    RecordField(
        "lon", NUMBER, _("Longitude of the pin, degrees (EPSG:4326)."), lambda one: one.lon
    ),
    RecordField("lat", NUMBER, _("Latitude of the pin, degrees (EPSG:4326)."), lambda one: one.lat),
)
"""In files without geometry."""


def records_of(ids: Sequence[int]) -> list[Record]:
    """Those of `ids` that are public, in their order, in one query."""
    public = Submission.objects.public().filter(pk__in=ids).order_by()
    found = {one.pk: one for one in public.as_records()}
    return [found[pk] for pk in ids if pk in found]


def properties_of(one: Record) -> dict[str, Any]:
    """Moments are in the deployment's time zone."""
    return {field.name: field.read(one) for field in FIELDS}


def feature_of(one: Record) -> dict[str, Any]:
    """As a GeoJSON Feature without its `type` members."""
    return {
        "id": one.ref,
        "geometry": {"coordinates": (one.lon, one.lat)},
        "properties": properties_of(one),
    }


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(timezone.get_default_timezone()) if moment else None
