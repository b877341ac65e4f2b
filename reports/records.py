"""What our data says of a submission, in the API and in every export: public fields, and no more.

The data dictionary (`FIELDS`) is what the exports are made of: a field that it does not name is in
no file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geodata.writing.geopackage import MOMENT, NUMBER, TEXT, WHOLE
from reports.models import Submission


@dataclass(frozen=True, slots=True)
class RecordField:
    """`kind` is a type of `geodata.writing.geopackage`; `read` gives text, a number, a moment with
    its zone, a list of texts, or None."""

    name: str
    kind: str
    meaning: Promise
    read: Callable[[Submission], Any]


def _responsible_code(submission: Submission) -> str | None:
    body = submission.responsible
    return f"{body.level.code}:{body.code}" if body and body.level and body.code else None


def _areas(submission: Submission) -> list[str]:
    links = submission.area_links.all()  # prefetched by `for_records`: today's owners
    return [f"{link.area.level.code}:{link.area.code}" for link in links]


def _url(submission: Submission) -> str:
    return settings.SITE_URL + submission.get_absolute_url()


FIELDS: tuple[RecordField, ...] = (
    RecordField("ref", TEXT, _("Reference, unique and lasting."), lambda one: one.ref),
    RecordField("kind", TEXT, _("report or proposal."), lambda one: one.kind),
    RecordField("category", TEXT, _("Code of its category."), lambda one: one.category.code),
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
        lambda one: one.responsible.name if one.responsible else None,
    ),
    RecordField("responsible_code", TEXT, _("Its level:code."), _responsible_code),
    RecordField(
        "areas", TEXT, _("Today's areas around it, level:code, upper levels first."), _areas
    ),
    RecordField(
        "photos",
        WHOLE,
        _("How many photos its page shows."),
        lambda one: one.photo_count,  # type: ignore[attr-defined]
    ),
    RecordField(
        "created_at", MOMENT, _("When it was sent (ISO 8601)."), lambda one: one.created_at
    ),
    RecordField("updated_at", MOMENT, _("When it last changed."), lambda one: one.updated_at),
    RecordField(
        "closed_at", MOMENT, _("When it was closed; empty while open."), lambda one: one.closed_at
    ),
    RecordField("url", TEXT, _("Its page."), _url),
)

PLACE: tuple[RecordField, ...] = (
    RecordField("lon", NUMBER, _("Longitude of the pin, degrees (EPSG:4326)."), lambda s: s.pin.x),
    RecordField("lat", NUMBER, _("Latitude of the pin, degrees (EPSG:4326)."), lambda s: s.pin.y),
)
"""In files without geometry."""


def properties_of(submission: Submission) -> dict[str, Any]:
    """Of one that `for_records` read; moments in the deployment's time zone."""
    return {field.name: _local(field.read(submission)) for field in FIELDS}


def feature_of(submission: Submission) -> dict[str, Any]:
    """As a GeoJSON Feature without its `type` members."""
    return {
        "id": submission.ref,
        "geometry": {"coordinates": submission.pin.coords},
        "properties": properties_of(submission),
    }


def _local(value: Any) -> Any:
    return timezone.localtime(value) if hasattr(value, "tzinfo") else value
