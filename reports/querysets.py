"""Sets of submissions as phrases; what the public may not see is decided here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Exists, Func, OuterRef, Prefetch, Q, QuerySet

from reports.workflow import OPEN

if TYPE_CHECKING:
    from accounts.models import User
    from geodata.models import Area
    from reports.models import Category, Competence, Submission, SubmissionArea  # noqa: F401


LOWER_RANK = 50
"""Communes and below: what tells an agent where a pin is."""


class FrenchText(Func):
    """The text-search vector that the index on descriptions holds."""

    function = "french_text"
    output_field = SearchVectorField()


def without_accents(text: str) -> str:
    split = unicodedata.normalize("NFKD", text)
    return "".join(char for char in split if not unicodedata.combining(char))


def _links() -> QuerySet[SubmissionArea]:
    """The link rows, asked of the registry: models stand above querysets."""
    return apps.get_model("reports", "SubmissionArea")._default_manager.all()


def _lies_in(collectivities: QuerySet[Any, Any]) -> Q:
    """Condition: an area of one of `collectivities` is around the pin."""
    links = _links().filter(submission=OuterRef("pk"), area__collectivity__in=collectivities)
    return Q(Exists(links))


class CategoryQuerySet(QuerySet["Category"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class CompetenceQuerySet(QuerySet["Competence"]):
    def valid_on(self, day: date) -> Self:
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day)))

    def about(self, category: Category | None) -> Self:
        """Rules for `category` and rules for every category; only the latter for None."""
        every = Q(category__isnull=True)
        return self.filter(every | Q(category=category) if category else every)


class SubmissionQuerySet(QuerySet["Submission"]):
    def public(self) -> Self:
        return self.filter(is_hidden=False)

    def for_lists(self) -> Self:
        return self.select_related("category", "responsible").defer("route")

    def for_triage(self) -> Self:
        """For lists that also say where: `area_links` are the owners of the lower levels."""
        owners = _links().filter(is_owner=True, area__level__rank__gte=LOWER_RANK)
        ordered = owners.select_related("area__level").defer("area__geom", "area__geom_3857")
        return self.for_lists().prefetch_related(
            Prefetch("area_links", ordered.order_by("area__level__rank"))
        )

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
        """In an area of a collectivity `user` works for, or answered for by one."""
        theirs = user.memberships.values("collectivity")
        return self.filter(_lies_in(theirs) | Q(responsible__in=theirs))

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
        links = _links().filter(submission=OuterRef("pk"), area__in=areas)
        return self.filter(Exists(links))

    def mentioning(self, text: str) -> Self:
        """Whose description has every word of `text` (French stems and beginnings, no accents),
        or whose reference is `text`."""
        words = re.findall(r"\w+", without_accents(text))
        if not words:
            return self.none()
        query = SearchQuery(
            " & ".join(f"{word}:*" for word in words), config="french", search_type="raw"
        )
        found = self.alias(words=FrenchText("description"))
        return found.filter(Q(words=query) | Q(ref__iexact=text.strip()))

    def open(self) -> Self:
        return self.filter(status__in=OPEN)
