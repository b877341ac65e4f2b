"""The pyramid of counts: exact whatever happens, and no tile without bounds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import mapbox_vector_tile
import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from geodata import grid
from geodata.tiles import Tile
from reports.actions.transfer import move_pin
from reports.actions.triage import set_hidden, transition
from reports.models import Category, Submission
from reports.pyramid import drawing, folding, truth
from reports.workflow import OPEN, Status, transitions_from
from tests.submissions import pinned
from tests.vector_tiles import features, number_in, own, tile_at, tiles_of_the_world
from tests.world import World


def scatter(number: int, *, lon: float, lat: float, spread: float = 0.0, **more: Any) -> None:
    """Many at once, by plain SQL, as an import would."""
    values = {"status": "new", "category": "voirie", "is_hidden": False, **more}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO reports_submission (client_uuid, ref, kind, category_id, status,
                description, pin, address, answers, side, reporter_email, may_share_contact,
                language, is_hidden, route, is_to_verify, created_at, updated_at)
            SELECT gen_random_uuid(), left(md5(random()::text), 12), category.kind, category.id,
                %(status)s, '', ST_SetSRID(ST_MakePoint(
                    %(lon)s + (random() - 0.5) * %(spread)s,
                    %(lat)s + (random() - 0.5) * %(spread)s), 4326),
                '', '{}', '', '', FALSE, 'fr', %(is_hidden)s, '{}', FALSE, now(), now()
            FROM generate_series(1, %(number)s)
            JOIN reports_category AS category ON category.code = %(category)s
            """,
            {"number": number, "lon": lon, "lat": lat, "spread": spread, **values},
        )


