"""Shapes of areas for each zoom, simplified together (ADR 12)."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("geodata", "0010_areas_across_the_antimeridian"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="generalised_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when its tiles have shapes for each zoom.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="GeneralisedArea",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.PositiveSmallIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "geom_3857",
                    django.contrib.gis.db.models.fields.GeometryField(
                        spatial_index=False, srid=3857
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="generalised",
                        to="geodata.area",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="geodata.edition",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        fields=["edition", "step", "geom_3857"], name="generalised_area_3857"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "step"), name="one_shape_of_an_area_a_step"
                    )
                ],
            },
        ),
    ]
