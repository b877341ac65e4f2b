"""The levels of French territory.  Rows: a deployment adds its own."""

from django.db import migrations

LEVELS = [
    # code, rank, French, English, first zoom of its tiles
    ("region", 10, "Région", "Region", 3),
    ("departement", 20, "Département", "Department", 5),
    ("epci", 30, "Intercommunalité", "Intercommunality", 7),
    ("canton", 40, "Canton", "Canton", 8),
    ("commune", 50, "Commune", "Municipality", 9),
    ("quartier", 60, "Quartier", "Neighbourhood", 11),
]


def add_levels(apps, schema_editor):
    Level = apps.get_model("geodata", "Level")
    for code, rank, name_fr, name_en, tile_min_zoom in LEVELS:
        Level.objects.get_or_create(
            code=code,
            defaults={
                "rank": rank,
                "name_fr": name_fr,
                "name_en": name_en,
                "tile_min_zoom": tile_min_zoom,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("geodata", "0002_territory")]
    operations = [migrations.RunPython(add_levels, migrations.RunPython.noop)]
