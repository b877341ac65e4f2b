"""A mark that changes with the rules, so that processes may keep them in memory and never be stale.

A random value and not a counter: what a rolled-back transaction had read must not come true again.
The row is also the lock on which two administrators meet.
"""

from django.db import migrations

CREATE = """
CREATE TABLE reports_rulebook (
    only_row boolean PRIMARY KEY DEFAULT TRUE CHECK (only_row),
    revision uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO reports_rulebook DEFAULT VALUES;
CREATE FUNCTION reports_rules_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reports_rulebook SET revision = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON reports_competence
    EXECUTE FUNCTION reports_rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON reports_question
    EXECUTE FUNCTION reports_rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON geodata_level
    EXECUTE FUNCTION reports_rules_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON geodata_collectivity
    EXECUTE FUNCTION reports_rules_changed();
"""
DROP = """
DROP TRIGGER rules_changed ON geodata_collectivity;
DROP TRIGGER rules_changed ON geodata_level;
DROP TRIGGER rules_changed ON reports_question;
DROP TRIGGER rules_changed ON reports_competence;
DROP FUNCTION reports_rules_changed();
DROP TABLE reports_rulebook;
"""

# The action refuses every tie; the database, the plainest one, should two ever get past it.
NO_TIE = """
ALTER TABLE reports_competence ADD CONSTRAINT no_tie_between_equal_competences
EXCLUDE USING gist (
    priority WITH =,
    COALESCE(category_id, 0) WITH =,
    COALESCE(group_id, 0) WITH =,
    HASH_ARRAY(natures) WITH =,
    COALESCE(where_level_id, 0) WITH =,
    HASH_ARRAY(where_codes) WITH =,
    condition WITH =,
    HASH_ARRAY(road_classes) WITH =,
    reference WITH =,
    COALESCE(distance_m, -1) WITH =,
    COALESCE(question_id, 0) WITH =,
    HASH_ARRAY(answers) WITH =,
    DATERANGE(valid_from, valid_to) WITH &&
)
"""
TIES = "ALTER TABLE reports_competence DROP CONSTRAINT no_tie_between_equal_competences"


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_who_answers_in_france"),
        ("geodata", "0005_nature_of_collectivities"),
    ]
    operations = [migrations.RunSQL(CREATE, DROP), migrations.RunSQL(NO_TIE, TIES)]
