"""Links of areas know their submission's category, and follow it.

What an area has of one category is met along an index of its own: one that is rare in a large area
was looked for along every link, each with its row.  Links repeat what their submission says of
moment, phase and category; a trigger keeps them in step, whatever writes the submission.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

# The table is written anew once, and its indexes with it; an UPDATE took seven times as long.
FILL = """
CREATE FUNCTION reports_category_of(submission bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS
$$
BEGIN
    RETURN (SELECT category_id FROM public.reports_submission WHERE id = submission);
END
$$;
ALTER TABLE reports_submissionarea
    ALTER COLUMN category_id TYPE bigint USING reports_category_of(submission_id);
DROP FUNCTION reports_category_of(bigint);
"""
FOLLOW = """
CREATE FUNCTION reports_links_follow() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    UPDATE public.reports_submissionarea SET is_open = public.reports_is_open(NEW.status),
        category_id = NEW.category_id, created_at = NEW.created_at
    WHERE submission_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER submission_is_followed_by_links AFTER UPDATE ON reports_submission FOR EACH ROW
    WHEN ((reports_is_open(OLD.status), OLD.category_id, OLD.created_at)
        IS DISTINCT FROM (reports_is_open(NEW.status), NEW.category_id, NEW.created_at))
    EXECUTE FUNCTION reports_links_follow();
"""
LEAVE = """
DROP TRIGGER submission_is_followed_by_links ON reports_submission;
DROP FUNCTION reports_links_follow();
"""


def category(**more):
    return models.ForeignKey(
        "reports.category",
        django.db.models.deletion.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0019_newest_with_their_places")]
    operations = [
        migrations.AddField("submissionarea", "category", category(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("submissionarea", "category", category()),
        migrations.AddIndex(
            "submissionarea",
            models.Index(
                "area",
                "category",
                F("created_at").desc(),
                F("submission").desc(),
                name="of_category_in_area_newest",
                include=["is_open"],
            ),
        ),
        migrations.RunSQL(FOLLOW, LEAVE),
    ]
