"""Small shapes go unnamed in tiles; an index that tiles of low zooms read (ADR 12)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("layers", "0005_questions_about_a_file"),
    ]

    operations = [
        migrations.AddField(
            model_name="generalisedfeature",
            name="is_named",
            field=models.BooleanField(default=True),
        ),
        migrations.AddIndex(
            model_name="generalisedfeature",
            index=models.Index(
                fields=["overlay_import", "step"], name="generalised_feature_by_step"
            ),
        ),
    ]
