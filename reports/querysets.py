"""Sets of submissions as phrases; what the public may not see is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import GEOSGeometry, Point
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import (
    BigIntegerField,
    BinaryField,
    BooleanField,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from geodata.boxes import box_around
from geodata.crs import WGS84
from geodata.models import Reference
from reports.searching import as_query

if TYPE_CHECKING:
    from accounts.models import User
    from geodata.models import Area
    from reports.models import (  # noqa: F401
        Category,
        Competence,
        Question,
        Submission,
        SubmissionArea,
    )


HANDED_OVER = ("transferred", "returned")
"""Kinds of events by which a submission changes hands."""

LISTED = (
    *("ref", "kind", "status", "description", "pin", "is_hidden", "is_to_verify"),
    *("created_at", "updated_at", "category__name_fr", "category__name_en", "responsible__name"),
)

MOST_FOUND = 2_000
"""Submissions with some words: up to so many are asked by id, more are met soon on any walk."""

RECORD_FIELDS = (
    *("pk", "ref", "kind", "status", "description", "address"),
    *("created_at", "updated_at", "closed_at"),
)
RECORD_FACTS = (
    *("category_code", "responsible_name", "responsible_level", "responsible_code"),
    *("areas", "photo_count", "lon", "lat"),
)
"""What `for_records` adds to the fields."""

LOWER_RANK = 50
"""Communes and below: what tells an agent where a pin is."""


class FrenchText(Func):
    """The text-search vector that the index on descriptions holds."""

    function = "french_text"
    output_field = SearchVectorField()


class IsWithin(Func):
    """Whether a point (EPSG:4326) lies within metres of another, on the ellipsoid.  No index of
    ours answers it: ask inside a box."""

    function = "ST_DWithin"
    template = "%(function)s(%(expressions)s)"
    output_field = BooleanField()
    conditional = True

    def __init__(self, field: str, point: Point, radius_m: float) -> None:
        super().__init__(_geography(F(field)), _geography(_literal(point)), Value(radius_m))


class DistanceMm(Func):
    """Millimetres between two points (EPSG:4326) on the ellipsoid, rounded: equal to itself when
    it comes back in a cursor."""

    function = "ST_Distance"
    template = "round(%(function)s(%(expressions)s) * 1000)::bigint"
    output_field = BigIntegerField()

    def __init__(self, field: str, point: Point) -> None:
        super().__init__(_geography(F(field)), _geography(_literal(point)))


def _literal(point: Point) -> Value:
    return Value(point, output_field=PointField(srid=WGS84))


def _geography(expression: Any) -> Func:
    return Func(expression, template="(%(expressions)s)::geography", output_field=BinaryField())


def _links() -> QuerySet[SubmissionArea]:
    """The link rows, asked of the registry: models stand above querysets."""
    return apps.get_model("reports", "SubmissionArea")._default_manager.all()


def _names_of_areas() -> QuerySet[Any, Any]:
    """`level:code` of the areas of today that own a submission, upper levels first: from the narrow
    rows of areas (ADR 15)."""
    labels = apps.get_model("geodata", "AreaLabel")._default_manager
    owning = _links().filter(submission=OuterRef(OuterRef("pk")), is_owner=True)
    day = timezone.localdate()
    of_today = labels.filter(valid_from__lte=day).exclude(valid_to__lte=day)
    return (
        of_today.filter(area__in=owning.values("area"))
        .order_by("rank")
        .values_list(Concat("level", Value(":"), "code", output_field=TextField()))
    )


def _lies_in(collectivities: QuerySet[Any, Any]) -> Q:
    """Condition: an area of one of `collectivities` is around the pin."""
    links = _links().filter(submission=OuterRef("pk"), area__collectivity__in=collectivities)
    return Q(Exists(links))


def _linked_to(areas: Iterable[Area]) -> Exists:
    return Exists(_links().filter(submission=OuterRef("pk"), area__in=areas))


def _covered_by_any(shapes: Sequence[GEOSGeometry], place: str = "pin") -> Q:
    return reduce(or_, (Q(**{f"{place}__coveredby": shape}) for shape in shapes))


def _handed_over_by(collectivities: QuerySet[Any, Any] | Sequence[int]) -> Q:
    events = apps.get_model("reports", "Event")._default_manager
    by_one = events.filter(
        submission=OuterRef("pk"), kind__in=HANDED_OVER, for_collectivity__in=collectivities
    )
    return Q(Exists(by_one))


def _few(ids: QuerySet[Any, Any]) -> list[int] | None:
    """All of them, or None where they are more than MOST_FOUND."""
    found = list(ids[: MOST_FOUND + 1])
    return found if len(found) <= MOST_FOUND else None


class CategoryQuerySet(QuerySet["Category"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class QuestionQuerySet(QuerySet["Question"]):
    def asked(self) -> Self:
        """Those that residents are asked, with their categories and the choices on offer."""
        offered = apps.get_model("reports", "Choice")._default_manager.filter(is_active=True)
        return (
            self.filter(is_active=True, category__is_active=True)
            .select_related("category")
            .prefetch_related(Prefetch("choices", offered))
        )


class CompetenceQuerySet(QuerySet["Competence"]):
    def for_pages(self) -> Self:
        """With everything their words name, in the order in which they are asked."""
        asked = Reference.objects.filter(slug=OuterRef("reference"), is_active=True)
        return (
            self.select_related(
                "category", "group", "level", "collectivity__level", "where_level", "question"
            )
            .annotate(reference_there=Subquery(asked.values("slug")[:1]))
            .order_by("priority", "pk")
        )


class SubmissionQuerySet(QuerySet["Submission"]):
    def public(self) -> Self:
        return self.filter(is_hidden=False)

    def for_lists(self) -> Self:
        """With what lists and feeds show."""
        return self.select_related("category", "responsible").only(*LISTED)

    def for_triage(self) -> Self:
        """For lists that also say where: `area_links` are the owners of the lower levels."""
        owners = _links().filter(is_owner=True, area__level__rank__gte=LOWER_RANK)
        ordered = owners.select_related("area__level").defer("area__geom", "area__geom_3857")
        return self.for_lists().prefetch_related(
            Prefetch("area_links", ordered.order_by("area__level__rank"))
        )

    def for_records(self) -> Self:
        """With all that data of ours says of each (`reports.records`), in one query."""
        photos = apps.get_model("reports", "Photo")._default_manager.filter(
            submission=OuterRef("pk")
        )
        counted = photos.order_by().values("submission").annotate(number=Count("pk"))
        return self.only(*RECORD_FIELDS, "pin").annotate(
            category_code=F("category__code"),
            responsible_name=F("responsible__name"),
            responsible_level=F("responsible__level__code"),
            responsible_code=F("responsible__code"),
            lon=Func("pin", function="ST_X", output_field=FloatField()),
            lat=Func("pin", function="ST_Y", output_field=FloatField()),
            areas=ArraySubquery(_names_of_areas()),
            photo_count=Coalesce(Subquery(counted.values("number")), 0),
        )

    def as_records(self) -> QuerySet[Any, Any]:
        """The same as plain rows, which cost a tenth of models."""
        return self.for_records().values_list(*RECORD_FIELDS, *RECORD_FACTS, named=True)

    def with_page_parts(self) -> Self:
        """What a submission's page reads, in one query a part."""
        links = _links().select_related("area__level").defer("area__geom", "area__geom_3857")
        return self.select_related("category", "responsible").prefetch_related(
            "photos",
            Prefetch("area_links", links.order_by("area__level__rank", "-is_owner", "area__code")),
            "events__for_collectivity",
            "events__by",
        )

    def in_collectivities_of(self, user: User) -> Self:
        """In an area of a collectivity `user` works for, answered for by one, or handed over by
        one."""
        theirs = user.memberships.values("collectivity")
        return self.filter(_lies_in(theirs) | Q(responsible__in=theirs) | _handed_over_by(theirs))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Public ones for everybody; staff also see what is hidden in their own areas."""
        if not user.is_authenticated:
            return self.public()
        if user.is_superuser:
            return self.all()
        return self.public() | self.in_collectivities_of(user)

    def triaged_by(self, user: User | AnonymousUser) -> Self:
        """What `user` finds in triage: the submissions of their collectivities, and no others."""
        if not user.is_authenticated:
            return self.none()
        return self.all() if user.is_superuser else self.in_collectivities_of(user)

    def handed_by(self, collectivities: Sequence[int]) -> Self:
        """Those that one of the collectivities (ids) has handed over."""
        return self.filter(_handed_over_by(collectivities))

    def handled_by(self, user: User | AnonymousUser) -> Self:
        """What `user` may work on: where one of theirs answers, or lies where nobody does."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        theirs = user.memberships.values("collectivity")
        orphaned = Q(responsible__isnull=True) & _lies_in(theirs)
        return self.filter(Q(responsible__in=theirs) | orphaned)

    def inside(self, area: Area) -> Self:
        return self.inside_any([area])

    def inside_any(self, areas: Iterable[Area]) -> Self:
        return self.filter(_linked_to(areas))

    def with_bare_place(self) -> Self:
        """`place`: the pin as no index knows it, to be given to what asks for the ground.  A walk
        in another order looks at each pin it meets, while PostgreSQL, which takes any polygon for a
        thousandth of the pins, would gather them all first."""
        bare = Func(F("pin"), Value(WGS84), function="ST_SetSRID", output_field=PointField())
        return self.alias(place=bare)

    def within_any(self, shapes: Sequence[GEOSGeometry], place: str = "pin") -> Self:
        """On the ground of one of `shapes` (polygons, EPSG:4326), their borders included."""
        return self.filter(_covered_by_any(shapes, place))

    def inside_any_or_within(
        self, areas: Sequence[Area], shapes: Sequence[GEOSGeometry], place: str = "pin"
    ) -> Self:
        """Linked to one of `areas`, or on the ground of one of `shapes` (EPSG:4326)."""
        covered = _covered_by_any(shapes, place)
        return self.filter(_linked_to(areas) | covered if areas else covered)

    def near(self, middle: Point, radius_m: float, place: str = "pin") -> Self:
        """Pins within `radius_m` metres of `middle` (EPSG:4326), on the ellipsoid."""
        box = box_around(middle.x, middle.y, radius_m)
        in_box = self.filter(_covered_by_any(box.halves, place))
        return in_box.filter(IsWithin("pin", middle, radius_m))

    def with_distance_to(self, middle: Point) -> Self:
        """Each with `distance_mm`, whole millimetres to `middle` (EPSG:4326) on the ellipsoid."""
        return self.annotate(distance_mm=DistanceMm("pin", middle))

    def with_photo(self, has_one: bool) -> Self:
        photos = apps.get_model("reports", "Photo")._default_manager
        found = Exists(photos.filter(submission=OuterRef("pk")))
        return self.filter(found if has_one else ~found)

    def mentioning(self, text: str) -> Self:
        """Whose description has every word of `text` (French stems and beginnings, no accents),
        or whose reference is `text`."""
        words = as_query(text)
        if not words:
            return self.none()
        query = SearchQuery(words, config="french", search_type="raw")
        found = self.alias(words=FrenchText("description"))
        return found.filter(Q(words=query) | Q(ref=text.strip().upper()))

    def few_mentioning(self, text: str) -> list[int] | None:
        """The ids of those that `mentioning` finds, or None where they are more than MOST_FOUND.
        PostgreSQL takes every beginning of a word for one that 2 % of the descriptions have, and
        walks an area's newest for it: 1.3 s for a word that none of 25,000 had."""
        return _few(self.mentioning(text).order_by().values_list("pk", flat=True))

    def are_few(self, **conditions: Any) -> bool:
        """Whether MOST_FOUND at most are there under some conditions that an index tells."""
        found = self.filter(**conditions).order_by().values_list("pk", flat=True)
        return _few(found) is not None

    def few_with_photo(self) -> list[int] | None:
        """The ids of those that have one, once for each, or None where more than MOST_FOUND photos
        are there."""
        photos = apps.get_model("reports", "Photo")._default_manager.order_by()
        return _few(photos.values_list("submission", flat=True))

    def last_sent(self, number: int) -> Self:
        """The newest ones, with what routing reads."""
        return self.select_related("category", "responsible").order_by("-created_at", "-pk")[
            :number
        ]
