"""The hottest question of the product, as a function: which areas are at a pin.

PostgreSQL keeps the plan of a function's query for the session, where it plans an ordinary query
anew each time: over all of France that made 0.3 ms of 0.8 ms a look-up.  The generic plan is
forced, since one box of a few metres is like another.
"""

from django.db import migrations

# The border rule is written in docs/border-rule.md.  The box around the pin is an index condition;
# metres decide for the few pieces that do not cover it.  They are measured in the plane that
# touches the ellipsoid at the pin (metres a degree after Snyder, Map Projections, USGS 1987, p. 25;
# good to a millimetre at these distances), where a straight line of the map stays straight:
# geography would bend a parallel one degree long 100 m to the north.  A centimetre counts as on
# the line, since a place between two corners can hardly be written more exactly.
CREATE = """
CREATE FUNCTION geodata_areas_at(
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
    pin CONSTANT geometry := ST_SetSRID(ST_MakePoint(lon, lat), 4326);
    phi CONSTANT double precision := RADIANS(lat);
    m_a_lat CONSTANT double precision := 111132.92 - 559.82 * COS(2 * phi) + 1.175 * COS(4 * phi);
    m_a_lon CONSTANT double precision :=
        GREATEST(111412.84 * COS(phi) - 93.5 * COS(3 * phi) + 0.118 * COS(5 * phi), 1000);
    reach CONSTANT geometry := ST_Expand(pin, tolerance_m / m_a_lon, tolerance_m / m_a_lat);
    pin_m CONSTANT geometry := ST_Scale(pin, m_a_lon, m_a_lat);
BEGIN
    RETURN QUERY
    WITH near AS (
        SELECT part.area_id, MIN(CASE
            WHEN ST_Covers(part.geom, pin) THEN 0
            ELSE ST_Distance(ST_Scale(part.geom, m_a_lon, m_a_lat), pin_m)
        END) AS distance_m
        FROM geodata_areapart AS part
        WHERE part.geom && reach
        GROUP BY part.area_id
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
    WHERE near.distance_m <= tolerance_m
    ORDER BY level.rank, level.code, near.distance_m > on_the_line_m, area.area_m2, area.code;
END
$function$
"""
DROP = "DROP FUNCTION geodata_areas_at"


class Migration(migrations.Migration):
    dependencies = [("geodata", "0003_french_levels")]
    operations = [migrations.RunSQL(CREATE, DROP)]
