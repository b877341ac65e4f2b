"""Submissions as files: `records` are read bit by bit (`rows`), written by `formats`."""

from reports.exports.formats import FORMATS, Format
from reports.exports.rows import rows_under

__all__ = ["FORMATS", "Format", "rows_under"]
