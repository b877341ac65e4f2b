"""A reference is made before its features, and knows its ground only after them."""

import django.contrib.gis.db.models.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("geodata", "0007_editions_follow_each_other")]
    operations = [
        migrations.AlterField(
            model_name="reference",
            name="ground",
            field=django.contrib.gis.db.models.fields.PolygonField(null=True, srid=4326),
        )
    ]
