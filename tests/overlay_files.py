"""Files of one point for overlays, and what became of them."""

import io
import zipfile
from pathlib import Path

import fiona
from pyproj import Transformer

from geodata.sources import Options
from layers import actions, importing
from layers.models import OverlayImport

PLACE = (0.5, 45.5)
"""In commune A of the toy world."""


def metres(epsg: int, lon: float = PLACE[0], lat: float = PLACE[1]) -> tuple[float, float]:
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
    return round(x, 2), round(y, 2)


def written(
    path: Path, driver: str, crs: str | None, epsg: int = 4326, layer: str | None = None
) -> Path:
    """One point with a name and a number."""
    schema = {"geometry": "Point", "properties": {"nom": "str", "no": "int"}}
    x, y = metres(epsg)
    with fiona.open(path, "w", driver=driver, crs=crs, schema=schema, layer=layer) as file:
        geometry = {"type": "Point", "coordinates": (x, y)}
        file.write({"geometry": geometry, "properties": {"nom": layer or "École", "no": 7}})
    return path


def zipped(folder: Path, *stems: str, without: tuple[str, ...] = ()) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.stem in stems and path.suffix not in without:
                archive.write(path, f"carte/{path.name}")
    return packed.getvalue()


def codes(overlay_import: OverlayImport) -> list[str]:
    return list(overlay_import.findings.values_list("code", flat=True))


def place_of(overlay_import: OverlayImport) -> tuple[float, float]:
    x, y = overlay_import.features.get().geom.coords
    return round(x, 5), round(y, 5)


def answered_with(overlay_import: OverlayImport, options: Options) -> OverlayImport:
    actions.answer(overlay_import=overlay_import, options=options)
    importing.read(overlay_import.pk)
    overlay_import.refresh_from_db()
    return overlay_import


def read_and_answered(overlay_import: OverlayImport, options: Options) -> OverlayImport:
    importing.read(overlay_import.pk)
    return answered_with(overlay_import, options)
