"""Changed rules are gathered in drafts, and saved all at once.

Two rules of a set may change places: for a moment they are equal, so that the database looks for
equals at the end of the transaction, where it is asked to.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_before = import_module("reports.migrations.0007_rulebook_has_a_revision")
DEFERRABLE = f"{_before.NO_TIE.rstrip()} DEFERRABLE INITIALLY IMMEDIATE"


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_categories_are_edited_on_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL([_before.TIES, DEFERRABLE], [_before.TIES, _before.NO_TIE]),
        migrations.CreateModel(
            name="RuleDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("began_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "author",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_draft",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-changed_at"],
            },
        ),
        migrations.CreateModel(
            name="DraftedChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "rule_was",
                    models.CharField(blank=True, help_text="Its name then.", max_length=300),
                ),
                ("seen_version", models.PositiveIntegerField(default=0)),
                ("deletes", models.BooleanField(default=False)),
                (
                    "fields",
                    models.JSONField(
                        default=dict, help_text="Of a rule's form, name → list of values."
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="reports.ruledraft",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draft", "rule"), name="one_change_of_a_rule_a_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deletes", False), ("rule__isnull", False), _connector="OR"
                        ),
                        name="only_a_rule_that_is_there_is_deleted",
                    ),
                ],
            },
        ),
    ]
