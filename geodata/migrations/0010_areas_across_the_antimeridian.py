"""A pin beside the 180th meridian also sees what lies on its other side.

The function of migration 0004 with a list of boxes in place of one: a single one for every pin but
those whose reach crosses the line.  Distances are measured before pieces are put together, so that
no piece is sorted: 1.22 times the bare ST_Covers, where it was 1.24.
"""

from importlib import import_module

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION geodata_areas_at(
    lon double precision, lat double precision, on_day date, tolerance_m double precision
)
RETURNS TABLE (
    id bigint, level varchar, code varchar, name varchar, series varchar, valid_from date,
    collectivity_id bigint, collectivity_code varchar, collectivity_name varchar,
    distance_m double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan
AS $function$
#variable_conflict use_column
DECLARE
    on_the_line_m CONSTANT double precision := 0.01;
    phi CONSTANT double precision := RADIANS(lat);
    m_a_lat CONSTANT double precision := 111132.92 - 559.82 * COS(2 * phi) + 1.175 * COS(4 * phi);
    m_a_lon CONSTANT double precision :=
        GREATEST(111412.84 * COS(phi) - 93.5 * COS(3 * phi) + 0.118 * COS(5 * phi), 1000);
    crosses_the_line CONSTANT boolean := ABS(lon) + tolerance_m / m_a_lon > 180;
    pins CONSTANT geometry[] := CASE
        WHEN crosses_the_line THEN ARRAY[
            ST_SetSRID(ST_MakePoint(lon, lat), 4326),
            ST_SetSRID(ST_MakePoint(lon - 360 * SIGN(lon), lat), 4326)
        ]
        ELSE ARRAY[ST_SetSRID(ST_MakePoint(lon, lat), 4326)]
    END;
BEGIN
    RETURN QUERY
    WITH near AS (
        SELECT measured.area_id, MIN(measured.distance_m) AS distance_m
        FROM (
            SELECT part.area_id, CASE
                WHEN ST_Covers(part.geom, pin) THEN 0
                ELSE ST_Distance(
                    ST_Scale(part.geom, m_a_lon, m_a_lat), ST_Scale(pin, m_a_lon, m_a_lat)
                )
            END AS distance_m
            FROM unnest(pins) AS pin
            JOIN geodata_areapart AS part
                ON part.geom && ST_Expand(pin, tolerance_m / m_a_lon, tolerance_m / m_a_lat)
            OFFSET 0
        ) AS measured
        WHERE measured.distance_m <= tolerance_m
        GROUP BY measured.area_id
    )
    SELECT area.id, level.code, area.code, area.name, edition.series, edition.valid_from,
           body.id, body.code, body.name, near.distance_m
    FROM near
    JOIN geodata_area AS area ON area.id = near.area_id
    JOIN geodata_edition AS edition ON edition.id = area.edition_id
        AND edition.valid_from <= on_day
        AND (edition.valid_to IS NULL OR edition.valid_to > on_day)
    JOIN geodata_level AS level ON level.id = area.level_id
    LEFT JOIN geodata_collectivity AS body ON body.id = area.collectivity_id
    ORDER BY level.rank, level.code, near.distance_m > on_the_line_m, area.area_m2, area.code;
END
$function$
"""
RESTORE = import_module("geodata.migrations.0004_areas_at_a_point").CREATE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    dependencies = [("geodata", "0009_coverage_is_checked")]
    operations = [migrations.RunSQL(CREATE, RESTORE)]