@pytest.fixture
def few_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells begin at six submissions, so that the toy world has both."""
    monkeypatch.setattr(drawing, "MOST_PINS", 5)
    monkeypatch.setattr(drawing, "MOST_PINS_DEEP", 5)


# ------------------------------------------------------------------ the grid


@pytest.mark.parametrize(
    ("lon", "lat"), [(0, 0), (2.35, 48.86), (-180, 85.06), (180, -85.06), (179.99, -45), (0, 90)]
)
def test_database_and_python_number_places_alike(db: None, lon: float, lat: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x, y, geodata_morton(x, y), ST_X(m), ST_Y(m) FROM (SELECT geodata_grid_x(pin),"
            " geodata_grid_y(pin), ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 3857)"
            " FROM ST_SetSRID(ST_MakePoint(%s, %s), 4326) AS pin) AS place (x, y, m)",
            [lon, max(-85, min(85, lat)), lon, lat],
        )
        x, y, number, east_m, north_m = cursor.fetchone()
    assert grid.morton(x, y) == number
    unit_m = 2 * 20_037_508.342789244 / 2**31
    if abs(lat) < 85 and abs(lon) < 180:
        assert abs((x + 0.5) * unit_m - 20_037_508.342789244 - east_m) < unit_m
        assert abs(20_037_508.342789244 - (y + 0.5) * unit_m - north_m) < unit_m


def test_the_ranges_of_a_margin_are_its_ring_of_cells_and_no_more() -> None:
    tile = Tile(3, 2, 5)
    ring = {
        (cell.first >> grid.shift_of(6)) + step
        for cell in grid.around(tile)
        for step in range(((cell.last - cell.first) >> grid.shift_of(6)) + 1)
    }
    expected = {
        grid.morton(x, y)
        for x in range(15, 25)
        for y in range(39, 49)
        if not (16 <= x < 24 and 40 <= y < 48)
    }
    assert ring == expected


def test_open_means_the_same_in_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM unnest(%s::text[]) AS status WHERE reports_is_open(status)",
            [list(Status.values)],
        )
        assert {status for (status,) in cursor.fetchall()} == OPEN


# ------------------------------------------------------------------ exact


def test_counts_stay_exact_through_anything_that_happens(
    client: Client, world: World, few_pins: None
) -> None:
    """120 random acts by the product’s verbs, the ORM and plain SQL, folded now and then."""
    draw = random.Random(5)
    root = world.user("root")
    acts = list(_acts(draw, root))
    for number in range(120):
        draw.choice(acts)()
        if number % 23 == 0:
            folding.fold()
        if number % 40 == 39:
            assert truth.miscounts() == []
            _sums_agree(client)
    folding.fold()
    assert truth.miscounts() == []
    _sums_agree(client)


def _acts(draw: random.Random, root: Any) -> Iterator[Callable[[], object]]:
    def place() -> tuple[float, float]:
        return draw.uniform(0.01, 1.99), draw.uniform(45.01, 46.99)

    def one() -> Submission:
        return draw.choice(list(Submission.objects.order_by("pk")) or [pinned(*place())])

    def sql(statement: str, *params: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, params)

    def change_status() -> None:
        found = one()
        ways = transitions_from(found.kind, found.status)
        if ways:
            to = draw.choice(ways)
            transition(submission=found, to=to, by=root, seen_status=found.status, reply="Voilà")

    def move() -> None:
        found = one()
        if found.is_open:
            move_pin(submission=found, pin=Point(*place(), srid=4326), by=root, reason="Là")

    def roll_back() -> None:
        with transaction.atomic():
            scatter(3, lon=0.5, lat=45.5, spread=0.8)
            transaction.set_rollback(True)

    def categorise() -> None:
        category = draw.choice(list(Category.objects.all()))
        Submission.objects.filter(pk=one().pk).update(category=category, kind=category.kind)

    for _ in range(3):
        yield lambda: pinned(*place(), category=draw.choice(["voirie", "proprete"]))
    yield lambda: scatter(
        draw.randint(1, 20), lon=0.5, lat=45.5, spread=0.9, status=draw.choice(Status.values)
    )
    yield change_status
    yield move
    yield roll_back
    yield categorise
    yield lambda: set_hidden(submission=one(), by=root, hidden=draw.random() < 0.5, reason="Ainsi")
    yield lambda: Submission.objects.filter(pk=one().pk).update(pin=Point(*place(), srid=4326))
    yield lambda: sql(
        "UPDATE reports_submission SET is_hidden = NOT is_hidden WHERE id %% 7 = %s",
        draw.randrange(7),
    )
    yield lambda: sql(
        "DELETE FROM reports_submission AS gone WHERE id = %s AND NOT EXISTS"
        " (SELECT FROM reports_event WHERE submission_id = gone.id)",
        one().pk,
    )


_QUERIES = ["", "?kind=report", "?status=open", "?status=closed&category=voirie", "?status=new"]


def _sums_agree(client: Client) -> None:
    """What all tiles of a zoom say, for each filter, is what Python counts one by one."""
    public = list(Submission.objects.filter(is_hidden=False).select_related("category"))
    meant = {
        "": lambda s: True,
        "?kind=report": lambda s: s.kind == "report",
        "?status=open": lambda s: s.status in OPEN,
        "?status=closed&category=voirie": lambda s: (
            s.status not in OPEN and s.category.code == "voirie"
        ),
        "?status=new": lambda s: s.status == "new",
    }
    for query in _QUERIES:
        expected = sum(1 for one in public if meant[query](one))
        for z in (0, 5, 9):
            assert (
                sum(number_in(features(client, t, query)) for t in tiles_of_the_world(z))
                == expected
            ), query


def test_verify_finds_a_miscount_and_rebuild_mends_it(
    client: Client, world: World, few_pins: None, capsys: pytest.CaptureFixture[str]
) -> None:
    scatter(50, lon=0.5, lat=45.5, spread=0.5)
    folding.fold()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_cell SET open_n = open_n + 1 WHERE level = 8 AND kind = ''")
    with pytest.raises(CommandError, match="pyramid rebuild"):
        call_command("pyramid", "verify")
    call_command("pyramid", "verify", "--mend")
    call_command("pyramid", "verify")


def test_folding_moves_counts_and_changes_no_answer(
    client: Client, world: World, few_pins: None
) -> None:
    scatter(60, lon=0.5, lat=45.5, spread=0.5)
    before = client.get("/tiles/submissions/5/16/11.mvt")
    assert folding.fold() == 60
    assert folding.fold() == 0
    after = client.get("/tiles/submissions/5/16/11.mvt")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


# ------------------------------------------------------------------ what a tile holds


def test_a_cell_says_how_many_it_stands_for_and_where_within_them(
    client: Client, world: World, few_pins: None
) -> None:
    scatter(7, lon=0.25, lat=45.6)
    scatter(3, lon=0.25, lat=45.6, status="resolved")
    z, x, _y = map(int, (tile := tile_at(6, 0.25, 45.6)).split("/"))
    [cell] = features(client, tile)
    assert cell["properties"] == {"count": 10, "open": 7, "zoom": 9}
    east = (cell["geometry"]["coordinates"][0] / 4096 + x) / 2**z * 360 - 180
    assert east == pytest.approx(0.25, abs=360 / 2**z / 4096)


def test_twenty_thousand_at_one_crossing_stay_small_at_any_zoom(
    client: Client, world: World
) -> None:
    scatter(10_000, lon=0.25, lat=45.6)
    scatter(10_000, lon=0.2501, lat=45.6001, spread=0.0002)
    for z in (0, 3, 6, 9, 12, 13, 14, 17, 20, 22):
        answer = client.get(f"/tiles/submissions/{tile_at(z, 0.25, 45.6)}.mvt")
        found = mapbox_vector_tile.decode(answer.content)["submissions"]["features"]
        assert len(answer.content) < 250_000, z
        assert len(found) < 2_000, z
        assert number_in(found) >= (20_000 if z < 14 else 10_000), z


@pytest.mark.parametrize("query", ["", "?kind=report", "?status=open"])
def test_deep_in_a_crowd_nothing_is_lost_and_pins_are_drawn_where_few(
    client: Client, world: World, few_pins: None, query: str
) -> None:
    """A street, a stack of twenty in it, and one apart: a tile of zoom 18 is a sixteenth of the
    cell whose number is known."""
    scatter(39, lon=0.25, lat=45.6, spread=0.002)
    scatter(20, lon=0.2501, lat=45.6001)
    scatter(1, lon=0.2476, lat=45.6001)
    for z in (15, 16, 17, 18):
        [_z, west, north] = map(int, tile_at(z, 0.247, 45.602).split("/"))
        [_z, east, south] = map(int, tile_at(z, 0.252, 45.598).split("/"))
        some = [f"{z}/{x}/{y}" for x in range(west, east + 1) for y in range(north, south + 1)]
        assert sum(number_in(features(client, tile, query)) for tile in some) == 60, z
    deep = made(client, tile_at(16, 0.2501, 45.6001), query)
    assert deep == "counted" if "kind" in query else deep.startswith("pyramid; level=19")
    assert made(client, tile_at(18, 0.2501, 45.6001), query) == "counted"
    assert made(client, tile_at(18, 0.2476, 45.6001), query) == "pins"


def made(client: Client, tile: str, query: str) -> str:
    return client.get(f"/tiles/submissions/{tile}.mvt{query}")["X-Cantonnier-Tile"]


@pytest.mark.parametrize("query", ["?q=trou", "?area=commune:90001", "?bbox=0,45,1,46"])
def test_filters_unknown_to_the_pyramid_are_counted_within_the_same_bounds(
    client: Client, world: World, few_pins: None, query: str
) -> None:
    for number in range(12):
        pinned(0.25 + number / 100, 45.6)
    answer = client.get(f"/tiles/submissions/{tile_at(5, 0.25, 45.6)}.mvt{query}")
    assert answer["X-Cantonnier-Tile"].startswith("counted; filter=")
    assert number_in(mapbox_vector_tile.decode(answer.content)["submissions"]["features"]) == 12


def test_no_feature_is_lost_or_doubled_at_the_borders_oftiles_of_the_world(
    client: Client, world: World
) -> None:
    """Pins on the very lines between tiles of zoom 9, and beyond mercator's square."""
    edge_lon, edge_lat = 360 / 512, 45.0
    scatter(40, lon=edge_lon, lat=edge_lat + 0.3, spread=0.01)
    scatter(5, lon=edge_lon, lat=edge_lat + 0.3)
    scatter(1, lon=180, lat=89)
    scatter(1, lon=-180, lat=-89)
    everywhere: Counter[int] = Counter()
    for z, tiles in (
        (9, list(tiles_of_the_world(9))),
        (1, [f"1/{x}/{y}" for x in (0, 1) for y in (0, 1)]),
    ):
        everywhere.clear()
        for tile in tiles:
            everywhere.update(feature["id"] for feature in own(features(client, tile)))
        assert set(everywhere.values()) == {1}, z
    assert sorted(everywhere) == sorted(Submission.objects.values_list("pk", flat=True))


def test_a_dear_filter_is_refused_in_words_and_a_cheap_one_is_not(
    client: Client, world: World, settings: Any
) -> None:
    settings.FILTER_TIMEOUT_S = 0.001
    scatter(20_000, lon=0.25, lat=45.6, spread=0.5)
    answer = client.get(f"/tiles/submissions/{tile_at(3, 0.25, 45.6)}.mvt?has_photo=false")
    assert answer.status_code == 422
    assert "too long" in answer.json()["detail"] or "trop" in answer.json()["detail"]
    assert client.get("/tiles/submissions/0/0/0.mvt?kind=report").status_code == 200
