"""Pins by their place on the grid of tiles, in an index that holds all a tile says of them.

It takes the place of the web mercator geometry and its GiST index, which only tiles read.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("geodata", "0015_places_on_the_grid"),
        ("reports", "0010_evidence_is_part_of_history"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="submission",
            name="submission_pin_3857",
        ),
        migrations.RemoveField(
            model_name="submission",
            name="pin_3857",
        ),
        migrations.AddField(
            model_name="submission",
            name="grid_x",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("pin"), function="geodata_grid_x"),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="grid_y",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("pin"), function="geodata_grid_y"),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="morton",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.Func(models.F("pin"), function="geodata_grid_x"),
                    models.Func(models.F("pin"), function="geodata_grid_y"),
                    function="geodata_morton",
                ),
                output_field=models.BigIntegerField(),
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("is_hidden", False)),
                fields=["morton"],
                include=("id", "grid_x", "grid_y", "kind", "category", "status", "created_at"),
                name="submission_on_tiles",
            ),
        ),
    ]
