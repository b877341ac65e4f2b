"""Reads what exports write with other people's readers: format → the references in it."""

import csv
import io
import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import fiona
from django.test import Client

FORMATS = ("csv", "geojson", "kml", "gpkg", "xlsx")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_KML = "{http://www.opengis.net/kml/2.2}"


def exported(extension: str, query: str = "", *, client: Client | None = None) -> bytes:
    answer = (client or Client()).get(f"/exports/submissions.{extension}?{query}")
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def refs_in(extension: str, data: bytes) -> list[str]:
    return [row["ref"] for row in rows_in(extension, data)]


def rows_in(extension: str, data: bytes) -> list[dict[str, Any]]:
    return _READERS[extension](data)


def _csv(data: bytes) -> list[dict[str, Any]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def _geojson(data: bytes) -> list[dict[str, Any]]:
    return [
        {**feature["properties"], "point": feature["geometry"]["coordinates"]}
        for feature in json.loads(data)["features"]
    ]


def _kml(data: bytes) -> list[dict[str, Any]]:
    root = ElementTree.fromstring(data)
    return [
        {
            "ref": mark.findtext(f"{_KML}name"),
            "point": [float(n) for n in mark.findtext(f".//{_KML}coordinates", "").split(",")[:2]],
            **{
                one.get("name", ""): one.findtext(f"{_KML}value")
                for one in mark.iter(f"{_KML}Data")
            },
        }
        for mark in root.iter(f"{_KML}Placemark")
    ]


def _gpkg(data: bytes) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read.gpkg"
        path.write_bytes(data)
        with fiona.open(path, driver="GPKG") as source:
            assert source.crs.to_epsg() == 4326
            return [
                {**feature["properties"], "point": list(feature["geometry"]["coordinates"])}
                for feature in source
            ]


def _xlsx(data: bytes) -> list[dict[str, Any]]:
    """The first sheet: inline strings and numbers."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    lines = [
        {re.sub(r"\d", "", cell.get("r", "")): _text(cell) for cell in line.iter(f"{_SHEET}c")}
        for line in root.iter(f"{_SHEET}row")
    ]
    names = lines[0]
    return [{names[column]: text for column, text in line.items()} for line in lines[1:]]


def _text(cell: ElementTree.Element) -> str:
    assert cell.find(f"{_SHEET}f") is None, "a formula"
    return "".join(cell.itertext())


_READERS = {"csv": _csv, "geojson": _geojson, "kml": _kml, "gpkg": _gpkg, "xlsx": _xlsx}
