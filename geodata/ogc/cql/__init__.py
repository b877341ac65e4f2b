"""CQL2 (OGC 21-065r2), as far as its basics: text or JSON in, a condition for a QuerySet out.

`text` turns the text form into the JSON form, which `conditions` checks against the collection's
queryables and writes as an expression.  What is understood: docs/ogc.md.
"""

from geodata.ogc.cql.conditions import Condition, condition_of
from geodata.ogc.cql.errors import BadFilter
from geodata.ogc.cql.reading import LANGUAGES, read_filter

__all__ = ["LANGUAGES", "BadFilter", "Condition", "condition_of", "read_filter"]
