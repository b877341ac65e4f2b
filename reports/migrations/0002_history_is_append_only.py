"""The database itself refuses to rewrite history: events are inserted, never updated.

Deleting stays possible with the submission it belongs to (a legal erasure).
"""

from django.db import migrations

REFUSE_UPDATES = """
CREATE FUNCTION refuse_event_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are appended, never edited' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_are_never_edited BEFORE UPDATE ON reports_event
    FOR EACH ROW WHEN (OLD.text IS DISTINCT FROM NEW.text
        OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.at IS DISTINCT FROM NEW.at
        OR OLD.data IS DISTINCT FROM NEW.data OR OLD.is_public IS DISTINCT FROM NEW.is_public)
    EXECUTE FUNCTION refuse_event_update();
"""
ALLOW_UPDATES = """
DROP TRIGGER events_are_never_edited ON reports_event;
DROP FUNCTION refuse_event_update();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_submissions")]
    operations = [migrations.RunSQL(REFUSE_UPDATES, ALLOW_UPDATES)]
