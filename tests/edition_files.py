"""Files of squares for `manage.py load_edition`, and what it says of them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from shapely import box
from shapely.geometry import mapping

from geodata.models import Edition

Square = tuple[str, str, int]  # code, name, western edge of a one-degree square at 45° north
SQUARES: list[Square] = [("X1", "Ouest", 10), ("X2", "Est", 11)]


def feature(code: object, name: object, west: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "nom": name},
        "geometry": mapping(box(west, 45, west + 1, 46)),
    }


def collection(*features: object, **more: object) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": features})


def load(path: Path, *more: str, day: str = "2018-01-01", code: str = "code") -> str:
    out = io.StringIO()
    call_command(
        "load_edition",
        *("--level=quartier", f"--file={path}", f"--code-field={code}", "--name-field=nom"),
        *(f"--valid-from={day}", *more),
        stdout=out,
    )
    return out.getvalue()


def refusal(path: Path, *more: str, **options: str) -> str:
    before = Edition.objects.count()
    with pytest.raises(CommandError) as refused:
        load(path, "--commit", *more, **options)
    assert Edition.objects.count() == before
    return str(refused.value)
