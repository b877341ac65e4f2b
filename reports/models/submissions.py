"""What residents send, where it lies, and who answers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from geodata.compiled_models import coordinates_of
from geodata.crs import WGS84
from geodata.models import Area, Collectivity
from reports.models.categories import Category
from reports.querysets import SubmissionQuerySet
from reports.references import new_reference
from reports.workflow import OPEN, Kind, Status, status_label

if TYPE_CHECKING:
    from reports.models.history import Event


_GRID_X = Func(F("pin"), function="geodata_grid_x")
_GRID_Y = Func(F("pin"), function="geodata_grid_y")


def _kept(expression: Func, output_field: models.Field[Any, Any]) -> models.GeneratedField:
    return models.GeneratedField(expression=expression, output_field=output_field, db_persist=True)


class Submission(models.Model):
    """A report (street fault) or a proposal, pinned on the map."""

    client_uuid = models.UUIDField(
        default=uuid.uuid4, unique=True, help_text=_("Made by the sender: a retry finds the first.")
    )
    ref = models.CharField(max_length=12, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    category = models.ForeignKey(Category, models.PROTECT)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NEW)
    description = models.TextField(max_length=4000)
    pin = models.PointField(srid=WGS84, spatial_index=False)  # indexed by name below
    # The pin's place on the grid of tiles, and both as one number (geodata.grid).
    grid_x = _kept(_GRID_X, models.IntegerField())
    grid_y = _kept(_GRID_Y, models.IntegerField())
    morton = _kept(Func(_GRID_X, _GRID_Y, function="geodata_morton"), models.BigIntegerField())
    address = models.CharField(max_length=200, blank=True, help_text=_("As the resident gave it."))
    accuracy_m = models.FloatField(null=True, blank=True, help_text=_("Of the phone's position."))
    answers = models.JSONField(default=dict, blank=True, help_text=_("Question → choice."))
    # `level:code` of the side of a border that the resident named.
    side = models.CharField(max_length=120, blank=True)
    reporter_email = models.EmailField(blank=True)
    may_share_contact = models.BooleanField(
        default=False, help_text=_("Another collectivity may be given the address.")
    )
    # Who received it: without consent, no other collectivity reads the address.
    received_by = models.ForeignKey(
        Collectivity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=5, default="fr")
    is_hidden = models.BooleanField(default=False, help_text=_("Absent from every public door."))
    responsible = models.ForeignKey(  # indexed by name below
        Collectivity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="answers_for",
        db_index=False,
    )
    # The Route as it was decided (routing.Route.as_json): rule, reasons, areas, editions.
    route = models.JSONField(default=dict)
    is_to_verify = models.BooleanField(
        default=False, help_text=_("A rule that goes first could not be decided.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            # With the place: whoever looks for the newest on a piece of ground reads no other row.
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                name="submission_newest",
                include=["grid_x", "grid_y"],
            ),
            models.Index(F("updated_at").desc(), F("id").desc(), name="submission_changed"),
            models.Index(
                "responsible",
                F("created_at").desc(),
                F("id").desc(),
                name="submission_by_responsible",
                include=["is_hidden", "kind", "category", "status"],
            ),
            GistIndex(fields=["pin"], name="submission_pin"),
            # Any tile is one range of it, and all that a tile says of a pin stands in it.
            models.Index(
                fields=["morton"],
                name="submission_on_tiles",
                include=["id", "grid_x", "grid_y", "kind", "category", "status", "created_at"],
                condition=Q(is_hidden=False),
            ),
            models.Index(fields=["id"], name="submission_hidden", condition=Q(is_hidden=True)),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("reports:submission", args=[self.ref])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def degrees(self) -> tuple[float, float]:
        """Longitude and latitude of the pin (EPSG:4326).  Of a row of a list, no geometry is made
        for it."""
        raw = self.__dict__.get("pin")
        if isinstance(raw, memoryview):
            return coordinates_of(raw)
        return self.pin.x, self.pin.y

    @property
    def status_label(self) -> str:
        return status_label(self.kind, self.status)

    @property
    def public_events(self) -> list[Event]:
        """What everybody may read of the history (prefetched by `with_page_parts`)."""
        return [event for event in self.events.all() if event.is_public]

    @property
    def is_on_a_border(self) -> bool:
        """Whether it is linked to an area that does not own it (prefetched for pages)."""
        return any(not link.is_owner for link in self.area_links.all())

    @property
    def reason(self) -> str:
        """Why that collectivity answers, in the reader's language."""
        reasons: dict[str, str] = self.route.get("reason", {})
        return reasons.get(get_language() or "fr") or reasons.get("fr", "")


class SubmissionArea(models.Model):
    """A submission lies in an area.  Repeats what lists of the area walk along: moment, phase and
    category, which follow the submission's by a trigger (migration 0020)."""

    # The indexes below begin with either: two more would cost each submission a dozen entries.
    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="area_links", db_index=False
    )
    area = models.ForeignKey(Area, models.CASCADE, related_name="submission_links", db_index=False)
    is_owner = models.BooleanField(help_text=_("One area a level owns a pin on a border."))
    distance_m = models.FloatField(default=0, help_text=_("0 inside; else from the border."))
    created_at = models.DateTimeField()
    is_open = models.BooleanField()
    # The submission's own key to it holds; a second check would cost each link.
    category = models.ForeignKey(
        Category, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "area"], name="one_link_per_area")
        ]
        indexes = [
            models.Index(
                "area",
                F("created_at").desc(),
                F("submission").desc(),
                name="open_in_area_newest",
                condition=Q(is_open=True),
            ),
            models.Index(
                "area", F("created_at").desc(), F("submission").desc(), name="in_area_newest"
            ),
            models.Index(
                "area",
                "category",
                F("created_at").desc(),
                F("submission").desc(),
                name="of_category_in_area_newest",
                include=["is_open"],
            ),
        ]


class Photo(models.Model):
    """A picture of a submission: re-encoded JPEG without metadata."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="photos")
    file = models.ImageField(
        upload_to="photos/%Y/%m/", width_field="width_px", height_field="height_px"
    )
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
