"""Shapes of overlays for each zoom, simplified together (ADR 12)."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("layers", "0003_all_that_a_file_says"),
    ]

    operations = [
        migrations.AddField(
            model_name="overlayimport",
            name="generalised_at",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when its tiles have shapes for each zoom.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="GeneralisedFeature",
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
                    "feature",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="generalised",
                        to="layers.overlayfeature",
                    ),
                ),
                (
                    "overlay_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="layers.overlayimport",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GistIndex(
                        fields=["overlay_import", "step", "geom_3857"],
                        name="generalised_feature_3857",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("feature", "step"), name="one_shape_of_a_feature_a_step"
                    )
                ],
            },
        ),
    ]
