"""Indexes that begin with the same column as a wider one go: each submission wrote a dozen entries
for them.  Hidden ones get a narrow one, so that counts need no row of a submission."""

from django.db import migrations, models
from django.db.models import CASCADE, SET_NULL, ForeignKey


class Migration(migrations.Migration):
    dependencies = [("reports", "0015_tallies_of_areas")]

    operations = [
        migrations.AlterField(
            "submission",
            "responsible",
            ForeignKey(
                "geodata.collectivity",
                SET_NULL,
                null=True,
                blank=True,
                related_name="answers_for",
                db_index=False,
            ),
        ),
        migrations.AlterField(
            "submissionarea",
            "area",
            ForeignKey("geodata.area", CASCADE, related_name="submission_links", db_index=False),
        ),
        migrations.AlterField(
            "submissionarea",
            "submission",
            ForeignKey("reports.submission", CASCADE, related_name="area_links", db_index=False),
        ),
        migrations.AddIndex(
            "submission",
            models.Index(
                fields=["id"], name="submission_hidden", condition=models.Q(is_hidden=True)
            ),
        ),
    ]
