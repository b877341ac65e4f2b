"""What is being sent while the ground or the rules change: kept as they are now, or not yet.

A submission's areas and rules are looked up first, and it is kept by a statement of its own.  That
one asks here which revision is current, and keeps nothing that was decided by another.  From the
question to the commit it holds the lock of those who are sending: who goes over all submissions
after a change waits for it once, and then knows that none by the old revision is still to come.

In plpgsql and volatile, since each statement inside sees what is committed when it begins: the
revision is read after the lock is had, not when the statement around it began.
"""

from django.db import migrations, models

CREATE = """
CREATE FUNCTION reports_revision_while_sending() RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('reports: sending'));
    RETURN (SELECT revision FROM reports_rulebook);
END $$;
CREATE FUNCTION reports_wait_for_sending() RETURNS void LANGUAGE sql VOLATILE AS $$
    SELECT pg_advisory_xact_lock(hashtext('reports: sending'));
$$;
"""
DROP = """
DROP FUNCTION reports_wait_for_sending();
DROP FUNCTION reports_revision_while_sending();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_words_keep_their_plan")]
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.AlterField("relinking", "last_id", models.BigIntegerField(null=True)),
    ]
