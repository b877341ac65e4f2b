"""The walk from the newest on reads places from its index: of 2,900 rows on the way to fifty in a
circle, ten million in all, it fetched every one (2.4 of 7 ms)."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("reports", "0018_who_is_sending")]
    operations = [
        migrations.RemoveIndex("submission", "submission_newest"),
        migrations.AddIndex(
            "submission",
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                name="submission_newest",
                include=["grid_x", "grid_y"],
            ),
        ),
    ]
