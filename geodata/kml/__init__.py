"""A streaming reader of KML and KMZ, pure: bytes → features and findings (docs/adr/0004)."""

from geodata.kml.features import Feature
from geodata.kml.findings import Finding, KmlRefused, Severity
from geodata.kml.reader import Reader, look_at, read

__all__ = ["Feature", "Finding", "KmlRefused", "Reader", "Severity", "look_at", "read"]
