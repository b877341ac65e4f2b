"""gx:Track → positions and the time at each (OGC 12-007r2, KML 2.3, §14.11: Track)."""

from geodata.kml.nodes import Node
from geodata.kml.times import is_moment


def coordinates_text(track: Node) -> str:
    """Its <gx:coord>s, `lon lat alt` each, as <coordinates> would hold them."""
    return " ".join(",".join(coord) for coord in _coords(track) if coord)


def whens(track: Node) -> list[str]:
    """The time of each position, '' where it is none; those without a position are left out."""
    times = [" ".join(node.text.split()) for node in track.all("when")]
    coords = _coords(track)
    if len(times) != len(coords):
        return []
    return [
        time if is_moment(time) else "" for time, coord in zip(times, coords, strict=True) if coord
    ]


def _coords(track: Node) -> list[list[str]]:
    return [child.text.split() for child in track.children if child.tag in ("gx:coord", "coord")]
