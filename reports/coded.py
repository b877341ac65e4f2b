"""A category by its code, as each request for a pin names it.

Prepared: compiling and planning it anew was a quarter of a request that locates.
"""

from functools import cache

from django.db import connection

from geodata.prepared import prepared_cursor
from reports.models import Category


def category_coded(code: str) -> Category | None:
    """The one with this code, whether residents may still choose it or not."""
    if "\0" in code:
        return None
    with prepared_cursor() as cursor:
        cursor.execute(_statement(), [code])
        row = cursor.fetchone()
    return Category.from_db(connection.alias, _columns(), row) if row else None


@cache
def _statement() -> str:
    return f"SELECT {', '.join(_columns())} FROM reports_category WHERE code = %s"  # noqa: S608


@cache
def _columns() -> list[str]:
    return [field.attname for field in Category._meta.concrete_fields]
