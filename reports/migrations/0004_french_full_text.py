"""Descriptions searched as French text without accents.

`unaccent` is only stable because its dictionary may be replaced; naming the dictionary makes the
wrapper immutable in fact, so that an index may use it.
"""

from django.db import migrations

ADD = """
CREATE FUNCTION french_text(words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT to_tsvector('pg_catalog.french', public.unaccent('public.unaccent', words)) $$;
CREATE INDEX submission_words ON reports_submission USING gin (french_text(description));
"""
REMOVE = """
DROP INDEX submission_words;
DROP FUNCTION french_text(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_default_categories_and_competences"),
        ("geodata", "0001_extensions"),
    ]
    operations = [migrations.RunSQL(ADD, REMOVE)]
