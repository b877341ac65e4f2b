"""The areas of a batch of invented pins, in memory and at once, and the links as COPY reads them.

The border rule is that of `geodata.bulk`, as for a real submission: neighbours within the tolerance
are linked too, and one area a level owns the pin.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.bulk import Ground, Located
from reports.seeding.drawing import Batch, Homes

COPY = (
    "COPY reports_submissionarea"
    " (submission_id, area_id, is_owner, distance_m, created_at, is_open)"
    " FROM STDIN (FORMAT BINARY)"
)

# COPY's binary format (PostgreSQL's manual, "COPY", File Formats): big-endian, the number of
# fields, then each field behind its length.  No field is ever null here.
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"
_FIELDS = {
    "submission": ">i8",
    "area": ">i8",
    "is_owner": "?",
    "distance_m": ">f8",
    "created_at": ">i8",
    "is_open": "?",
}
_ROW = np.dtype(
    [("fields", ">i2")]
    + [pair for name, of in _FIELDS.items() for pair in ((f"{name} length", ">i4"), (name, of))]
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
    rows = np.empty(len(located.point), dtype=_ROW)
    rows["fields"] = len(_FIELDS)
    for name in _FIELDS:
        rows[f"{name} length"] = _ROW[name].itemsize
    rows["submission"] = first + located.point
    rows["area"] = ids[located.area]
    rows["is_owner"] = located.is_owner
    rows["distance_m"] = located.distance_m
    since_2000 = np.round(batch.created[located.point]).astype(np.int64) - _YEAR_2000
    rows["created_at"] = since_2000 * 1_000_000
    rows["is_open"] = np.isnan(batch.closed[located.point])
    return _HEAD + rows.tobytes() + _TAIL
