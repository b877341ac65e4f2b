"""Tallies: how many public submissions each area has, by month, kind, category and status.

`reports_tally` holds sums, `what` by `what` (reports.pyramid.tallies): for each area, month, kind
and category; month 0 for all months, with kind '' and category 0 for all of them.  Area 0 is
everywhere.  As with the pyramid, triggers append what a write changes to `reports_areadelta`, and
the same job folds it in.  A month is year × 12 + month − 1, in the deployment's time zone.
"""

from django.conf import settings
from django.db import migrations

MONTH = """
CREATE OR REPLACE FUNCTION reports_month(at timestamptz) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (extract(year FROM at AT TIME ZONE {zone}) * 12
    + extract(month FROM at AT TIME ZONE {zone}) - 1)::smallint $$
"""

ADD = """
CREATE TABLE reports_tally (
    area bigint NOT NULL,
    month smallint NOT NULL,
    kind text NOT NULL,
    category bigint NOT NULL,
    new integer NOT NULL,
    in_progress integer NOT NULL,
    scheduled integer NOT NULL,
    resolved integer NOT NULL,
    rejected integer NOT NULL,
    ended_resolved integer NOT NULL,
    ended_rejected integer NOT NULL,
    PRIMARY KEY (area, month, kind, category)
) WITH (fillfactor = 80);
-- Totals of many areas, without what lies between them.
CREATE INDEX reports_tally_totals ON reports_tally (area)
    INCLUDE (new, in_progress, scheduled, resolved, rejected)
    WHERE month = 0 AND kind = '' AND category = 0;

CREATE TABLE reports_areadelta (
    area bigint NOT NULL,
    category bigint NOT NULL,
    month smallint NOT NULL,
    n smallint NOT NULL,
    kind text NOT NULL,
    what text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX reports_areadelta_area ON reports_areadelta (area);

-- What one submission adds to a tally: its status in the month it was sent, and its end in the
-- month it was closed.
CREATE FUNCTION reports_tallied(status text, created_at timestamptz, closed_at timestamptz)
    RETURNS TABLE (month smallint, what text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT public.reports_month(created_at), status
    UNION ALL
    SELECT public.reports_month(closed_at), 'ended_' || status
    WHERE closed_at IS NOT NULL AND NOT public.reports_is_open(status)
$$;

CREATE FUNCTION reports_tally_submission() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    -- A new one has its links counted when they come; an old one takes those it has along.
    IF TG_OP <> 'INSERT' AND NOT OLD.is_hidden THEN
        INSERT INTO public.reports_areadelta
        SELECT place.area, OLD.category_id, part.month, -1, OLD.kind, part.what
        FROM (SELECT 0::bigint AS area UNION ALL SELECT area_id
            FROM public.reports_submissionarea WHERE submission_id = OLD.id) AS place
        CROSS JOIN public.reports_tallied(OLD.status, OLD.created_at, OLD.closed_at) AS part;
    END IF;
    IF TG_OP = 'UPDATE' AND NOT NEW.is_hidden THEN
        INSERT INTO public.reports_areadelta
        SELECT place.area, NEW.category_id, part.month, 1, NEW.kind, part.what
        FROM (SELECT 0::bigint AS area UNION ALL SELECT area_id
            FROM public.reports_submissionarea WHERE submission_id = NEW.id) AS place
        CROSS JOIN public.reports_tallied(NEW.status, NEW.created_at, NEW.closed_at) AS part;
    ELSIF TG_OP = 'INSERT' AND NOT NEW.is_hidden THEN
        INSERT INTO public.reports_areadelta
        SELECT 0, NEW.category_id, part.month, 1, NEW.kind, part.what
        FROM public.reports_tallied(NEW.status, NEW.created_at, NEW.closed_at) AS part;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION reports_tally_links() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO public.reports_areadelta
    SELECT link.area_id, one.category_id, part.month,
        CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END, one.kind, part.what
    FROM changed AS link
    JOIN public.reports_submission AS one ON one.id = link.submission_id AND NOT one.is_hidden
    CROSS JOIN public.reports_tallied(one.status, one.created_at, one.closed_at) AS part;
    RETURN NULL;
END
$$;

-- A mass load sets cantonnier.uncounted and rebuilds at its end (seed_submissions).
CREATE TRIGGER submission_is_tallied_in AFTER INSERT ON reports_submission FOR EACH ROW
    WHEN (current_setting('cantonnier.uncounted', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reports_tally_submission();
CREATE TRIGGER submission_is_tallied_out AFTER DELETE ON reports_submission FOR EACH ROW
    WHEN (current_setting('cantonnier.uncounted', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reports_tally_submission();
CREATE TRIGGER submission_is_tallied_anew AFTER UPDATE ON reports_submission FOR EACH ROW
    WHEN ((OLD.kind, OLD.category_id, OLD.status, OLD.is_hidden, OLD.created_at, OLD.closed_at)
        IS DISTINCT FROM (NEW.kind, NEW.category_id, NEW.status, NEW.is_hidden, NEW.created_at,
           NEW.closed_at))
    EXECUTE FUNCTION reports_tally_submission();
CREATE TRIGGER links_are_tallied_in AFTER INSERT ON reports_submissionarea
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT
    WHEN (current_setting('cantonnier.uncounted', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reports_tally_links();
CREATE TRIGGER links_are_tallied_out AFTER DELETE ON reports_submissionarea
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT
    WHEN (current_setting('cantonnier.uncounted', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reports_tally_links();

CREATE FUNCTION reports_tally_nothing() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    TRUNCATE public.reports_tally, public.reports_areadelta;
    RETURN NULL;
END
$$;
CREATE TRIGGER tallied_submissions_are_gone AFTER TRUNCATE ON reports_submission
    FOR EACH STATEMENT EXECUTE FUNCTION reports_tally_nothing();

-- What was there before.
INSERT INTO reports_areadelta
SELECT place.area, one.category_id, part.month, 1, one.kind, part.what
FROM reports_submission AS one
CROSS JOIN LATERAL (SELECT 0::bigint AS area UNION ALL SELECT area_id
    FROM reports_submissionarea WHERE submission_id = one.id) AS place
CROSS JOIN reports_tallied(one.status, one.created_at, one.closed_at) AS part
WHERE NOT one.is_hidden;

-- When somebody first answered in public, along the history of a submission.
CREATE INDEX reports_event_answers ON reports_event (submission_id, at)
    WHERE is_public AND text <> '' AND kind IN ('reply', 'transition');
"""
REMOVE = """
DROP INDEX reports_event_answers;
DROP TRIGGER tallied_submissions_are_gone ON reports_submission;
DROP TRIGGER links_are_tallied_out ON reports_submissionarea;
DROP TRIGGER links_are_tallied_in ON reports_submissionarea;
DROP TRIGGER submission_is_tallied_anew ON reports_submission;
DROP TRIGGER submission_is_tallied_out ON reports_submission;
DROP TRIGGER submission_is_tallied_in ON reports_submission;
DROP FUNCTION reports_tally_nothing();
DROP FUNCTION reports_tally_links();
DROP FUNCTION reports_tally_submission();
DROP FUNCTION reports_tallied(text, timestamptz, timestamptz);
DROP TABLE reports_areadelta, reports_tally;
DROP FUNCTION reports_month(timestamptz);
"""


def say_months(apps, schema_editor):
    zone = schema_editor.quote_value(settings.TIME_ZONE)
    schema_editor.execute(MONTH.format(zone=zone))


class Migration(migrations.Migration):
    dependencies = [("reports", "0014_who_handed_it_over")]
    operations = [
        migrations.RunPython(say_months, migrations.RunPython.noop),
        migrations.RunSQL(ADD, REMOVE),
    ]
