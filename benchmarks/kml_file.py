"""A KML as districts' tools write them, as large as wished: wavy rings, fields, folders, faults."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, cos, pi, sin, sqrt
from pathlib import Path

VERTICES = 60
"""Of each polygon."""

_WEST, _SOUTH, _WIDE = 0.0, 45.0, 2.0
"""The toy world's square, longitude and latitude in degrees."""

_TURNS = [2 * pi * step / (VERTICES - 1) for step in range(VERTICES - 1)]
_RIM = [
    ((1 + 0.15 * sin(7 * turn)) * cos(turn), (1 + 0.15 * sin(7 * turn)) * sin(turn))
    for turn in _TURNS
]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>Works zones</name>
<Schema name="zones" id="zones">
<SimpleField type="int" name="NUMBER"/>
<SimpleField type="string" name="NAME"/>
<SimpleField type="double" name="HECTARES"/>
</Schema>
<Style id="zone">
<LineStyle><color>ff0000ff</color><width>2</width></LineStyle>
<PolyStyle><color>7f00ff00</color></PolyStyle>
</Style>
"""
_FOLDER_OF = 500


def write(path: Path, polygons: int) -> int:
    """Writes the file and gives its size in bytes; the same for the same number."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_text(polygons))
    return path.stat().st_size


def _text(polygons: int) -> Iterator[str]:
    yield _HEAD
    side = ceil(sqrt(polygons))
    for number in range(polygons):
        if number % _FOLDER_OF == 0:
            yield "</Folder>\n" if number else ""
            yield f"<Folder><name>Sector {number // _FOLDER_OF}</name>\n"
        yield _placemark(number, side)
    yield "</Folder>\n</Document>\n</kml>\n"


def _placemark(number: int, side: int) -> str:
    ring = _ring(number, side)
    return (
        f"<Placemark><name>Zone {number}</name><description>Works until further notice"
        f"</description><styleUrl>#zone</styleUrl>"
        f'<ExtendedData><SchemaData schemaUrl="#zones"><SimpleData name="NUMBER">{number}'
        f'</SimpleData><SimpleData name="NAME">Zone {number}</SimpleData>'
        f'<SimpleData name="HECTARES">{number / 7:.2f}</SimpleData></SchemaData></ExtendedData>'
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{' '.join(ring)}</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark>\n"
    )


def _ring(number: int, side: int) -> list[str]:
    """One in a hundred is not closed, one crosses itself, one has points twice."""
    step = _WIDE / side
    lon = _WEST + (number % side + 0.5) * step
    lat = _SOUTH + (number // side + 0.5) * step
    ring = [f"{lon + 0.4 * step * x:.8f},{lat + 0.4 * step * y:.8f},0" for x, y in _RIM]
    fault = number % 100
    if fault == 1:
        return [*ring, ring[-1]]
    if fault == 2:
        ring[10], ring[11] = ring[11], ring[10]
    if fault == 3:
        ring[5] = ring[4]
    return [*ring, ring[0]]
