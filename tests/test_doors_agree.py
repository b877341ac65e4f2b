"""Every door under the same filter: list, API, feed, statistics, each export, the tiles of a zoom
and brute force in Python agree; and what is hidden is in none of them."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
import shapely
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pyproj import Geod

from reports.models import Photo
from reports.pyramid import drawing
from reports.workflow import OPEN, Status
from tests.exported import FORMATS, exported, refs_in
from tests.submissions import pinned
from tests.vector_tiles import features, number_in, own, tiles_of_the_world
from tests.world import GROUND, World

API = "/api/v1/submissions"
GEOD = Geod(ellps="WGS84")
WORDS = ["trou", "lampadaire", "banc", "arbre", "éteint", "cassé", "dangereux"]
# Between tiles of zoom 9 and all below: columns 256 and 257, rows 184 to 182.
_BORDERS = [[0.703125, 1.40625], [45.089035564831015, 45.58328975600631, 46.07323062540836]]
STATUSES = {"open": set(OPEN), "closed": set(Status.values) - set(OPEN)}


# ---------------------------------------------------------------- random data
@dataclass(frozen=True)
class Known:
    """What brute force knows of a submission, read back plainly."""

    ref: str
    number: int
    lon: float
    lat: float
    kind: str
    category: str
    status: str
    words: frozenset[str]
    day: date
    responsible: str
    has_photo: bool
    is_hidden: bool


def random_submission(dice: random.Random) -> Known:
    words = dice.sample(WORDS, 2)
    sent = datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone()) + timedelta(
        minutes=dice.randrange(200 * 24 * 60)
    )
    lon, lat = (dice.choice(_BORDERS[axis]) if dice.random() < 0.2 else None for axis in (0, 1))
    one = pinned(
        lon or round(dice.uniform(0.01, 1.99), 4),
        lat or round(dice.uniform(45.01, 46.99), 4),
        category=dice.choice(["voirie", "dechets", "nature", "eclairage"]),
        description=" ".join(words),
        status=dice.choice(Status.values),
        created_at=sent,
        is_hidden=dice.random() < 0.15,
    )
    if has_photo := dice.random() < 0.3:
        Photo.objects.create(submission=one, file="photos/x.jpg", width_px=1, height_px=1)
    body = one.responsible
    return Known(
        ref=one.ref,
        number=one.pk,
        lon=one.pin.x,
        lat=one.pin.y,
        kind=one.kind,
        category=one.category.code,
        status=one.status,
        words=frozenset(words),
        day=sent.date(),
        responsible=f"{body.level.code}:{body.code}" if body and body.level else "",
        has_photo=has_photo,
        is_hidden=one.is_hidden,
    )


# ---------------------------------------------------------------- random filters
def random_filter(dice: random.Random) -> dict[str, Any]:
    makers: dict[str, Any] = {
        "kind": lambda: dice.choice(["report", "proposal"]),
        "status": lambda: dice.sample([*STATUSES, *Status.values], dice.choice([1, 2])),
        "area": lambda: dice.sample(
            [f"{level}:{code}" for level, ground in GROUND.items() for code in ground],
            dice.choice([1, 1, 2]),
        ),
        "bbox": lambda: _box(dice),
        "within": lambda: _polygon(dice),
        "near": lambda: (
            f"{dice.uniform(0, 2):.4f},{dice.uniform(45, 47):.4f},"
            f"{dice.choice([10_000, 30_000, 50_000])}"
        ),
        "from": lambda: (date(2026, 1, 1) + timedelta(days=dice.randrange(150))).isoformat(),
        "to": lambda: (date(2026, 6, 1) + timedelta(days=dice.randrange(60))).isoformat(),
        "q": lambda: dice.choice(WORDS),
        "responsible": lambda: f"commune:{dice.choice(list(GROUND['commune']))}",
        "has_photo": lambda: dice.choice(["true", "false"]),
    }
    names = dice.sample(list(makers), dice.choice([0, 1, 1, 2, 2, 3]))
    chosen = {name: makers[name]() for name in names}
    return chosen | {"sort": dice.choice(["newest", "oldest", "changed"])}


def _box(dice: random.Random) -> str:
    west, south = dice.uniform(0, 1), dice.uniform(45, 46)
    return f"{west:.3f},{south:.3f},{west + dice.uniform(0.3, 1):.3f},{south + 0.8:.3f}"


def _polygon(dice: random.Random) -> str:
    points = [(dice.uniform(0, 2), dice.uniform(45, 47)) for _ in range(6)]
    return shapely.to_geojson(shapely.set_precision(shapely.MultiPoint(points).convex_hull, 1e-4))


# ---------------------------------------------------------------- brute force
def is_meant(one: Known, asked: dict[str, Any]) -> bool:
    return not one.is_hidden and all(
        _RULES[name](one, value) for name, value in asked.items() if name != "sort"
    )


def _in_an_area(one: Known, areas: list[str]) -> bool:
    """No random pin lies on a border of areas, which are squares of whole and half degrees."""
    for area in areas:
        level, code = area.split(":")
        _name, west, south, east, north, _has_one = GROUND[level][code]
        if west < one.lon < east and south < one.lat < north:
            return True
    return False


def _in_a_box(one: Known, text: str) -> bool:
    west, south, east, north = map(float, text.split(","))
    return west <= one.lon <= east and south <= one.lat <= north


def _is_near(one: Known, text: str) -> bool:
    lon, lat, radius_m = map(float, text.split(","))
    return bool(GEOD.inv(lon, lat, one.lon, one.lat)[2] <= radius_m)


_RULES: dict[str, Any] = {
    "kind": lambda one, kind: one.kind == kind,
    "status": lambda one, names: (
        one.status in set().union(*(STATUSES.get(name, {name}) for name in names))
    ),
    "area": _in_an_area,
    "bbox": _in_a_box,
    "within": lambda one, text: shapely.from_geojson(text).covers(shapely.Point(one.lon, one.lat)),
    "near": _is_near,
    "from": lambda one, day: one.day.isoformat() >= day,
    "to": lambda one, day: one.day.isoformat() <= day,
    "q": lambda one, word: word in one.words,
    "responsible": lambda one, code: one.responsible == code,
    "has_photo": lambda one, text: one.has_photo == (text == "true"),
}


# ---------------------------------------------------------------- doors
def in_the_api(query: str) -> list[str]:
    path, found = f"{API}?{query}&limit=7", []
    while path:
        page = Client().get(path).json()
        found += [feature["id"] for feature in page["features"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        path = links.get("next", "").removeprefix("http://testserver")
    return found


def in_the_list(query: str) -> tuple[list[str], int]:
    path, found, number = f"/map/?{query}", [], -1
    while path:
        answer = Client().get(path)
        assert answer.status_code == 200, answer.content
        context = answer.context
        found += [one.ref for one in context["page"].rows]
        number = context["count"].number
        cursor = context["page"].next_cursor
        path = f"/map/?{query}&cursor={cursor}" if cursor else ""
    return found, number


def in_the_statistics(query: str) -> dict[str, int]:
    """Status → number, which categories and months add up to as well."""
    answer = Client().get(f"/api/v1/statistics?{query}")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    for parts in (found["by_category"], found["by_month"]):
        summed = Counter[str]()
        for part in parts:
            summed.update(part["by_status"])
        assert +summed == Counter(found["by_status"]), query
    assert found["open"] + found["closed"] == found["total"]
    by_status: dict[str, int] = found["by_status"]
    return by_status


def in_the_feed(query: str) -> list[str]:
    root = ElementTree.fromstring(Client().get(f"/feeds/submissions/?{query}").content)
    links = root.findall(".//{*}entry/{*}link")
    return [link.get("href", "").rstrip("/").rpartition("/")[2] for link in links]


def in_the_pins(query: str, z: int) -> Counter[int]:
    """Number → how often it is a tile's own, over all tiles of a zoom."""
    found = Counter[int]()
    for tile in tiles_of_the_world(z):
        found.update(one["id"] for one in own(features(Client(), tile, f"?{query}")))
    return found


