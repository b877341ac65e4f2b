"""What the API of areas takes and gives, for its OpenAPI document."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _written_as_a_day(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticCustomError("date_parsing", "YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]
"""YYYY-MM-DD and no other way: by itself, Pydantic takes `0` for the first day of 1970."""


class AreaSummary(Schema):
    level: str
    code: str
    name: str
    edition: str
    url: str


class AreaPage(Schema):
    areas: list[AreaSummary]
    next: str | None = Field(description="Address of the next page; null on the last.")


class RelatedOut(Schema):
    level: str
    code: str
    name: str
    share: float | None = Field(
        None, description="Part of the smaller area's ground that both have, 0 to 1."
    )
    is_partly: bool = Field(False, description="Less than half of it.")
    border_m: float | None = Field(None, description="Length of the common outline in metres.")


class RelatedPage(Schema):
    areas: list[RelatedOut]
    next: str | None = None


class HistoryEdition(Schema):
    edition: str
    valid_from: date
    valid_to: date | None = Field(description="First day no longer valid.")
    name: str
    area_m2: float


class SuccessionOut(Schema):
    edition: str
    from_code: str
    to_code: str
    from_share: float
    to_share: float


class HistoryOut(Schema):
    editions: list[HistoryEdition]
    came_from: list[SuccessionOut]
    became: list[SuccessionOut]


class CollectivityOut(Schema):
    level: str
    code: str
    name: str
    nature: str
    siren: str
    population: int | None


class AreaProperties(Schema):
    level: str
    code: str
    name: str
    edition: str
    valid_from: date
    valid_to: date | None
    source: str
    licence: str
    area_m2: float
    collectivity: CollectivityOut | None
    links: dict[str, str]


class AreaFeature(Schema):
    """A GeoJSON Feature (RFC 7946)."""

    type: Literal["Feature"] = "Feature"
    id: str
    bbox: list[float] = Field(
        description="West, south, east, north; west > east where it crosses longitude 180."
    )
    geometry: dict[str, Any] | None
    properties: AreaProperties


class SearchParameters(Schema):
    q: str = Field("", max_length=100, description="Beginning of the name, accents aside.")
    level: str = Field("", max_length=50)
    code: str = Field("", max_length=80)
    parent: str = Field("", max_length=140, description="level:code of an area that contains it.")
    on: Day | None = Field(None, description="Day whose editions count; today.")
    limit: int = Field(100, ge=1, le=500)
    after: str = Field("", max_length=140, description="level:code of the last one before.")


class RelationParameters(Schema):
    level: str = Field("", max_length=50, description="Only areas of this level.")
    on: Day | None = Field(None, description="Day whose editions count; today.")
    limit: int = Field(100, ge=1, le=500)
    after: str = Field("", max_length=140, description="level:code of the last one before.")
