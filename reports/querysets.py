"""Sets of submissions as phrases; what the public may not see is decided here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Exists, Func, OuterRef, Prefetch, Q, QuerySet

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


def _handed_over_by(collectivities: QuerySet[Any, Any]) -> Q:
    events = apps.get_model("reports", "Event")._default_manager
    by_one = events.filter(
        submission=OuterRef("pk"), kind__in=HANDED_OVER, for_collectivity__in=collectivities
    )
    return Q(Exists(by_one))


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
        return self.select_related(
            "category", "group", "level", "collectivity__level", "where_level", "question"
        ).order_by("priority", "pk")


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

    def last_sent(self, number: int) -> Self:
        """The newest ones, with what routing reads."""
        return self.select_related("category", "responsible").order_by("-created_at", "-pk")[
            :number
        ]
