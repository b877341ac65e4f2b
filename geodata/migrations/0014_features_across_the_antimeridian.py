"""A pin beside the 180th meridian also sees the roads and features on its other side.

The function of migration 0006 with a list of boxes in place of one, as migration 0010 does for
areas.  The ground of a reference that lies on both sides is written with longitudes past 180, so
that a pin is looked for there by both its longitudes.
"""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("geodata.migrations.0006_references").CREATE
_HEAD = _BEFORE[: _BEFORE.index("    pin CONSTANT geometry :=")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_REST = """    phi CONSTANT double precision := RADIANS(lat);
    m_a_lat CONSTANT double precision := 111132.92 - 559.82 * COS(2 * phi) + 1.175 * COS(4 * phi);
    m_a_lon CONSTANT double precision :=
        GREATEST(111412.84 * COS(phi) - 93.5 * COS(3 * phi) + 0.118 * COS(5 * phi), 1000);
    either CONSTANT geometry[] := ARRAY[
        ST_SetSRID(ST_MakePoint(lon, lat), 4326),
        ST_SetSRID(ST_MakePoint(lon - 360 * CASE WHEN lon < 0 THEN -1 ELSE 1 END, lat), 4326)
    ];
    crosses_the_line CONSTANT boolean := ABS(lon) + (reach_m + 0.1) / m_a_lon > 180;
    pins CONSTANT geometry[] := CASE WHEN crosses_the_line THEN either ELSE either[1:1] END;
BEGIN
    RETURN QUERY
    SELECT known.slug, near.id, near.road_class, near.ref, near.name, near.manager,
           near.manager_collectivity_id, near.distance_m
    FROM geodata_reference AS known
    LEFT JOIN LATERAL (
        SELECT feature.id, feature.road_class, feature.ref, feature.name, feature.manager,
            feature.manager_collectivity_id, ROUND(MIN(ST_Distance(
                ST_Scale(feature.geom, m_a_lon, m_a_lat), ST_Scale(pin, m_a_lon, m_a_lat)
            ))::numeric, 2)::double precision AS distance_m
        FROM unnest(pins) AS pin
        JOIN geodata_referencefeature AS feature ON feature.geom
            && ST_Expand(pin, (reach_m + 0.1) / m_a_lon, (reach_m + 0.1) / m_a_lat)
        WHERE feature.reference_id = known.id
        GROUP BY feature.id
    ) AS near ON near.distance_m <= reach_m
    WHERE known.is_active AND EXISTS (
            SELECT FROM unnest(either) AS pin
            WHERE known.ground && pin AND ST_Covers(known.ground, pin)
        )
        AND (wanted_purpose = '' OR known.purpose = wanted_purpose)
        AND (wanted_reference = '' OR known.slug = wanted_reference);
END
$function$
"""
CREATE = _HEAD + _REST
RESTORE = _BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("geodata", "0013_labels_of_areas")]
    operations = [migrations.RunSQL(CREATE, RESTORE)]
