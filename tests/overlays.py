"""Small KML files and overlays for tests; the toy world's commune A owns them."""

from django.core.files.base import ContentFile

from layers import actions, importing
from layers.models import Overlay, OverlayImport
from tests.world import World


def placemark(
    name: str, west: float, south: float, east: float, north: float, code: str = ""
) -> str:
    """A square placemark, with its code in ExtendedData."""
    ring = f"{west},{south} {east},{south} {east},{north} {west},{north} {west},{south}"
    return (
        f"<Placemark><name>{name}</name>"
        f'<ExtendedData><Data name="CODE"><value>{code}</value></Data></ExtendedData>'
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def kml(*placemarks: str) -> bytes:
    return ("<kml><Document>" + "\n".join(placemarks) + "</Document></kml>").encode()


HALVES = kml(
    placemark("West half", 0, 45, 0.5, 46, "Q1"), placemark("East half", 0.5, 45, 1, 46, "Q2")
)


def uploaded(
    world: World, content: bytes = HALVES, *, name: str = "Halves", overlay: Overlay | None = None
) -> OverlayImport:
    """An import of commune A's, waiting to be read."""
    return actions.upload(
        overlay=overlay,
        name=name,
        collectivity=world.collectivity("commune", "90001"),
        file=ContentFile(content, name="halves.kml"),
        by=world.user("bob"),
    )


def read(
    world: World, content: bytes = HALVES, *, name: str = "Halves", overlay: Overlay | None = None
) -> OverlayImport:
    """The same, read."""
    overlay_import = uploaded(world, content, name=name, overlay=overlay)
    importing.read(overlay_import.pk)
    overlay_import.refresh_from_db()
    return overlay_import


def published(world: World, content: bytes = HALVES, *, name: str = "Halves") -> Overlay:
    """The same, on the public map."""
    overlay_import = read(world, content, name=name)
    actions.publish(overlay_import=overlay_import, by=world.user("bob"))
    overlay_import.overlay.refresh_from_db()
    return overlay_import.overlay
