"""Steps from before their vertices lay on the grid of tiles are made anew (ADR 12).

A job of the worker does it within the hour; until then tiles come from full outlines.
"""

from django.db import migrations

FORGET = """
DELETE FROM geodata_generalisedarea;
UPDATE geodata_edition SET generalised_at = NULL WHERE generalised_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("geodata", "0015_places_on_the_grid"),
    ]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]
