"""Levels, collectivities, and the dated areas on the ground.  Knows nothing of submissions."""

from datetime import date
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from geodata import findings
from geodata.crs import WEB_MERCATOR, WGS84
from geodata.querysets import AreaQuerySet, EditionQuerySet, FindingQuerySet, LevelQuerySet
from geodata.road_classes import RoadClass


class Level(models.Model):
    """A tier of territory.  Rows, not an enum: a deployment adds its own."""

    code = models.SlugField(unique=True)
    rank = models.PositiveSmallIntegerField(
        help_text=_("Upper levels have smaller ranks: région 10, commune 50.")
    )
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    tile_min_zoom = models.PositiveSmallIntegerField(default=0)

    objects = LevelQuerySet.as_manager()

    class Meta:
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_fr


class Nature(models.TextChoices):
    """What an intercommunality is by law: it decides which duties are its own."""

    METROPOLE = "metropole", _("Métropole")
    CU = "cu", _("Communauté urbaine")
    CA = "ca", _("Communauté d’agglomération")
    CC = "cc", _("Communauté de communes")


class Collectivity(models.Model):
    """A public body that may answer for something."""

    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True)
    code = models.CharField(max_length=20, help_text=_("INSEE code, SIREN, or one of your own."))
    name = models.CharField(max_length=200)
    nature = models.CharField(max_length=10, choices=Nature.choices, blank=True)
    siren = models.CharField(max_length=9, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    contact_email = models.EmailField(blank=True)

    class Meta:
        ordering = ["level__rank", "name"]
        verbose_name_plural = _("collectivities")
        constraints = [
            models.UniqueConstraint(
                fields=["level", "code"], name="one_collectivity_per_code", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


def edition_label(series: str, valid_from: date) -> str:
    """What people and APIs call an edition: `2018-01-01`, or `demo 2018-01-01`."""
    return valid_from.isoformat() if series == "main" else f"{series} {valid_from}"


class Edition(models.Model):
    """A dated set of areas of one level (French: millésime).

    Areas of one level come in *series* that live side by side: the communes of France, the
    quartiers of Pau and those of Toulouse, each with editions of its own.  Within a series, one
    edition at most is valid on a day; the database refuses a second.
    """

    level = models.ForeignKey(Level, models.PROTECT, related_name="editions")
    series = models.SlugField(max_length=80, default="main")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text=_("First day no longer valid."))
    source = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    loaded_at = models.DateTimeField(db_default=Now(), editable=False)
    generalised_at = models.DateTimeField(
        null=True, editable=False, help_text=_("Since when its tiles have shapes for each zoom.")
    )
    # The edition that this one ended: it is valid again after a roll back.
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="followed_by"
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["level__rank", "series", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="edition_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="one_edition_of_a_series_a_day",
                expressions=[
                    ("level", RangeOperators.EQUAL),
                    ("series", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return edition_label(self.series, self.valid_from)


class Area(models.Model):
    """The ground of one unit of a level in one edition.  A canton is one without a collectivity."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="areas")
    level = models.ForeignKey(Level, models.PROTECT, related_name="areas")
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    collectivity = models.ForeignKey(
        Collectivity, models.SET_NULL, null=True, blank=True, related_name="areas"
    )
    geom = models.MultiPolygonField(srid=WGS84)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", WEB_MERCATOR),
        output_field=models.MultiPolygonField(srid=WEB_MERCATOR),
        db_persist=True,
    )
    area_m2 = models.FloatField(help_text=_("On the ellipsoid; decides who owns a border."))

    inner_point: Point
    """A point inside (EPSG:4326), where `AreaQuerySet.for_pages` was asked for it."""

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["level__rank", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="one_area_per_code"),
            models.CheckConstraint(condition=Q(geom__isvalid=True), name="area_geometry_is_valid"),
        ]
        indexes = [
            models.Index(fields=["level", "code"], name="area_by_level_and_code"),
            # What a tile says, without the outlines that lie between.
            models.Index(fields=["id"], include=["code", "name"], name="area_said"),
            GistIndex(fields=["geom_3857"], name="area_3857"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("reports:area", args=[self.level.code, self.code])


class Succession(models.Model):
    """Ground that went from an area of the edition before to one of this edition."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="successions")
    from_code = models.CharField(max_length=80)
    to_code = models.CharField(max_length=80)
    from_share = models.FloatField(help_text=_("Which part of the older area it is, 0 to 1."))
    to_share = models.FloatField(help_text=_("Which part of the newer area it is, 0 to 1."))

    class Meta:
        ordering = ["from_code", "to_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "from_code", "to_code"], name="one_succession_per_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_code} → {self.to_code}"


class CoverageCheck(models.Model):
    """How the areas of an edition fit together, as of a moment; a new check takes its place."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="check_of")
    parent = models.ForeignKey(Edition, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
    overlaps = models.PositiveIntegerField(default=0)
    gaps = models.PositiveIntegerField(default=0)
    slivers = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.edition}"


class CoverageFinding(models.Model):
    """An overlap or a gap: which areas, how large, where."""

    check_of = models.ForeignKey(CoverageCheck, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=12)
    codes = ArrayField(models.CharField(max_length=80))
    area_m2 = models.FloatField()
    width_m = models.FloatField(help_text=_("On average."))
    is_sliver = models.BooleanField()
    geom = models.MultiPolygonField(srid=WGS84)

    middle: Point
    """A point inside (EPSG:4326), where `for_pages` was asked for it."""
    first_name: str | None = None
    second_name: str | None = None
    """Of the areas of `codes`, where `with_names` was asked for them."""

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["is_sliver", "-area_m2", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {', '.join(self.codes)}"

    @property
    def sentence(self) -> str:
        """What it is, between whom and how large, in the reader's language."""
        names = (self.first_name, self.second_name)
        labels = [findings.labelled(*one) for one in zip(self.codes, names, strict=False)]
        return findings.misfit_sentence(self.kind, labels, self.area_m2, self.width_m)


class AreaPart(models.Model):
    """An indexed piece of an area (`ST_Subdivide`): what point look-ups read."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="parts")
    geom = models.PolygonField(srid=WGS84)


class Generalised(models.Model):
    """A shape as tiles up to zoom `step` show it (ADR 12): simplified together with its neighbours.

    `count` is how many shapes were gathered in it; the largest lends its look.  A small one is not
    named.  OWNER and OF name the foreign keys to the set it belongs to and to what it was made of,
    SAID the fields that are copied from the latter.  Vertices lie on the grid of the step's tiles.
    """

    OWNER: ClassVar[str]
    OF: ClassVar[str]
    SAID: ClassVar[tuple[str, ...]] = ()

    step = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    is_named = models.BooleanField(default=True)
    geom_3857 = models.GeometryField(srid=WEB_MERCATOR, spatial_index=False)

    class Meta:
        abstract = True


class GeneralisedArea(Generalised):
    OWNER, OF = "edition", "area"

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.CASCADE, related_name="generalised", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "step"], name="one_shape_of_an_area_a_step")
        ]
        indexes = [
            GistIndex(fields=["edition", "step", "geom_3857"], name="generalised_area_3857"),
            # Rows of a step lie together; only a B-tree tells the planner.
            models.Index(fields=["edition", "step"], name="generalised_area_by_step"),
        ]


class AreaLabel(models.Model):
    """What a look-up says of an area, gathered from four tables into one narrow row.

    Written by triggers alone (migration 0013), whoever changes an area or what it belongs to.
    """

    area = models.OneToOneField(
        Area, models.CASCADE, primary_key=True, editable=False, related_name="label"
    )
    level = models.CharField(max_length=50)
    rank = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    series = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    # No foreign key: the trigger of `Area.collectivity` follows when that one is deleted.
    collectivity_id = models.BigIntegerField(null=True)
    collectivity_code = models.CharField(max_length=20, null=True)
    collectivity_name = models.CharField(max_length=200, null=True)
    area_m2 = models.FloatField()

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class Purpose(models.TextChoices):
    ROADS = "roads", _("Roads")
    FEATURES = "features", _("Other features")


class Reference(models.Model):
    """Lines and places that rules look at: roads, school grounds, canals.

    `ground` is where it knows anything: beyond, that nothing was found says nothing.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.ROADS)
    source = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    loaded_at = models.DateTimeField(db_default=Now(), editable=False)
    ground = models.PolygonField(srid=WGS84, null=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class ReferenceFeature(models.Model):
    """One of them: a piece of a road with its class and manager, or any other shape."""

    reference = models.ForeignKey(Reference, models.CASCADE, related_name="features")
    road_class = models.CharField(max_length=20, choices=RoadClass.choices, blank=True)
    ref = models.CharField(max_length=40, blank=True, help_text=_("Such as D 904."))
    name = models.CharField(max_length=200, blank=True)
    manager = models.CharField(max_length=200, blank=True, help_text=_("As the file names it."))
    manager_collectivity = models.ForeignKey(
        Collectivity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    geom = models.GeometryField(srid=WGS84)

    def __str__(self) -> str:
        return self.ref or self.name
