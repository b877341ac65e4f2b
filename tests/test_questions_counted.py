"""How many statements a door of many rows asks: as many for twelve submissions as for one."""

from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import overlays
from tests.submissions import pinned
from tests.world import World

Asked = Callable[[str], int]


@pytest.fixture
def asked(db: None) -> Asked:
    """How many statements an address costs when it is asked the second time: what is looked up
    once a process is not its own."""

    def count(path: str) -> int:
        assert Client().get(path).status_code == 200
        caches["default"].clear()
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(path).status_code == 200
        return len(queries)

    return count


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 7),
        ("/map/", 12),
        ("/map/?area=commune:90001&status=open", 19),
        ("/map/embed/", 7),
        ("/map/print/", 8),
        ("/areas/commune/90001/", 12),
        ("/feeds/submissions/", 3),
        ("/api/v1/submissions", 3),
        ("/ogc/collections/submissions/items?f=json", 4),
        ("/tiles/submissions/9/256/182.mvt", 2),
        ("/tiles/submissions/9/256/182.mvt?q=trou", 14),
    ],
)
def test_many_rows_ask_no_more_than_one(world: World, asked: Asked, path: str, most: int) -> None:
    pinned(0.25, 45.6)
    for_one = asked(path)
    for _ in range(11):
        pinned(0.25, 45.6)
    assert asked(path) <= for_one <= most


def test_a_tile_of_areas_is_one_question(world: World, asked: Asked) -> None:
    assert asked("/tiles/areas/commune/9/256/182.mvt") == 1


def test_a_tile_of_an_overlay_is_one_question(world: World, asked: Asked) -> None:
    overlays.published(world)
    assert asked("/tiles/overlays/halves/9/256/182.mvt") == 1


def test_a_wrapper_around_statements_hears_of_a_tile_and_may_refuse_it(world: World) -> None:
    class Unwanted(Exception):
        pass

    def refuse(*args: object) -> None:
        raise Unwanted

    with connection.execute_wrapper(refuse), pytest.raises(Unwanted):
        Client().get("/tiles/submissions/9/256/182.mvt")


def test_no_written_row_has_a_function_parsed_for_its_columns_and_indexes(db: None) -> None:
    """A function in SQL is read and planned anew for each row that a generated column or an index
    asks it about; one in PL/pgSQL once a connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT kept.classid::regclass::text, called.proname, spoken.lanname
            FROM pg_depend AS kept
            JOIN pg_proc AS called
                ON kept.refclassid = 'pg_proc'::regclass AND called.oid = kept.refobjid
            JOIN pg_language AS spoken ON spoken.oid = called.prolang
            WHERE kept.classid IN ('pg_attrdef'::regclass, 'pg_class'::regclass)
            """
        )
        found = cursor.fetchall()
    assert ("pg_attrdef", "geodata_grid_x", "plpgsql") in found
    assert ("pg_class", "french_text", "plpgsql") in found
    assert "sql" not in {language for _where, _name, language in found}
