"""Rows → files that other programs open.  Knows nothing of models: who has rows, brings them.

`rows.Row` is what all writers take; memory is bounded by a batch, whatever the number of rows.
"""

from geodata.writing.delimited import delimited
from geodata.writing.geojson import geojson
from geodata.writing.geopackage import geopackage
from geodata.writing.rows import About, Row
from geodata.writing.workbook import workbook

__all__ = ["About", "Row", "delimited", "geojson", "geopackage", "workbook"]
