"""What a collectivity answers for is met in the order of lists, without a row being read.

The index ended in the moment: with the id to sort by, PostgreSQL sorted all 300,000 that a city
answers for (4 s) as soon as the plan was one for any values.
"""

from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [("reports", "0021_cells_deep_in_a_city")]
    operations = [
        migrations.RemoveIndex("submission", "submission_by_responsible"),
        migrations.AddIndex(
            "submission",
            models.Index(
                "responsible",
                F("created_at").desc(),
                F("id").desc(),
                name="submission_by_responsible",
                include=["is_hidden", "kind", "category", "status"],
            ),
        ),
    ]
