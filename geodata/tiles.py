"""Vector tiles: where a tile lies, and the only SQL that speaks MVT.

Sources: the Mapbox Vector Tile specification 2.1 (extent 4096, feature ids), the XYZ scheme of
EPSG:3857 (TileJSON 3.0).
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BinaryField,
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from geodata.crs import WEB_MERCATOR

MAX_ZOOM: Final = 22
EXTENT: Final = 4096
BUFFER: Final = 512
"""Tile units drawn beyond each edge: 32 px of a 256 px tile, so that symbols there are whole."""
STEPPED_EXTENT: Final = 2048
"""Of layers at a step: four to a pixel of ours."""
HALF_WORLD_M: Final = 20_037_508.342789244


class OutsidePyramid(ValueError):
    """There is no such tile."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Column `x` and row `y` (from the north-west) of zoom `z`.  Raises OutsidePyramid."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= MAX_ZOOM:
            raise OutsidePyramid(f"There is no zoom {self.z}.")
        if not (0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            raise OutsidePyramid(f"Zoom {self.z} has no tile {self.x}/{self.y}.")

    @property
    def side_m(self) -> float:
        """Metres of the projection along one side."""
        return 2 * HALF_WORLD_M / (1 << self.z)

    @property
    def unit_m(self) -> float:
        """Metres of the projection that one tile unit stands for."""
        return self.side_m / EXTENT

    def bounds(self, margin_m: float = 0) -> tuple[float, float, float, float]:
        """West, south, east and north of the tile and `margin_m` around it (EPSG:3857)."""
        west, north = -HALF_WORLD_M + self.x * self.side_m, HALF_WORLD_M - self.y * self.side_m
        east, south = west + self.side_m, north - self.side_m
        return west - margin_m, south - margin_m, east + margin_m, north + margin_m

    def box(self, margin_m: float = 0) -> Polygon:
        """The same as a polygon."""
        box = Polygon.from_bbox(self.bounds(margin_m))
        box.srid = WEB_MERCATOR
        return box


class Move(NamedTuple):
    """From metres of the projection to units of a tile: numbers, or expressions that give them.

    `is_exact`: the vertices lie on the grid of the tile already, so that this is all.  `extent` and
    `margin` are those of its layer, in the same units.
    """

    is_exact: Any
    extent: Any
    margin: Any
    across: Any
    down: Any
    """Units of a metre to the east and to the north; the latter are negative."""
    left: Any
    top: Any
    """Units from the tile's corner to where the metres start."""

    def of(self, geometry: str) -> Func:
        """Moved, and rid of what floating point adds."""
        none = Value(0)
        numbers = (self.across, none, none, self.down, self.left, self.top)
        moved = Func(F(geometry), *numbers, function="ST_Affine", output_field=BinaryField())
        return Func(moved, Value(1), function="ST_SnapToGrid", output_field=BinaryField())


@dataclass(frozen=True, slots=True)
class TileLayer:
    """What an app declares of a layer: rows come as a QuerySet, this says how they are drawn.

    `fields` maps property names to ORM paths, `id` is that of the feature's number.  `simplified`
    drops vertices that the zoom cannot show, one shape at a time; points do without.  `margin` is
    how many tile units beyond each edge are drawn too.  Vertices are told in `extent` steps along a
    side: half as many as there are units take 2 to 6 % off the bytes of a step.  `on_grid`: rows
    have a step, and their vertices lie on the grid of its tiles (geodata.tile_grid).
    """

    name: str
    geometry: str
    fields: dict[str, str]
    simplified: bool = False
    id: str = "pk"
    margin: int = BUFFER
    extent: int = EXTENT
    on_grid: bool = False

    def draw(
        self, tile: Tile, rows: QuerySet[Any], *, coarse_units: int = 0, most: int | None = None
    ) -> bytes:
        """The rows that touch the tile or its buffer, as MVT bytes; b'' when there are none.

        With `coarse_units`, simplified by so many tile units; with `most`, the largest only.
        """
        simple_m = (coarse_units or int(self.simplified)) * tile.unit_m
        box, near = tile.box(), tile.box(margin_m=self.margin * tile.unit_m)
        drawn = self.select(rows, box=_given(box), near=near, simple_m=simple_m)
        if most is not None:
            drawn = drawn.order_by(*self._largest_first())[:most]
        try:
            inner, params = drawn.query.sql_with_params()
        except EmptyResultSet:  # Django sees by itself that nothing can match
            return b""
        with connection.cursor() as cursor:
            cursor.execute(self.encoding(inner, "%s"), (self.name, *params))
            return bytes(cursor.fetchone()[0])

    def count(self, tile: Tile, rows: QuerySet[Any]) -> int:
        """How many rows touch the tile or its buffer."""
        return self._near(rows, tile.box(margin_m=self.margin * tile.unit_m)).count()

    def select(
        self,
        rows: QuerySet[Any],
        *,
        box: Any,
        near: Any,
        simple_m: float = 0,
        move: Move | None = None,
    ) -> QuerySet[Any, Any]:
        """Number, shape and fields of the rows that touch `near`, in units of the tile `box`.

        With `move`, what lies wholly `near` is moved where that is exact, and not cut.
        """
        if move is None:
            shape: Any = self._cut(box, Value(self.extent), Value(self._margin_drawn), simple_m)
        else:
            is_whole = Q(move.is_exact, **{f"{self.geometry}__contained": near})
            cut = self._cut(box, move.extent, move.margin)
            shape = Case(When(is_whole, then=move.of(self.geometry)), default=cut)
        return self._near(rows, near).values_list(self.id, shape, *self.fields.values())

    @property
    def _margin_drawn(self) -> int:
        """In steps of the extent."""
        return self.margin * self.extent // EXTENT

    def move(self, tile: Tile, step: int) -> Move:
        """To the tile from the grid of a `step`.  One zoom before that, it is told in twice as many
        units, so that vertices lie on its grid too; farther off bytes would grow."""
        finer = step - tile.z if step - tile.z in (0, 1) else 0
        extent = self.extent << finer
        across = extent / tile.side_m
        left, top = HALF_WORLD_M * across - tile.x * extent, HALF_WORLD_M * across - tile.y * extent
        is_exact, margin = tile.z + finer == step, self._margin_drawn << finer
        return Move(is_exact, extent, margin, across, -across, left, top)

    def encoding(self, inner: str, name: str, extent: str = "") -> str:
        """The statement that makes a tile of what `select` finds; `name` is the layer's, as SQL, as
        is `extent` where it is another than the layer's."""
        columns = ", ".join(connection.ops.quote_name(c) for c in ("id", "geom", *self.fields))
        return (
            f"SELECT ST_AsMVT(feature, {name}, {extent or self.extent}, 'geom', 'id')"  # noqa: S608
            f" FROM (SELECT * FROM ({inner}) AS drawn({columns})) AS feature"
        )

    def _near(self, rows: QuerySet[Any], near: Any) -> QuerySet[Any]:
        return rows.filter(**{f"{self.geometry}__bboverlaps": near}).order_by()

    def _largest_first(self) -> tuple[Any, ...]:
        """By the box around them; points as if shuffled, the same way each time."""
        diagonal = Func(F(self.geometry), function="ST_BoundingDiagonal")
        size = Func(diagonal, function="ST_Length", output_field=FloatField())
        shuffled = Func(F("pk"), function="hashint8", output_field=IntegerField())
        return size.desc(), shuffled

    def _cut(self, box: Any, extent: Any, margin: Any, simple_m: float = 0) -> Func:
        # Declared as bytes: GeoDjango would turn a geometry into bytea, which MVT cannot read.
        shape: Any = F(self.geometry)
        if simple_m:
            shape = Func(
                shape,
                Value(simple_m),
                Value(True),
                function="ST_Simplify",
                output_field=GeometryField(srid=WEB_MERCATOR),
            )
        return Func(
            shape,
            box,
            extent,
            margin,
            function="ST_AsMVTGeom",
            template="%(function)s(%(expressions)s, TRUE)",
            output_field=BinaryField(),
        )


def _given(box: Polygon) -> Value:
    return Value(box, output_field=GeometryField(srid=WEB_MERCATOR))
