"""The functions of migration 0015 in PL/pgSQL, which parses and plans a function once a connection.

A function in SQL that a generated column names is read, parsed and planned anew for each row that
is sent: that was 40 % of the server's time for a bare INSERT of a submission.  They reckon the
same, so that no row and no index is written again.
"""

from importlib import import_module

from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION geodata_grid_x(pin geometry) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS
$$
BEGIN
    RETURN LEAST(GREATEST(
        floor((public.ST_X(pin) + 180) / 360 * 2147483648), 0), 2147483647)::integer;
END
$$;

CREATE OR REPLACE FUNCTION geodata_grid_y(pin geometry) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS
$$
BEGIN
    RETURN LEAST(GREATEST(floor((0.5 - atanh(
        sin(radians(LEAST(GREATEST(public.ST_Y(pin), -86), 86)))) / (2 * pi())
    ) * 2147483648), 0), 2147483647)::integer;
END
$$;
"""
_FIRST = import_module("geodata.migrations.0015_places_on_the_grid").ADD
RESTORE = _FIRST.partition("CREATE FUNCTION geodata_morton")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("geodata", "0016_steps_on_the_grid_of_tiles")]
    operations = [migrations.RunSQL(KEEP, RESTORE)]
