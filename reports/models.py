"""What residents send, where it lies, who answers, and everything that happened to it."""

import uuid

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geodata.crs import WEB_MERCATOR, WGS84
from geodata.models import Area, Collectivity, Level
from reports.querysets import CategoryQuerySet, CompetenceQuerySet, SubmissionQuerySet
from reports.references import new_reference
from reports.workflow import OPEN, Kind, Status, status_label


class Category(models.Model):
    """What a submission is about."""

    code = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # How the reason names the duty: "voirie", "street lighting".
    duty_fr = models.CharField(max_length=120)
    duty_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "code"]
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_fr


class Competence(models.Model):
    """A rule: which collectivity, or which level's, answers for a category.

    The first rule by priority whose collectivity can be found at the pin decides.
    """

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, help_text=_("Empty: every category.")
    )
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True)
    collectivity = models.ForeignKey(Collectivity, models.CASCADE, null=True, blank=True)
    priority = models.PositiveSmallIntegerField(default=100, help_text=_("Smaller goes first."))
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text=_("First day no longer valid."))
    legal_basis = models.TextField(blank=True)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        ordering = ["priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) ^ Q(collectivity__isnull=True),
                name="competence_names_a_level_or_a_collectivity",
            ),
            models.UniqueConstraint(
                fields=["category", "priority", "valid_from"],
                name="no_tie_between_competences",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} → {self.collectivity or self.level}"


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
    pin_3857 = models.GeneratedField(
        expression=Transform("pin", WEB_MERCATOR),
        output_field=models.PointField(srid=WEB_MERCATOR),
        db_persist=True,
    )
    address = models.CharField(max_length=200, blank=True, help_text=_("As the resident gave it."))
    reporter_email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, default="fr")
    is_hidden = models.BooleanField(default=False, help_text=_("Absent from every public door."))
    responsible = models.ForeignKey(
        Collectivity, models.SET_NULL, null=True, blank=True, related_name="answers_for"
    )
    # The Route as it was decided (routing.Route.as_json): rule, reasons, areas, editions.
    route = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(F("created_at").desc(), F("id").desc(), name="submission_newest"),
            models.Index(fields=["responsible", "-created_at"], name="submission_by_responsible"),
            GistIndex(fields=["pin"], name="submission_pin"),
            GistIndex(fields=["pin_3857"], name="submission_pin_3857"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("reports:submission", args=[self.ref])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def status_label(self) -> str:
        return status_label(self.kind, self.status)

    @property
    def public_events(self) -> "list[Event]":
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
    """A submission lies in an area.  Carries what the triage order needs (an index walk)."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="area_links")
    area = models.ForeignKey(Area, models.CASCADE, related_name="submission_links")
    is_owner = models.BooleanField(help_text=_("One area a level owns a pin on a border."))
    distance_m = models.FloatField(default=0, help_text=_("0 inside; else from the border."))
    created_at = models.DateTimeField()
    is_open = models.BooleanField()

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
        ]


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", _("Sent")
    TRANSITION = "transition", _("Status changed")
    REPLY = "reply", _("Public reply")
    NOTE = "note", _("Internal note")
    HIDDEN = "hidden", _("Hidden")
    SHOWN = "shown", _("Shown again")


class Event(models.Model):
    """One appended line of a submission's history; never edited (a trigger refuses it)."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # The collectivity the author acted for: what the public sees instead of a name.
    for_collectivity = models.ForeignKey(
        Collectivity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_public = models.BooleanField(default=True)
    text = models.TextField(blank=True, max_length=4000)
    data = models.JSONField(default=dict, help_text=_("from and to of a transition, and such."))

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission} {self.kind}"

    @property
    def from_words(self) -> str:
        return self._status_words("from")

    @property
    def to_words(self) -> str:
        return self._status_words("to")

    @property
    def by_words(self) -> str:
        """Who acted, as the public reads it: the collectivity, never a person."""
        acted = self.kind != EventKind.SUBMITTED and self.for_collectivity
        return str(acted) if acted else ""

    def _status_words(self, key: str) -> str:
        """The status under `key` of a transition, in the words of its kind."""
        value = self.data.get(key)
        return status_label(self.submission.kind, value) if value else ""


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