def in_the_clusters(query: str, z: int) -> int:
    """What all tiles of a zoom count, where hardly any pin is shown by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "MOST_PINS", 1)
        patch.setattr(drawing, "MOST_PINS_DEEP", 1)
        caches["tiles"].clear()
        found = [features(Client(), tile, f"?{query}") for tile in tiles_of_the_world(z)]
    caches["tiles"].clear()
    return sum(map(number_in, found))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_filters_over_random_data_mean_the_same_everywhere(world: World, seed: int) -> None:
    dice = random.Random(seed)
    known = [random_submission(dice) for _ in range(30)]
    met = 0
    for turn in range(14):
        asked = random_filter(dice)
        if asked.get("from", "") > asked.get("to", "9999"):
            continue
        query = urlencode(asked, doseq=True)
        meant = {one.ref for one in known if is_meant(one, asked)}
        met += bool(meant)
        api = in_the_api(query)
        assert set(api) == meant, query
        assert len(api) == len(meant), f"doubles under {query}"
        assert in_the_list(query) == (api, len(meant)), query
        assert in_the_feed(query) == api[:50], query
        statuses = Counter(one.status for one in known if one.ref in meant)
        assert in_the_statistics(query) == statuses, query
        extension = FORMATS[turn % len(FORMATS)]
        assert refs_in(extension, exported(extension, query)) == api, (extension, query)
        z = dice.choice([0, 5, 8, 9])
        pins = in_the_pins(query, z)
        assert pins == Counter(one.number for one in known if one.ref in meant), (z, query)
        assert in_the_clusters(query, z) == len(meant), (z, query)
    assert met > 5, "filters that mean nothing prove nothing"
