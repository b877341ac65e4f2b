"""Where a point lies on the grid of `geodata.grid`: its column, its row, and both as one number.

Immutable, so that generated columns may keep them.  Beyond the square of web mercator (latitude
85.05, longitude 180) a point belongs to the outermost cell: none is lost.
"""

from django.db import migrations

ADD = """
CREATE FUNCTION geodata_grid_x(pin geometry) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$
    SELECT LEAST(GREATEST(
        floor((public.ST_X(pin) + 180) / 360 * 2147483648), 0), 2147483647)::integer
$$;

CREATE FUNCTION geodata_grid_y(pin geometry) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$
    SELECT LEAST(GREATEST(floor((0.5 - atanh(
        sin(radians(LEAST(GREATEST(public.ST_Y(pin), -86), 86)))) / (2 * pi())
    ) * 2147483648), 0), 2147483647)::integer
$$;

CREATE FUNCTION geodata_morton(grid_x bigint, grid_y bigint) RETURNS bigint
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS
$$
DECLARE
    x bigint := grid_x;
    y bigint := grid_y;
BEGIN
    x := (x | (x << 16)) & 281470681808895;
    x := (x | (x << 8)) & 71777214294589695;
    x := (x | (x << 4)) & 1085102592571150095;
    x := (x | (x << 2)) & 3689348814741910323;
    x := (x | (x << 1)) & 6148914691236517205;
    y := (y | (y << 16)) & 281470681808895;
    y := (y | (y << 8)) & 71777214294589695;
    y := (y | (y << 4)) & 1085102592571150095;
    y := (y | (y << 2)) & 3689348814741910323;
    y := (y | (y << 1)) & 6148914691236517205;
    RETURN x | (y << 1);
END
$$;
"""
REMOVE = """
DROP FUNCTION geodata_morton(bigint, bigint);
DROP FUNCTION geodata_grid_y(geometry);
DROP FUNCTION geodata_grid_x(geometry);
"""


class Migration(migrations.Migration):
    dependencies = [("geodata", "0014_features_across_the_antimeridian")]
    operations = [migrations.RunSQL(ADD, REMOVE)]
