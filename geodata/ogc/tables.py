"""Collections whose features are the rows of one QuerySet, in the order of one whole number."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import GeometryField
from django.core.signing import BadSignature, Signer
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from geodata.boxes import Box
from geodata.crs import WGS84
from geodata.ogc.collections import Asked, Collection, Feature, Page
from geodata.ogc.literals import Span
from geodata.problems import BadParameters
from geodata.rate_limits import admit
from geodata.time_limits import time_limit

MOST_COUNTED = 1_000
_LONGEST_CURSOR = 200
_signer = Signer(sep=".", salt="geodata.ogc")


class TableCollection(Collection):
    """`geometry` and `key` are fields of the rows: EPSG:4326, and a unique whole number."""

    default_limit = 50
    most = 200
    geometry = "geom"
    key = "pk"

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """What everybody may see."""

    @abstractmethod
    def encoded(self, rows: Iterable[Any]) -> list[Feature]: ...

    def during(self, rows: QuerySet[Any], span: Span) -> QuerySet[Any]:
        """Rows of a time; features without time are of any."""
        return rows

    def page(self, request: HttpRequest, asked: Asked) -> Page:
        after = _read_cursor(asked.cursor, self._bound_to(asked))
        wanted = self._wanted(asked)
        if asked.key:
            admit(request, "filters", f"{self.id}?{asked.key}", most=settings.FILTERS_PER_MINUTE)
        with time_limit(settings.FILTER_TIMEOUT_S):
            number = wanted.order_by()[: MOST_COUNTED + 1].count()
            beyond = wanted if after is None else wanted.filter(**{f"{self.key}__gt": after})
            found = list(beyond.order_by(self.key)[: asked.limit + 1])
        shown = found[: asked.limit]
        cursor = ""
        if len(found) > asked.limit:
            cursor = _write_cursor(getattr(shown[-1], self.key), self._bound_to(asked))
        return Page(self.encoded(shown), cursor, number if number <= MOST_COUNTED else None)

    def _wanted(self, asked: Asked) -> QuerySet[Any]:
        wanted = self.rows()
        if asked.bounds is not None:
            wanted = wanted.filter(touching(self.geometry, asked.bounds))
        if asked.span is not None:
            wanted = self.during(wanted, asked.span)
        return wanted.filter(*asked.conditions)

    def _bound_to(self, asked: Asked) -> str:
        return f"{self.id}?{asked.key}"


def touching(column: str, bounds: Any) -> Func:
    """Rows whose shape (EPSG:4326) has a point in common with `bounds`."""
    ground = bounds.ground if isinstance(bounds, Box) else bounds
    shape = Value(ground, GeometryField(srid=WGS84))
    return Func(F(column), shape, function="ST_Intersects", output_field=BooleanField())


def _write_cursor(key: int, bound_to: str) -> str:
    return _signer.sign(f"{key}_{_digest(bound_to)}")


def _read_cursor(cursor: str, bound_to: str) -> int | None:
    """None for the first page.  Raises BadParameters."""
    if not cursor:
        return None
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise BadSignature
        key, digest = _signer.unsign(cursor).split("_")
        if digest == _digest(bound_to):
            return int(key)
    except (BadSignature, ValueError):
        sentence = _("This page marker is not one of ours: start at the first page.")
        raise BadParameters({"cursor": [sentence]}) from None
    sentence = _("This page marker belongs to another filter or order: start at the first page.")
    raise BadParameters({"cursor": [sentence]})


def _digest(text: str) -> str:
    return salted_hmac("geodata.ogc", text).hexdigest()[:12]
