"""The coordinate reference systems, named once."""

WGS84 = 4326
"""Stored, longitude first, degrees."""

WEB_MERCATOR = 3857
"""Tiles only, metres of the projection (not of the ground)."""
