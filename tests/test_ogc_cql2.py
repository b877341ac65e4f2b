"""CQL2 in both writings against brute force over the same features, and what is refused."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
import shapely
from django.test import Client

from tests.ogc import CRS84, EPSG, ROOT, ids, items, items_path, refused
from tests.overlays import kml, placemark, published
from tests.submissions import pinned
from tests.world import World


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def at(properties: dict[str, Any]) -> datetime:
    return moment(properties["created_at"])


POLYGON = "POLYGON((0.1 45.1, 0.6 45.1, 0.6 45.7, 0.1 45.7, 0.1 45.1))"
GROUND = shapely.box(0.1, 45.1, 0.6, 45.7)
NEW_YEAR = "2026-01-01T00:00:00Z"
TABLE: list[tuple[str, Any]] = [
    ("status = 'new'", lambda p, g: p["status"] == "new"),
    ("'new' = status", lambda p, g: p["status"] == "new"),
    ("status <> 'new'", lambda p, g: p["status"] != "new"),
    ('"status" >= \'n\' and status<\'r\'', lambda p, g: "n" <= p["status"] < "r"),
    ("NOT (status = 'new' OR category = 'dechets')",
     lambda p, g: p["status"] != "new" and p["category"] != "dechets"),
    ("status = 'new' OR kind = 'report' AND category = 'voirie'",
     lambda p, g: p["status"] == "new" or (p["kind"] == "report" and p["category"] == "voirie")),
    ("not not kind = 'report'", lambda p, g: p["kind"] == "report"),
    ("description LIKE 'Trou%'", lambda p, g: p["description"].startswith("Trou")),
    ("description LIKE '_____ 0'", lambda p, g: bool(re.fullmatch(".{5} 0", p["description"]))),
    (r"description LIKE '%50\%%'", lambda p, g: "50%" in p["description"]),
    ("description NOT LIKE '%l''eau%'", lambda p, g: "l'eau" not in p["description"]),
    ("category IN ('voirie', 'nature')", lambda p, g: p["category"] in ("voirie", "nature")),
    ("category NOT IN ('voirie')", lambda p, g: p["category"] != "voirie"),
    ("closed_at IS NULL", lambda p, g: p["closed_at"] is None),
    ("closed_at IS NOT NULL", lambda p, g: p["closed_at"] is not None),
    # The three truths of SQL: what is unknown is neither.
    ("NOT closed_at > TIMESTAMP('2026-01-02T00:00:00Z')",
     lambda p, g: bool(p["closed_at"]) and moment(p["closed_at"]) <= moment("2026-01-02T00:00Z")),
    ("responsible_code = 'commune:90001'", lambda p, g: p["responsible_code"] == "commune:90001"),
    ("responsible_code <> 'commune:90001'",
     lambda p, g: p["responsible_code"] not in (None, "commune:90001")),
    (f"created_at >= TIMESTAMP('{NEW_YEAR}')", lambda p, g: at(p) >= moment(NEW_YEAR)),
    ("created_at < DATE('2026-01-01')", lambda p, g: at(p) < moment(NEW_YEAR)),
    ("created_at BETWEEN TIMESTAMP('2025-12-01T00:00:00Z') AND TIMESTAMP('2026-01-01T00:00:00Z')",
     lambda p, g: moment("2025-12-01T00:00:00Z") <= at(p) <= moment(NEW_YEAR)),
    ("category BETWEEN 'dechets' AND 'nature'",
     lambda p, g: "dechets" <= p["category"] <= "nature"),
    ("category NOT BETWEEN 'dechets' AND 'nature'",
     lambda p, g: not "dechets" <= p["category"] <= "nature"),
    (f"T_AFTER(created_at, TIMESTAMP('{NEW_YEAR}'))", lambda p, g: at(p) > moment(NEW_YEAR)),
    (f"T_BEFORE(created_at, TIMESTAMP('{NEW_YEAR}'))", lambda p, g: at(p) < moment(NEW_YEAR)),
    (f"t_before(TIMESTAMP('{NEW_YEAR}'), created_at)", lambda p, g: at(p) > moment(NEW_YEAR)),
    (f"T_EQUALS(created_at, TIMESTAMP('{NEW_YEAR}'))", lambda p, g: at(p) == moment(NEW_YEAR)),
    ("T_EQUALS(created_at, INTERVAL('2025-01-01', '..'))", lambda p, g: False),
    ("T_DURING(created_at, INTERVAL('2025-12-01T00:00:00Z', '2026-01-01T00:00:00Z'))",
     lambda p, g: moment("2025-12-01T00:00:00Z") < at(p) < moment(NEW_YEAR)),
    ("T_INTERSECTS(created_at, INTERVAL('2025-12-15', '2026-01-01'))",
     lambda p, g: moment("2025-12-15T00:00:00Z") <= at(p) < moment("2026-01-02T00:00:00Z")),
    ("T_DISJOINT(created_at, INTERVAL('..', '2026-01-01'))",
     lambda p, g: at(p) >= moment("2026-01-02T00:00:00Z")),
    ("T_INTERSECTS(created_at, INTERVAL('..', '..'))", lambda p, g: True),
    (f"S_INTERSECTS(geometry, {POLYGON})", lambda p, g: g.intersects(GROUND)),
    (f"NOT s_intersects({POLYGON}, geometry)", lambda p, g: not g.intersects(GROUND)),
    ("S_INTERSECTS(geometry, BBOX(0.1, 45.1, 0.6, 45.7))", lambda p, g: g.intersects(GROUND)),
    ("S_INTERSECTS(geometry, POINT(0.25 45.25))",
     lambda p, g: g.equals(shapely.Point(0.25, 45.25))),
    ("S_INTERSECTS(geometry, POINT Z (0.25 45.25 12))",
     lambda p, g: g.equals(shapely.Point(0.25, 45.25))),
    ("S_INTERSECTS(geometry, LINESTRING(0 45.25, 2 45.25))", lambda p, g: g.y == 45.25),
    ("S_INTERSECTS(geometry, MULTIPOINT((0.25 45.25), (0.5 45.5)))",
     lambda p, g: (g.x, g.y) in ((0.25, 45.25), (0.5, 45.5))),
    ("S_INTERSECTS(geometry, MULTIPOINT(0.25 45.25, 0.5 45.5))",
     lambda p, g: (g.x, g.y) in ((0.25, 45.25), (0.5, 45.5))),
    ("S_INTERSECTS(geometry, MULTILINESTRING((0 45.25, 2 45.25), (0 45.5, 2 45.5)))",
     lambda p, g: g.y in (45.25, 45.5)),
    (f"S_INTERSECTS(geometry, MULTI{POLYGON.replace('((', '(((').replace('))', ')))')})",
     lambda p, g: g.intersects(GROUND)),
    (f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1.5 46.5), {POLYGON}))",
     lambda p, g: g.intersects(GROUND) or g.equals(shapely.Point(1.5, 46.5))),
    ("true", lambda p, g: True),
    ("FALSE OR status = 'new'", lambda p, g: p["status"] == "new"),
]  # fmt: skip


def test_every_expression_means_what_brute_force_says(world: World) -> None:
    """The same tree in JSON finds the same."""
    from geodata.ogc.cql.text import parse

    places = [(0.25, 45.25), (0.5, 45.5), (1.5, 46.5), (1.25, 45.25), (0.6, 45.7)]
    words = ["Trou 0", "Pente de 50%", "Fuite d'eau", "Manque l'eau", "trou", "Trou long"]
    moments = ["2025-11-30T00:00Z", "2025-12-31T23:59:59.999999Z", NEW_YEAR, "2026-03-01T12:00Z"]
    for number in range(24):
        pinned(
            *places[number % 5],
            category=["voirie", "dechets", "nature"][number % 3],
            description=words[number % 6],
            status=["new", "resolved", "in_progress"][number % 3],
            created_at=moments[number % 4],
            closed_at="2026-01-02T00:00Z" if number % 4 == 1 else None,
            **({"responsible": None} if number % 7 == 0 else {}),
        )
    everything = items("submissions")["features"]
    assert len(everything) == 24
    for text, means in TABLE:
        wanted = {
            one["id"]
            for one in everything
            if means(one["properties"], shapely.Point(one["geometry"]["coordinates"]))
        }
        found = items("submissions", filter=text)
        assert {one["id"] for one in found["features"]} == wanted, text
        assert found["numberMatched"] == len(wanted), text
        tree = json.dumps(parse(text))
        assert set(ids("submissions", filter=tree, filter_lang="cql2-json")) == wanted, tree


def test_numbers_and_truths_of_overlays_are_compared_as_such(world: World) -> None:
    def typed(name: str, number: str, truth: str) -> str:
        return placemark(name, 0, 45, 0.5, 46).replace(
            '<Data name="CODE"><value></value></Data>',
            f'<SchemaData schemaUrl="#s"><SimpleData name="n">{number}</SimpleData>'
            f'<SimpleData name="t">{truth}</SimpleData></SchemaData>',
        )

    schema = (
        '<Schema id="s" name="s"><SimpleField type="int" name="n"/>'
        '<SimpleField type="bool" name="t"/></Schema>'
    )
    published(world, kml(schema, typed("a", "9", "1"), typed("b", "10", "0"), typed("c", "x", "1")))
    for text, wanted in (
        ("n > 9", ["1"]), ("n BETWEEN 9 AND 10", ["0", "1"]), ("n IN (9, 11)", ["0"]),
        ("n = 1e1", ["1"]), ("n IS NULL", ["2"]), ("t = true", ["0", "2"]), ("t", ["0", "2"]),
        ("t = FALSE", ["1"]), ("NOT t = true", ["1"]),
    ):  # fmt: skip
        assert ids("overlays-halves", filter=text) == wanted, text
    assert ids("overlays-halves", n="10") == ["1"]
    assert ids("overlays-halves", t="false") == ["1"]


@pytest.mark.parametrize(
    ("crs", "point"),
    [
        (None, "POINT(0.25 45.75)"), (CRS84, "POINT(0.25 45.75)"),
        (f"{EPSG}4326", "POINT(45.75 0.25)"), (f"{EPSG}3857", "POINT(27829.87 5740302.6)"),
        (f"{EPSG}2154", "POINT(486400 6520500)"),
    ],
)  # fmt: skip
def test_shapes_of_a_filter_are_read_in_its_reference_system(
    world: World, crs: str | None, point: str
) -> None:
    query = {"filter": f"S_INTERSECTS(geometry, {point})"} | ({"filter_crs": crs} if crs else {})
    assert ids("areas-commune", **query) == ["90001"]


BAD = [
    "", "status", "status =", "= 'new'", "status = 'new", "status = new'", "status == 'new'",
    "status = 'new' AND", "(status = 'new'", "status = 'new')", "dragons = 1", "1 = 1",
    "status = 1", "created_at = 5", "created_at > 'soon'", "status = TRUE", "geometry = 'x'",
    "created_at > DATE('2026-13-01')", "status LIKE 5", "status LIKE 'x\\'", "5 LIKE 'x'",
    "status IN ()", "status IN ('new'", "status BETWEEN 'a'", "'x' IS NULL", "status IS 'new'",
    "S_INTERSECTS(geometry)", "S_INTERSECTS(geometry, status)", "S_INTERSECTS(status, POINT(1 1))",
    "S_INTERSECTS(geometry, POINT(1))", "S_INTERSECTS(geometry, POINT(500 45))",
    "S_INTERSECTS(geometry, POINT(1e300 45))", "S_INTERSECTS(geometry, LINESTRING(1 1))",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "S_INTERSECTS(geometry, POINT EMPTY)",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 0)))", "S_INTERSECTS(geometry, BBOX(1,2,3))",
    "S_INTERSECTS(geometry, BBOX(2, 45, 1, 46))", "S_INTERSECTS(geometry, BBOX('a', 2, 3, 4))",
    "S_INTERSECTS(geometry, CIRCLE(0 0, 5))", "S_CROSSES(geometry, POINT(1 1))",
    "T_AFTER(created_at, 5)", "T_AFTER(status, DATE('2026-01-01'))", "T_MEETS(created_at, 'x')",
    "T_DURING(created_at, INTERVAL('2026-02-01', '2026-01-01'))", "T_AFTER(created_at)",
    "T_DURING(created_at, INTERVAL('2026-02-01'))", "status = 'a' ; DROP TABLE reports_submission",
    "CASEI(status) = 'new'", "status = 'a\0'", "((((" * 20 + "true" + "))))" * 20, "NOT",
    "NOT " * 500, " OR ".join(["status = 'new'"] * 150), "x" * 30_000, "%", "status = '\ud800'",
    "status IN (" + ",".join(["'a'"] * 500) + ")", "S_INTERSECTS(geometry, MULTIPOINT("
    + ",".join("(0 0)" for _n in range(2_100)) + "))", "GEOMETRYCOLLECTION(" * 60, "1e999 < 5",
]  # fmt: skip
BAD_JSON = [
    "{", "[]", "null", "5", '"status"', "{}", '{"op": 5}', '{"op": "="}', '{"op": "=", "args": 5}',
    '{"op": "=", "args": []}', '{"op": "and", "args": [true]}', '{"op": "not", "args": []}',
    '{"op": "=", "args": [{"property": 5}, 5]}', '{"op": "=", "args": [{"property": "x"}, NaN]}',
    '{"op": "in", "args": [{"property": "status"}, 5]}', '{"op": {"a": 1}, "args": []}',
    '{"op": "in", "args": [{"property": "status"}, [[]]]}', "[" * 50_00, '{"a":' * 3_000,
    '{"op":"not","args":[' * 400 + "true" + "]}" * 400,
    '{"op": "like", "args": [{"property": "status"}, {"a": 1}]}',
    '{"op": "=", "args": [{"property": "status"}, "\\u0000"]}',
    '{"op": "=", "args": [{"property": "status"}, "\\ud800"]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point"}]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": ["Point"]}]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": '
    '[true, 1]}]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": 5}]}',
    '{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "GeometryCollection", '
    '"geometries": []}]}',
    '{"op": "t_after", "args": [{"property": "created_at"}, {"interval": [1, 2]}]}',
    '{"op": "t_after", "args": [{"property": "created_at"}, {"date": {}}]}',
    '{"op": "t_after", "args": [{"property": "created_at"}, {"x": 1, "y": 2}]}',
    '{"op": "=", "args": [{"property": "created_at"}, {"timestamp": "' + "9" * 50 + '"}]}',
    '{"op": "=", "args": [{"property": "area_m2"}, ' + "9" * 400 + "]}",
]  # fmt: skip


def test_no_bad_filter_is_more_than_a_refusal(world: World) -> None:
    """Each with a sentence under `filter`, and nothing is a 500."""
    pinned(0.25, 45.25)
    for language, table in (("cql2-text", BAD[1:]), ("cql2-json", BAD_JSON)):
        for written in table:
            text = quote(written.encode("utf-8", "surrogatepass"))
            collection = "areas-commune" if "area_m2" in written else "submissions"
            path = f"{ROOT}/collections/{collection}/items?filter-lang={language}&filter={text}"
            answer = Client().get(path)
            if "\ud800" in written:  # the address is decoded with a replacement: plain text then
                assert answer.status_code == 200
                continue
            assert answer.status_code == 400, (written[:80], answer.content[:200])
            assert list(answer.json()["errors"]) == ["filter"], written[:80]
    assert items("submissions", filter=" ")["numberMatched"] == 1


def test_a_refused_filter_names_what_can_be_asked(world: World) -> None:
    refusal = refused(items_path("areas-commune", filter="nom = 'A'"))
    assert "code, name, series" in refusal["errors"]["filter"][0]
