"""The few events by which somebody handed a submission over are found by who did."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("geodata", "0015_places_on_the_grid"),
        ("reports", "0013_recently_changed_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("kind__in", ("transferred", "returned"))),
                fields=["for_collectivity", "submission"],
                name="handed_over_by",
            ),
        ),
    ]
