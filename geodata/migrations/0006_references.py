"""References: roads and other features that rules look at, and the function that finds them."""

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import geodata.road_classes

# Metres a degree at a latitude as in migration 0004 (Snyder, Map Projections, USGS 1987, p. 25).
# The outer join tells a reference that has nothing near (one row of nulls) from one that knows
# nothing of the place (no row).
CREATE = """
CREATE FUNCTION geodata_features_near(
    lon double precision, lat double precision, reach_m double precision,
    wanted_purpose text, wanted_reference text
)
RETURNS TABLE (
    reference varchar, id bigint, road_class varchar, ref varchar, name varchar, manager varchar,
    manager_collectivity_id bigint, distance_m double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET plan_cache_mode = force_generic_plan
AS $function$
#variable_conflict use_column
DECLARE
    pin CONSTANT geometry := ST_SetSRID(ST_MakePoint(lon, lat), 4326);
    phi CONSTANT double precision := RADIANS(lat);
    m_a_lat CONSTANT double precision := 111132.92 - 559.82 * COS(2 * phi) + 1.175 * COS(4 * phi);
    m_a_lon CONSTANT double precision :=
        GREATEST(111412.84 * COS(phi) - 93.5 * COS(3 * phi) + 0.118 * COS(5 * phi), 1000);
    reach CONSTANT geometry :=
        ST_Expand(pin, (reach_m + 0.1) / m_a_lon, (reach_m + 0.1) / m_a_lat);
    pin_m CONSTANT geometry := ST_Scale(pin, m_a_lon, m_a_lat);
BEGIN
    RETURN QUERY
    SELECT known.slug, near.id, near.road_class, near.ref, near.name, near.manager,
           near.manager_collectivity_id, near.distance_m
    FROM geodata_reference AS known
    LEFT JOIN LATERAL (
        SELECT feature.*, ROUND(
            ST_Distance(ST_Scale(feature.geom, m_a_lon, m_a_lat), pin_m)::numeric, 2
        )::double precision AS distance_m
        FROM geodata_referencefeature AS feature
        WHERE feature.reference_id = known.id AND feature.geom && reach
    ) AS near ON near.distance_m <= reach_m
    WHERE known.is_active AND known.ground && pin AND ST_Covers(known.ground, pin)
        AND (wanted_purpose = '' OR known.purpose = wanted_purpose)
        AND (wanted_reference = '' OR known.slug = wanted_reference);
END
$function$
"""
DROP = "DROP FUNCTION geodata_features_near"


class Migration(migrations.Migration):
    dependencies = [("geodata", "0005_nature_of_collectivities")]
    operations = [
        migrations.CreateModel(
            name="Reference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("purpose", models.CharField(choices=[("roads", "Roads"), ("features", "Other features")], default="roads", max_length=10)),
                ("source", models.CharField(blank=True, max_length=300)),
                ("licence", models.CharField(blank=True, max_length=120)),
                ("is_active", models.BooleanField(default=True)),
                ("loaded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ("ground", django.contrib.gis.db.models.fields.PolygonField(srid=4326)),
            ],
            options={"ordering": ["slug"]},
        ),
        migrations.CreateModel(
            name="ReferenceFeature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("road_class", models.CharField(blank=True, choices=geodata.road_classes.RoadClass.choices, max_length=20)),
                ("ref", models.CharField(blank=True, help_text="Such as D 904.", max_length=40)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("manager", models.CharField(blank=True, help_text="As the file names it.", max_length=200)),
                ("geom", django.contrib.gis.db.models.fields.GeometryField(srid=4326)),
                ("manager_collectivity", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="geodata.collectivity")),
                ("reference", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="features", to="geodata.reference")),
            ],
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
