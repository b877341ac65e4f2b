"""Points as vector tiles: each by itself, or counted by cell, whatever rows they come from.

Rows are SQL with the columns `id`, `morton`, `grid_x`, `grid_y` (geodata.grid) and what pins carry.
Positions come from the grid's own integers: no geometry is read, transformed or clipped.
"""

from typing import Any, Final

from geodata import grid
from geodata.tiles import EXTENT, Tile

_PLACE = """
    ST_MakePoint(floor(({x} - %(west)s) * %(units)s::float8),
                 floor(({y} - %(north)s) * %(units)s::float8))
"""


def all_at_once(rows: str, params: dict[str, Any]) -> str:
    """Those of `rows` in tile and margin, as `{points}`: with the ranges written out, PostgreSQL
    weighs them against the rows' own conditions."""
    ranges = zip(params["firsts"], params["lasts"], strict=True)
    ors = " OR ".join(f"one.morton BETWEEN {first:d} AND {last:d}" for first, last in ranges)
    return f"(SELECT * FROM ({rows}) AS one WHERE {ors}) AS point"  # noqa: S608


PINS: Final = """
    SELECT COUNT(*), string_agg(
        int8send(pin.id) || int8send(pin.morton) || int8send(pin.said), ''::bytea
    )
    FROM (SELECT point.id, point.morton, {said} AS said FROM {points} LIMIT %(most)s + 1) AS pin
"""
"""→ how many, and of each its id, its place and what it says, a bigint of the caller's, as
`geodata.point_mvt.columns` reads them; one more than `most` means that there are more."""

CELLS: Final = f"""
    SELECT COALESCE(MIN(cell.count), 0), COALESCE(SUM(cell.count), 0)::bigint,
        ST_AsMVT(cell, %(layer)s, {EXTENT}, 'geom')
    FROM (
        SELECT n AS count, open_n AS open, %(zoom)s::integer AS zoom,
            CASE WHEN place BETWEEN %(first_place)s AND %(last_place)s THEN NULL ELSE TRUE END
                AS copy,
            {_PLACE.format(x="(x / n)", y="(y / n)")} AS geom
        FROM ({{sums}}) AS whole WHERE n > 0
    ) AS cell
"""  # noqa: S608
"""→ the least count, the sum of all with the margin, and the tile.  `{sums}` gives a row for each
place (cell): n, open_n and sums of x and y."""

COUNTED: Final = """
    SELECT point.morton >> %(place_shift)s::integer AS place, COUNT(*) AS n,
        COUNT(*) FILTER (WHERE point.status = ANY (%(open)s)) AS open_n,
        SUM(point.grid_x) AS x, SUM(point.grid_y) AS y
    FROM {points} GROUP BY place
"""
"""Sums for `CELLS` over rows themselves.  A sum of integers is a bigint; one of bigints would be a
numeric, at three times the cost of the whole walk."""

GATHERED: Final = """
    SELECT place, SUM(n) AS n, SUM(open_n) AS open_n, SUM(x::float8) AS x, SUM(y::float8) AS y
    FROM ({parts}) AS part GROUP BY place
"""
"""Sums for `CELLS` over sums: integers n and open_n, bigints x and y.  As floating point numbers
they are exact up to 2⁵³, four million pins of a cell, and right to 10⁻¹⁵ beyond."""


def placing(tile: Tile, layer: str) -> dict[str, Any]:
    """Parameters that say where the tile lies, and what it and its margin hold."""
    side = 1 << (grid.DEPTH - tile.z)
    spans = [grid.inside(tile), *grid.around(tile)]
    return {
        "layer": layer,
        "west": tile.x * side,
        "north": tile.y * side,
        "units": EXTENT / side,
        "firsts": [span.first for span in spans],
        "lasts": [span.last for span in spans],
    }


def cutting(tile: Tile, cell_zoom: int, opens_at: int) -> dict[str, Any]:
    """Parameters that say which cells are shown, and at which zoom they come apart."""
    shift = grid.shift_of(cell_zoom)
    own = grid.inside(tile)
    return {
        "place_shift": shift,
        "first_place": own.first >> shift,
        "last_place": own.last >> shift,
        "zoom": opens_at,
    }
