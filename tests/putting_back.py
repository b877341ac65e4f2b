"""Every table as the migrations left it, after a test that commits.

The server keeps a copy of the rows that migrations wrote, and one function deletes what is there
and inserts the copy.  Deleting shuts no reader out, where TRUNCATE would: a page's last request,
still being answered, can neither hold it up nor be its deadlock.
"""

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

TIMES = 3  # a request that still writes may win a deadlock

# Replication's role fires no trigger: history refuses to be deleted, and counts would follow.
_FUNCTION = """
CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    told record;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR told IN SELECT * FROM kept.tables LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', told.name) INTO filled;
        CONTINUE WHEN NOT filled AND NOT told.has_rows;
        EXECUTE format('DELETE FROM public.%I', told.name);
        IF told.has_rows THEN
            EXECUTE format(
                'INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM kept.%1$I',
                told.name, told.columns
            );
        END IF;
    END LOOP;
END $$
"""

_TABLES = """
CREATE TABLE kept.tables AS
SELECT c.relname AS name, false AS has_rows,
    (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
     WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND c.relname NOT IN ('spatial_ref_sys', 'django_migrations')
"""

_COPIES = """
DO $$
DECLARE
    told record;
    filled boolean;
BEGIN
    FOR told IN SELECT * FROM kept.tables LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', told.name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', told.name);
            UPDATE kept.tables SET has_rows = true WHERE name = told.name;
        END IF;
    END LOOP;
END $$
"""


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Keep what the migrations wrote; a database that was kept (`--reuse-db`) has it already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('kept.tables') IS NOT NULL")
        if cursor.fetchone()[0]:
            put_back(connection)
            return
        for statement in ("CREATE SCHEMA kept", _TABLES, _COPIES, _FUNCTION):
            cursor.execute(statement)


def put_back(connection: BaseDatabaseWrapper) -> None:
    """Raises OperationalError when others hold on to their rows each time."""
    for left in reversed(range(TIMES)):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT kept.put_back()")
        except OperationalError:
            if not left:
                raise
        else:
            return
