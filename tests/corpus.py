"""The corpus: one small file a trait, good and bad, and what must come out of it, as JSON.

`python -m tests.corpus NAME…` writes what comes out now; read it before keeping it.  Where shapes
are expected: the toy world's square, longitude 0 to 2, latitude 45 to 47.
"""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import shapely
from PIL import Image

from geodata import kml
from geodata.kml import Feature, Finding, KmlRefused
from geodata.mending import Ground, Mended, mend_all
from geodata.surveying import Survey
from layers.sanitising import sanitise

FOLDER = Path(__file__).parent / "corpus"
FILES = sorted([*FOLDER.glob("*.kml"), *FOLDER.glob("*.kmz")])
HOME = (0.0, 45.0, 2.0, 47.0)
GROUND = Ground(HOME, (HOME,))


def told(file: BinaryIO, *, swap_axes: bool = False) -> dict[str, Any]:
    """All that reading and mending give: `features`, `findings`, and `refused` if it ends so."""
    survey = Survey()
    features: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    out: dict[str, Any] = {"features": features, "findings": findings}
    try:
        for item in kml.read(file, swap_axes=swap_axes):
            if isinstance(item, Finding):
                said = [item]
            else:
                (mended,) = mend_all([item], GROUND)
                survey.see(mended)
                features.extend(_features(item, mended))
                said = mended.findings
            findings.extend(_finding(one) for one in said if survey.lets_through(one))
        findings.extend(_finding(one) for one in survey.closing_words())
    except KmlRefused as refused:
        out["refused"] = _finding(refused.finding)
    return out


def _features(feature: Feature, mended: Mended) -> Iterator[dict[str, Any]]:
    style = dict(feature.style)
    if "icon" in style:
        style["icon"] = _picture(str(style["icon"]), feature.icon)
    for shape in mended.shapes:
        said = {
            "name": feature.name,
            "line": feature.line,
            "document": feature.document,
            "folder": list(feature.folder),
            "description": sanitise(feature.description),
            "fields": feature.fields,
            "types": {name: kind.value for name, kind in feature.types.items()},
            "labels": feature.labels,
            "begin": feature.begin,
            "end": feature.end,
            "style": style,
            "geometry": shapely.to_wkt(shape, rounding_precision=7),
        }
        yield {key: value for key, value in said.items() if value}


_pictures: dict[str, str] = {}


def _picture(digest: str, png: bytes) -> str:
    """What can be seen of an icon; its bytes, and so its digest, change with the machine's zlib."""
    if png:
        with Image.open(io.BytesIO(png)) as image:
            red, green, blue, alpha = image.getpixel((0, 0))  # type: ignore[misc]
            seen = f"{image.format} {image.width}×{image.height} {red},{green},{blue},{alpha}"
            _pictures[digest] = seen
    return _pictures[digest]


def _finding(finding: Finding) -> dict[str, Any]:
    said = {
        "severity": finding.severity.value,
        "code": finding.code,
        "line": finding.line,
        "placemark": finding.placemark,
        "folder": finding.folder,
        "values": dict(finding.values),
    }
    return {key: value for key, value in said.items() if value}


def expected_of(path: Path) -> Path:
    return path.with_suffix(path.suffix + ".json")


if __name__ == "__main__":
    for path in FILES:
        if path.stem in sys.argv[1:] or sys.argv[1:] == ["all"]:
            with path.open("rb") as opened:
                text = json.dumps(told(opened), ensure_ascii=False, indent=1)
            expected_of(path).write_text(text + "\n", encoding="utf-8")
