"""Where, when and what about: numbers drawn like those of a real service.

People live in towns: areas are chosen by population (else by size), and within one, pins gather
around a few places.  Reports grow from year to year, peak in spring and autumn and sleep at night;
the older they are, the more of them are closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

YEARS = 5
_DAY_S = 86_400.0
_PLACES_PER_HOME = 4
_HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 4, 8, 12, 13, 12, 11, 12, 12, 11, 10, 10, 11, 10, 8, 6, 4, 3, 2]
)
# new, in_progress, scheduled | resolved, rejected
OPEN_SHARES = np.array([0.45, 0.35, 0.20])
RESOLVED_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Homes:
    """Areas that pins are put in: ids, a point inside each (EPSG:4326), radius of a circle of the
    same size in metres, weight."""

    ids: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    radius_m: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Columns of one length; moments in whole seconds since 1970, NaN where there was none;
    `status` is 0 to 4 in the order of `reports.workflow.Status`."""

    home: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    category: NDArray[np.int64]
    status: NDArray[np.int64]
    created: NDArray[np.float64]
    replied: NDArray[np.float64]
    closed: NDArray[np.float64]


def batches(
    homes: Homes, categories: list[int], *, count: int, size: int, seed: int, until: datetime
) -> Iterator[Batch]:
    draw = np.random.default_rng(seed)
    for begin in range(0, count, size):
        yield _batch(draw, homes, categories, min(size, count - begin), until)


def _batch(
    draw: np.random.Generator, homes: Homes, categories: list[int], number: int, until: datetime
) -> Batch:
    home = draw.choice(len(homes.ids), number, p=homes.weight / homes.weight.sum())
    lon, lat = _pins(draw, homes, home)
    created = _moments(draw, number, until)
    status, replied, closed = _histories(draw, created, until.timestamp())
    shares = 1 / np.arange(1, len(categories) + 1)
    category = draw.choice(np.array(categories), number, p=shares / shares.sum())
    moments = np.round(created), np.round(replied), np.round(closed)
    return Batch(homes.ids[home], lon, lat, category, status, *moments)


def _pins(
    draw: np.random.Generator, homes: Homes, home: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Around one of some places of the home, the same for all who share it; degrees, rounded to
    decimetres."""
    place = draw.integers(_PLACES_PER_HOME, size=len(home))
    angle = (homes.ids[home] * 2.4 + place * 1.9) % (2 * np.pi)
    away_m = homes.radius_m[home] * 0.18 * place
    spread_m = homes.radius_m[home] * 0.12
    east_m = away_m * np.cos(angle) + draw.normal(size=len(home)) * spread_m
    north_m = away_m * np.sin(angle) + draw.normal(size=len(home)) * spread_m
    lat = homes.lat[home] + north_m / 111_320
    lon = homes.lon[home] + east_m / (111_320 * np.cos(np.radians(homes.lat[home])))
    return np.round(lon, 6), np.round(lat, 6)


def _moments(draw: np.random.Generator, number: int, until: datetime) -> NDArray[np.float64]:
    first = until - timedelta(days=365 * YEARS)
    days = np.arange(365 * YEARS)
    season = 1 + 0.35 * np.cos(4 * np.pi * (days + first.timetuple().tm_yday - 100) / 365.25)
    busy = season * (1 + 0.5 * days / len(days)) * np.where(days % 7 < 5, 1.2, 0.6)
    day = draw.choice(days, number, p=busy / busy.sum())
    hour = draw.choice(24, number, p=_HOURS / _HOURS.sum())
    return first.timestamp() + day * _DAY_S + (hour + draw.random(number)) * 3_600


def _histories(
    draw: np.random.Generator, created: NDArray[np.float64], now: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Status, first reply and closing; nothing happens after `now`."""
    number = len(created)
    replied = created + draw.lognormal(1.0, 1.0, number) * _DAY_S
    closed = replied + draw.lognormal(2.6, 1.1, number) * _DAY_S
    open_status = draw.choice(3, number, p=OPEN_SHARES)
    closed_status = np.where(draw.random(number) < RESOLVED_SHARE, 3, 4)
    is_closed = (closed < now) & (draw.random(number) < 0.93)
    status = np.where(is_closed, closed_status, np.where(replied < now, open_status, 0))
    return (
        status,
        np.where(status == 0, np.nan, replied),
        np.where(is_closed, closed, np.nan),
    )
