"""Categories, groups, questions and choices are changed on pages of ours; what is asked no more is
switched off.  A rule keeps its category from being deleted, instead of going with it.

Processes keep the rules that are about a category: they read them anew when a category changes its
group, too.
"""

import django.db.models.deletion
from django.db import migrations, models

CREATE = """
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON reports_category
    EXECUTE FUNCTION reports_rules_changed();
"""
DROP = "DROP TRIGGER rules_changed ON reports_category"


def version():
    return models.PositiveIntegerField(default=1, editable=False)


def protected(to):
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=to
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0007_rulebook_has_a_revision")]
    operations = [
        migrations.AddField("category", "version", version()),
        migrations.AddField("categorygroup", "version", version()),
        migrations.AddField("question", "version", version()),
        migrations.AddField("question", "is_active", models.BooleanField(default=True)),
        migrations.AddField("choice", "is_active", models.BooleanField(default=True)),
        migrations.AlterField("competence", "category", protected("reports.category")),
        migrations.AlterField("competence", "group", protected("reports.categorygroup")),
        migrations.RunSQL(CREATE, DROP),
    ]
