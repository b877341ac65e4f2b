"""A streaming reader and writer of KML and KMZ, pure: bytes ↔ features (docs/adr/0004)."""

from geodata.kml.features import Feature
from geodata.kml.fields import Field, FieldType, Value
from geodata.kml.findings import Finding, KmlRefused, Severity
from geodata.kml.reader import Reader, look_at, read
from geodata.kml.writing import fields_of, write, write_kmz

__all__ = [
    "Feature",
    "Field",
    "FieldType",
    "Finding",
    "KmlRefused",
    "Reader",
    "Severity",
    "Value",
    "fields_of",
    "look_at",
    "read",
    "write",
    "write_kmz",
]
