"""Lists sorted by the last change walk an index, as those by sending do."""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("reports", "0012_pyramid_of_counts")]
    operations = [
        migrations.AddIndex(
            "submission",
            models.Index(F("updated_at").desc(), F("id").desc(), name="submission_changed"),
        )
    ]
