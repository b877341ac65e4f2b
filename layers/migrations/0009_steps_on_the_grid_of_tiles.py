"""Steps say where their shape stands and how it looks; those from before are made anew (ADR 12).

A job of the worker does it within the hour; until then tiles come from full outlines.
"""

from django.db import migrations, models

FORGET = """
DELETE FROM layers_generalisedfeature;
UPDATE layers_overlayimport SET generalised_at = NULL WHERE generalised_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("layers", "0008_access_history_and_changes"),
    ]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="generalisedfeature",
            name="position",
            field=models.PositiveIntegerField(),
        ),
        migrations.AddField(
            model_name="generalisedfeature",
            name="style",
            field=models.JSONField(null=True),
        ),
    ]
