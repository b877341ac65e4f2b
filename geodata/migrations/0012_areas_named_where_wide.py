"""Small shapes go unnamed in tiles; indexes that tiles of low zooms read (ADR 12)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("geodata", "0011_areas_for_each_zoom"),
    ]

    operations = [
        migrations.AddField(
            model_name="generalisedarea",
            name="is_named",
            field=models.BooleanField(default=True),
        ),
        migrations.AddIndex(
            model_name="area",
            index=models.Index(fields=["id"], include=("code", "name"), name="area_said"),
        ),
        migrations.AddIndex(
            model_name="generalisedarea",
            index=models.Index(fields=["edition", "step"], name="generalised_area_by_step"),
        ),
    ]
