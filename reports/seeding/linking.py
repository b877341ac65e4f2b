"""The areas of a batch of invented pins, in memory and at once, and the links as COPY reads them.

The border rule is that of `geodata.bulk`, as for a real submission: neighbours within the tolerance
are linked too, and one area a level owns the pin.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.bulk import Ground, Located
from reports.seeding import binary
from reports.seeding.drawing import Batch, Homes

COPY = (
    "COPY reports_submissionarea"
    " (submission_id, area_id, is_owner, distance_m, created_at, is_open, category_id)"
    " FROM STDIN (FORMAT BINARY)"
)

_YEAR_2000 = 946_684_800
"""PostgreSQL counts its microseconds from there, in seconds since 1970."""


def settle(ground: Ground, homes: Homes, batch: Batch) -> tuple[Batch, Located]:
    """The batch with its areas.  What fell into the sea or over the border is put where its home
    surely is."""
    located = ground.locate(batch.lon, batch.lat)
    stray = np.ones(len(batch.home), dtype=bool)
    stray[located.point] = False
    if not stray.any():
        return batch, located
    home = np.searchsorted(homes.ids, batch.home)
    lon = np.where(stray, homes.lon[home], batch.lon)
    lat = np.where(stray, homes.lat[home], batch.lat)
    lost = np.flatnonzero(stray)
    found = ground.locate(lon[lost], lat[lost])
    return replace(batch, lon=lon, lat=lat), Located(
        np.concatenate([located.point, lost[found.point]]),
        np.concatenate([located.area, found.area]),
        np.concatenate([located.distance_m, found.distance_m]),
        np.concatenate([located.is_owner, found.is_owner]),
    )


def links(ground: Ground, batch: Batch, located: Located, first: int) -> bytes:
    """What COPY is given; `first` is the id of the batch's first submission."""
    ids = np.array([area.id for area in ground.areas], dtype=np.int64)
    columns: dict[str, NDArray[Any] | bytes] = {
        "submission_id": first + located.point,
        "area_id": ids[located.area],
        "is_owner": located.is_owner,
        "distance_m": located.distance_m,
        "created_at": (batch.created[located.point].astype(np.int64) - _YEAR_2000) * 1_000_000,
        "is_open": np.isnan(batch.closed[located.point]),
        "category_id": batch.category[located.point],
    }
    return binary.HEAD + binary.rows(columns, len(located.point)) + binary.TAIL
