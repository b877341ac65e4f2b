"""The pyramid: how many public submissions lie in each cell of the grid (docs/adr/0016).

`reports_cell` holds sums by level, kind, category and cell; kind '' with category 0 is all of them,
a kind with category 0 all of that kind.  Triggers append what a write changes to
`reports_celldelta`, so that writers never wait for each other; a job folds it in
(reports.pyramid.folding).  Who reads adds what is not folded yet.

`touches` counts the changes that a cell has ever seen: with `epoch`, it is the version of a tile.
"""

from django.db import migrations

ADD = """
CREATE TABLE reports_cell (
    level smallint NOT NULL,
    kind text NOT NULL,
    category bigint NOT NULL,
    cell bigint NOT NULL,
    open_n integer NOT NULL,
    closed_n integer NOT NULL,
    open_x bigint NOT NULL,
    open_y bigint NOT NULL,
    closed_x bigint NOT NULL,
    closed_y bigint NOT NULL,
    touches bigint NOT NULL,
    PRIMARY KEY (level, kind, category, cell)
) WITH (fillfactor = 80);

CREATE TABLE reports_celldelta (
    morton bigint NOT NULL,
    grid_x integer NOT NULL,
    grid_y integer NOT NULL,
    category bigint NOT NULL,
    kind text NOT NULL,
    is_open boolean NOT NULL,
    n smallint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX reports_celldelta_place ON reports_celldelta (morton);

CREATE TABLE reports_pyramid (
    id boolean PRIMARY KEY DEFAULT TRUE CHECK (id),
    epoch bigint NOT NULL
);

CREATE FUNCTION reports_new_epoch() RETURNS void LANGUAGE sql AS
$$
    INSERT INTO public.reports_pyramid (epoch)
    VALUES ((extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
    ON CONFLICT (id) DO UPDATE
        SET epoch = GREATEST(EXCLUDED.epoch, public.reports_pyramid.epoch + 1)
$$;
SELECT reports_new_epoch();

-- reports.workflow.OPEN; a test holds both together.
CREATE FUNCTION reports_is_open(status text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT status IN ('new', 'in_progress', 'scheduled') $$;

CREATE FUNCTION reports_count_submission() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP <> 'INSERT' AND NOT OLD.is_hidden THEN
        INSERT INTO public.reports_celldelta VALUES (OLD.morton, OLD.grid_x, OLD.grid_y,
            OLD.category_id, OLD.kind, public.reports_is_open(OLD.status), -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NOT NEW.is_hidden THEN
        INSERT INTO public.reports_celldelta VALUES (NEW.morton, NEW.grid_x, NEW.grid_y,
            NEW.category_id, NEW.kind, public.reports_is_open(NEW.status), 1);
    END IF;
    RETURN NULL;
END
$$;

-- A mass load sets cantonnier.uncounted and rebuilds at its end (seed_submissions).
CREATE TRIGGER submission_is_counted_in AFTER INSERT ON reports_submission FOR EACH ROW
    WHEN (current_setting('cantonnier.uncounted', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reports_count_submission();
CREATE TRIGGER submission_is_counted_out AFTER DELETE ON reports_submission FOR EACH ROW
    WHEN (current_setting('cantonnier.uncounted', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reports_count_submission();
CREATE TRIGGER submission_is_counted_anew AFTER UPDATE ON reports_submission FOR EACH ROW
    WHEN ((OLD.id, OLD.morton, OLD.kind, OLD.category_id, OLD.status, OLD.is_hidden,
           OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.morton, NEW.kind, NEW.category_id, NEW.status,
           NEW.is_hidden, NEW.created_at))
    EXECUTE FUNCTION reports_count_submission();

CREATE FUNCTION reports_count_nothing() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    TRUNCATE public.reports_cell, public.reports_celldelta;
    PERFORM public.reports_new_epoch();
    RETURN NULL;
END
$$;
CREATE TRIGGER submissions_are_gone AFTER TRUNCATE ON reports_submission
    FOR EACH STATEMENT EXECUTE FUNCTION reports_count_nothing();

-- Pins name their category by its code.
CREATE FUNCTION reports_redraw_tiles() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM public.reports_new_epoch();
    RETURN NULL;
END
$$;
CREATE TRIGGER category_is_renamed AFTER UPDATE OF code ON reports_category
    FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION reports_redraw_tiles();

-- What was there before.
INSERT INTO reports_celldelta
SELECT morton, grid_x, grid_y, category_id, kind, reports_is_open(status), 1
FROM reports_submission WHERE NOT is_hidden;
"""
REMOVE = """
DROP TRIGGER category_is_renamed ON reports_category;
DROP TRIGGER submissions_are_gone ON reports_submission;
DROP TRIGGER submission_is_counted_anew ON reports_submission;
DROP TRIGGER submission_is_counted_out ON reports_submission;
DROP TRIGGER submission_is_counted_in ON reports_submission;
DROP FUNCTION reports_redraw_tiles();
DROP FUNCTION reports_count_nothing();
DROP FUNCTION reports_count_submission();
DROP FUNCTION reports_is_open(text);
DROP FUNCTION reports_new_epoch();
DROP TABLE reports_pyramid, reports_celldelta, reports_cell;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_pins_stand_in_one_index")]
    operations = [migrations.RunSQL(ADD, REMOVE)]
