"""Small helpers for tests of the OGC doors."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

ROOT = "/ogc"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def items_path(collection: str, **query: Any) -> str:
    """`bbox_crs` stands for `bbox-crs` and so on."""
    pairs = {name.replace("_", "-"): value for name, value in query.items()}
    for name in ("has-photo", "created-at", "responsible-code"):
        if name in pairs:
            pairs[name.replace("-", "_")] = pairs.pop(name)
    return f"{ROOT}/collections/{collection}/items?{urlencode(pairs, doseq=True)}"


def items(collection: str, **query: Any) -> dict[str, Any]:
    answer = Client().get(items_path(collection, **query))
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def ids(collection: str, **query: Any) -> list[str]:
    return [feature["id"] for feature in items(collection, **query)["features"]]


def rel(document: dict[str, Any], name: str) -> str:
    """The address of the first link of that relation."""
    return next(
        link["href"].removeprefix("http://testserver")
        for link in document["links"]
        if link["rel"].endswith(name)
    )


def refused(path: str) -> dict[str, Any]:
    answer = Client().get(path)
    assert answer.status_code == 400, (answer.status_code, path)
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()
