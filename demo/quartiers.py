"""The town's twelve quartiers as a KML, the way a town hall would export it.

Folders, shared styles with a StyleMap, an inline style, typed ExtendedData, altitudes, a quartier
with a hole (another lies in it) and one in two parts (a river between them).
"""

from __future__ import annotations

from random import Random
from xml.sax.saxutils import escape

import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from demo import ground

FOLDERS = {
    "Ville close": ["Le Vieux-Port", "Les Remparts", "Saint-Guénaël", "La Criée"],
    "Rive nord": ["Les Corderies", "Bellevue", "Le Plateau", "Les Hauts-de-Grève"],
    "Rive sud": ["La Saline", "Les Chantiers", "Le Grand-Clos", "L’Enclos des Moines"],
}
_COLOURS = {"Ville close": "8f2f6fd0", "Rive nord": "8f4f9a3f", "Rive sud": "8fb0702f"}


# Corners of the round quartier, in radii.
_ROUND = ((1, 0), (0.7, 0.6), (0, 1), (-0.8, 0.7), (-1, -0.1), (-0.5, -0.8), (0.4, -0.9))


def kml(random: Random, town: Polygon) -> str:
    labels = [label for folder in FOLDERS.values() for label in folder]
    shapes = dict(zip(labels, _shapes(random, town), strict=True))
    inhabitants = {label: random.randrange(2_300, 7_900) for label in labels}
    folders = "\n".join(
        _folder(name, members, shapes, inhabitants, labels) for name, members in FOLDERS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>\n'
        "  <name>Quartiers de Port-Sauveur</name>\n"
        '  <Schema name="quartier" id="quartier">\n'
        '    <SimpleField type="string" name="CODE"/><SimpleField type="string" name="NOM"/>'
        '<SimpleField type="int" name="HABITANTS"/>\n  </Schema>\n'
        f"{_styles()}\n{folders}\n</Document>\n</kml>\n"
    )


def _shapes(random: Random, town: Polygon) -> list[BaseGeometry]:
    """Eleven pieces of the town and, inside one of the last of them, a twelfth."""
    seeds = ground.scattered(random, town, 11)
    pieces = ground.pieces_of(random, town, seeds, roughness=0.1, finest_deg=0.0015)
    grounds = [piece.ground for piece in pieces]
    host = grounds.pop(max(range(8, 11), key=lambda i: grounds[i].area))
    enclave = _enclave(host)
    around = shapely.normalize(Polygon(host.exterior, [enclave.exterior.coords]))
    return [*grounds[:9], _parted_by_a_river(grounds[9]), around, enclave]


def _enclave(host: Polygon) -> Polygon:
    """A round quartier well inside its host."""
    heart = shapely.maximum_inscribed_circle(host, tolerance=1e-4)
    x, y = heart.coords[0]
    reach = heart.length * 0.45
    ring = [
        (round(x + reach * dx / ground.SQUEEZE * 0.8, 5), round(y + reach * dy, 5))
        for dx, dy in _ROUND
    ]
    return shapely.normalize(Polygon(ring))


def _parted_by_a_river(shape: BaseGeometry) -> BaseGeometry:
    """Two banks, some thirty metres of water between them."""
    west, _south, east, north = shape.bounds
    middle = shape.representative_point()
    river = LineString([(west - 0.01, middle.y - 0.004), middle.coords[0], (east + 0.01, north)])
    banks = shape.difference(river.buffer(0.00015, cap_style="flat"))
    grounds = [bank for bank in shapely.get_parts(banks) if bank.area > 1e-7]
    return shapely.normalize(shapely.set_precision(unary_union(grounds), 10**-ground.DECIMALS))


def _styles() -> str:
    styles = []
    for name, colour in _COLOURS.items():
        key = name.lower().replace(" ", "-")
        line = "ff" + colour[2:]
        styles.append(
            f'  <Style id="{key}-normal"><LineStyle><color>{line}</color><width>2</width>'
            f"</LineStyle><PolyStyle><color>{colour}</color></PolyStyle></Style>\n"
            f'  <Style id="{key}-vif"><LineStyle><color>{line}</color><width>4</width>'
            f"</LineStyle><PolyStyle><color>c{colour[1:]}</color></PolyStyle></Style>\n"
            f'  <StyleMap id="{key}"><Pair><key>normal</key><styleUrl>#{key}-normal</styleUrl>'
            f"</Pair><Pair><key>highlight</key><styleUrl>#{key}-vif</styleUrl></Pair></StyleMap>"
        )
    return "\n".join(styles)


def _folder(
    name: str,
    members: list[str],
    shapes: dict[str, BaseGeometry],
    inhabitants: dict[str, int],
    labels: list[str],
) -> str:
    placemarks = "\n".join(
        _placemark(label, labels.index(label) + 1, inhabitants[label], name, shapes[label])
        for label in members
    )
    return f"  <Folder><name>{name}</name>\n{placemarks}\n  </Folder>"


def _placemark(label: str, number: int, people: int, folder: str, shape: BaseGeometry) -> str:
    style = f"<styleUrl>#{folder.lower().replace(' ', '-')}</styleUrl>"
    if label == "L’Enclos des Moines":
        style = (
            "<Style><LineStyle><color>ff1f1f7f</color><width>2.5</width></LineStyle>"
            "<PolyStyle><color>9f2f2fd7</color></PolyStyle></Style>"
        )
    about = f"<p>Conseil de quartier : <b>{label}</b></p>"
    fields = {"CODE": f"9Z001-{number:02d}", "NOM": label, "HABITANTS": str(people)}
    data = "".join(
        f'<SimpleData name="{name}">{escape(value)}</SimpleData>' for name, value in fields.items()
    )
    return (
        f"    <Placemark><name>{escape(label)}</name>\n"
        f"      <description>{escape(about)}</description>\n"
        f'      {style}<ExtendedData><SchemaData schemaUrl="#quartier">{data}</SchemaData>'
        f"</ExtendedData>\n      {_geometry(shape)}\n    </Placemark>"
    )


def _geometry(shape: BaseGeometry) -> str:
    parts = [_polygon(part) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _polygon(polygon: Polygon) -> str:
    holes = "".join(
        f"<innerBoundaryIs>{_ring(hole.coords)}</innerBoundaryIs>" for hole in polygon.interiors
    )
    outer = f"<outerBoundaryIs>{_ring(polygon.exterior.coords)}</outerBoundaryIs>"
    return f"<Polygon>{outer}{holes}</Polygon>"


def _ring(points: shapely.coords.CoordinateSequence) -> str:
    """With the altitude that such exports carry."""
    text = " ".join(f"{x:.5f},{y:.5f},12.5" for x, y in points)
    return f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"
