"""Overlays: uploaded maps to look at.  Promotion turns one into areas (see `actions.promote`)."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geodata.crs import WEB_MERCATOR, WGS84
from geodata.models import Collectivity, Edition, Generalised
from layers.changes import ChangeKind, OverlayChange
from layers.findings import sentence
from layers.history import Deed, OverlayEvent
from layers.mapping import MEANINGS
from layers.querysets import (
    OverlayFeatureQuerySet,
    OverlayImportQuerySet,
    OverlayQuerySet,
)

__all__ = [
    "ChangeKind",
    "Deed",
    "Finding",
    "ImportState",
    "Overlay",
    "OverlayChange",
    "OverlayEvent",
    "OverlayFeature",
    "OverlayImport",
    "Severity",
    "Visibility",
]


class Visibility(models.TextChoices):
    """Who sees the published version of an overlay."""

    PUBLIC = "public", _("Everybody")
    STAFF = "staff", _("Staff only")
    LINK = "link", _("Those who have the link")


class Overlay(models.Model):
    """An uploaded map under one name.  What the public sees is its `published` import, if any."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    collectivity = models.ForeignKey(Collectivity, models.PROTECT, related_name="overlays")
    colour = models.CharField(
        max_length=7, default="#0b6e4f", help_text=_("For shapes whose file gives no colour.")
    )
    attribution = models.CharField(max_length=200, blank=True)
    name_field = models.CharField(
        max_length=200,
        blank=True,
        help_text=_("The field that names shapes on the map, if not the placemark itself."),
    )
    code_field = models.CharField(
        max_length=200, blank=True, help_text=_("Where a shape's code stands; none if empty.")
    )
    group_field = models.CharField(
        max_length=200, blank=True, help_text=_("What groups shapes, if not their folder.")
    )
    label_field = models.CharField(
        max_length=200, blank=True, help_text=_("What is written on the map, if not the name.")
    )
    licence = models.CharField(max_length=120, blank=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    link_token = models.CharField(
        max_length=43, blank=True, help_text=_("The secret of its link, while it has one.")
    )
    published = models.ForeignKey(
        "OverlayImport", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    edition = models.ForeignKey(
        Edition,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The areas it was last promoted to."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OverlayQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(visibility="link") | ~Q(link_token=""),
                name="overlay_seen_by_link_has_one",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def mapping(self) -> dict[str, str]:
        """Meaning → field, as `layers.mapping` reads it."""
        return {key: getattr(self, key) for key in MEANINGS}


class ImportState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    READING = "reading", _("Being read")
    READ = "read", _("Read")
    FAILED = "failed", _("Could not be read")
    ASKING = "asking", _("Needs an answer")


class OverlayImport(models.Model):
    """One uploaded file: stored as it came, read by a job, published by a person."""

    overlay = models.ForeignKey(Overlay, models.CASCADE, related_name="imports")
    file = models.FileField(upload_to="overlays/%Y/%m/", max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.QUEUED)
    kind = models.CharField(
        max_length=40, blank=True, help_text=_("What the file is, by its content.")
    )
    options = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What people said of the file (geodata.sources.Options)."),
    )
    question = models.JSONField(
        default=dict, blank=True, help_text=_("What has to be answered before it can be read.")
    )
    read_bytes = models.PositiveBigIntegerField(default=0, help_text=_("Progress of the job."))
    feature_count = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=300, blank=True, help_text=_("What the file calls itself."))
    fields = models.JSONField(
        default=list, help_text=_("Every field that occurs, in order: name, type, label, is_list.")
    )
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    generalised_at = models.DateTimeField(
        null=True, editable=False, help_text=_("Since when its tiles have shapes for each zoom.")
    )
    note = models.CharField(
        max_length=500, blank=True, help_text=_("For colleagues: what is new in it.")
    )
    mapping = models.JSONField(
        null=True, help_text=_("What its fields meant when it was last published.")
    )
    compared_with = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+", help_text=_("See OverlayChange.")
    )
    compared_by = models.CharField(max_length=450, blank=True)

    objects = OverlayImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.overlay} · {self.file_name}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in (ImportState.QUEUED, ImportState.READING)

    @property
    def is_read(self) -> bool:
        return self.state == ImportState.READ

    @property
    def is_asking(self) -> bool:
        return self.state == ImportState.ASKING

    @property
    def percent(self) -> int:
        return min(100, 100 * self.read_bytes // self.size_bytes) if self.size_bytes else 100

    def twin(self) -> OverlayImport | None:
        """An earlier version of the overlay with the very same bytes."""
        same = OverlayImport.objects.filter(overlay_id=self.overlay_id, sha256=self.sha256)
        return same.filter(pk__lt=self.pk).first()

    def shapes_changed(self, kind: str) -> OverlayFeatureQuerySet:
        """Those that this version adds, changes or removes; gone ones are the other version's."""
        return OverlayFeature.objects.filter(changes__overlay_import=self, changes__kind=kind)

    def shapes_and_removed(self) -> OverlayFeatureQuerySet:
        """Its own shapes, and those that go with it."""
        gone = self.changes.filter(kind=ChangeKind.REMOVED).values("feature")
        return OverlayFeature.objects.filter(Q(overlay_import=self) | Q(pk__in=gone))

    def changed_shapes(self) -> OverlayFeatureQuerySet:
        """All that differ, each with its `change` and shown name."""
        differing = OverlayFeature.objects.filter(changes__overlay_import=self)
        return differing.with_shown_name().annotate(change=F("changes__kind"))

    def findings_to_confirm(self) -> models.QuerySet[Finding]:
        """Findings that want a yes before the version is published."""
        return self.findings.filter(values__needs_consent=1)

    def severity_counts(self) -> list[tuple[Severity, int]]:
        """How many findings of each severity, the gravest first, those that occur."""
        counts = dict(self.findings.order_by().values_list("severity").annotate(Count("pk")))
        return [(severity, counts[severity]) for severity in Severity if severity in counts]


class OverlayFeature(models.Model):
    """One shape of an import, with what its file said of it."""

    overlay_import = models.ForeignKey(OverlayImport, models.CASCADE, related_name="features")
    position = models.PositiveIntegerField(help_text=_("Order in the file, from 0."))
    line = models.PositiveIntegerField(null=True, help_text=_("Line in the file, from 1."))
    name = models.CharField(max_length=300, blank=True)
    folder = models.CharField(max_length=500, blank=True, help_text=_("Path, joined by ' / '."))
    path = models.JSONField(default=list, help_text=_("Names of its folders, the outermost first."))
    description = models.TextField(blank=True, help_text=_("Sanitised HTML."))
    fields = models.JSONField(
        default=dict, help_text=_("ExtendedData as name → text, number, truth or a list.")
    )
    begin = models.CharField(
        max_length=40,
        blank=True,
        help_text=_("When it begins, as the file writes it (ISO 8601, may be a year only)."),
    )
    end = models.CharField(
        max_length=40, blank=True, help_text=_("When it ends; as `begin` for one moment.")
    )
    style = models.JSONField(
        default=dict,
        help_text=_(
            "stroke, stroke_opacity, stroke_width, fill, fill_opacity, icon (of an OverlayIcon),"
            " icon_scale, label_scale as the file gives."
        ),
    )
    geom = models.GeometryField(srid=WGS84)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_MERCATOR),
        output_field=models.GeometryField(srid=WEB_MERCATOR),
        db_persist=True,
    )

    shown_name: str
    shown_code: str
    """What they are for the overlay, where `with_meanings` was asked for."""

    objects = OverlayFeatureQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        indexes = [GistIndex(fields=["geom_3857"], name="overlay_feature_3857")]
        constraints = [
            models.UniqueConstraint(
                fields=["overlay_import", "position"], name="one_feature_per_position"
            ),
            models.CheckConstraint(
                condition=Q(geom__isvalid=True), name="overlay_feature_geometry_is_valid"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.position + 1}"

    @property
    def kind(self) -> str:
        """What people call its shape."""
        kinds = {0: _("Point"), 1: _("Line"), 2: _("Surface")}
        return str(kinds[self.geom.dims])


class OverlayIcon(models.Model):
    """A small picture that came in a KMZ, made anew as PNG; features name it by its digest."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    png = models.BinaryField()

    def __str__(self) -> str:
        return self.sha256


class GeneralisedFeature(Generalised):
    """What `geodata.generalised` keeps of a shape for each zoom."""

    OWNER, OF, SAID = "overlay_import", "feature", ("position", "style")

    overlay_import = models.ForeignKey(
        OverlayImport, models.CASCADE, related_name="+", db_index=False
    )
    feature = models.ForeignKey(
        OverlayFeature, models.CASCADE, related_name="generalised", db_index=False
    )
    position = models.PositiveIntegerField()
    style = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["feature", "step"], name="one_shape_of_a_feature_a_step"
            )
        ]
        indexes = [
            GistIndex(
                fields=["overlay_import", "step", "geom_3857"], name="generalised_feature_3857"
            ),
            models.Index(fields=["overlay_import", "step"], name="generalised_feature_by_step"),
        ]


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    REPAIRED = "repaired", _("Repaired")
    NOTE = "note", _("Note")


class Finding(models.Model):
    """What reading said of one placemark, or of the file, by line."""

    overlay_import = models.ForeignKey(OverlayImport, models.CASCADE, related_name="findings")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    code = models.SlugField(help_text=_("Stable name of the finding, such as self-crossing."))
    placemark = models.CharField(max_length=300, blank=True)
    folder = models.CharField(max_length=500, blank=True)
    line = models.PositiveIntegerField(null=True)
    values = models.JSONField(default=dict, help_text=_("What the sentence is filled with."))

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.severity} {self.code} {self.placemark}"

    @property
    def sentence(self) -> str:
        return sentence(self.code, self.values)
