"""`french_text` in PL/pgSQL: in SQL, each row that was sent had it parsed and planned anew for the
index of words, a tenth of the server's time for a bare INSERT.  Same stems, same index."""

from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION french_text(words text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS
$$
BEGIN
    RETURN to_tsvector('pg_catalog.french', public.unaccent('public.unaccent', words));
END
$$
"""
RESTORE = """
CREATE OR REPLACE FUNCTION french_text(words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$$ SELECT to_tsvector('pg_catalog.french', public.unaccent('public.unaccent', words)) $$
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0016_fewer_indexes")]
    operations = [migrations.RunSQL(KEEP, RESTORE)]
