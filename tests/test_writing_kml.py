"""A KML that we write reads back equal."""

import io
import string
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.kml import Feature, Field, FieldType, Finding, fields_of, read, write
from layers.kept import features_of
from layers.kept import fields_of as kept_fields_of
from tests import overlays
from tests.world import World


def back(features: list[Feature], *, title: str = "", fields: list[Field] | None = None) -> list:
    """What reading gives of what writing made."""
    known = fields_of(features) if fields is None else fields
    written = b"".join(write(features, title=title, fields=known))
    return list(read(io.BytesIO(written)))


def _readable(text: str) -> str:
    return " ".join(text.split())


_letters = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff"
) | st.sampled_from("&<>\"'é/ €;")
names = st.text(_letters, max_size=30).map(_readable)
full_names = names.filter(bool)
long_texts = st.text(_letters | st.sampled_from("\n\t\r"), max_size=60).map(str.strip)
lon = st.integers(-1_800_000_000, 1_800_000_000).map(lambda n: n / 1e7)
lat = st.integers(-900_000_000, 900_000_000).map(lambda n: n / 1e7)
points = st.builds(shapely.Point, lon, lat).filter(lambda point: point.x or point.y)
lines = st.lists(st.tuples(lon, lat), min_size=2, max_size=6, unique=True).map(shapely.LineString)


@st.composite
def polygons(draw: st.DrawFn) -> shapely.Polygon:
    """A box, some with a box cut out of it."""
    west, south = draw(st.integers(-170, 150)), draw(st.integers(-80, 60))
    wide, high = draw(st.integers(1, 20)), draw(st.integers(1, 20))
    shell = shapely.box(west, south, west + wide, south + high)
    share = draw(st.sampled_from([0, 0.1234567, 0.3]))
    hole = shapely.box(west + 0.1, south + 0.1, west + 0.1 + share, south + 0.1 + share)
    cut = shapely.Polygon(shell.exterior, [hole.exterior] if share else [])
    return shapely.orient_polygons(cut)


geometries = st.one_of(
    points,
    lines,
    polygons(),
    st.lists(points, min_size=2, max_size=4).map(shapely.MultiPoint),
    st.lists(lines, min_size=2, max_size=3).map(shapely.MultiLineString),
    st.lists(polygons(), min_size=2, max_size=3).map(shapely.MultiPolygon),
)

_days = st.dates(date(1000, 1, 1)).map(date.isoformat)
_moments = st.datetimes(datetime(1000, 1, 1)).map(datetime.isoformat)
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: long_texts,
    FieldType.INT: st.integers(-(10**17), 10**17),
    FieldType.FLOAT: st.floats(allow_nan=False, allow_infinity=False),
    FieldType.BOOL: st.booleans(),
    FieldType.DATE: _days,
    FieldType.DATETIME: _moments,
}

colours = st.text("0123456789abcdef", min_size=6, max_size=6).map("#{}".format)
opacities = st.integers(0, 255).map(lambda alpha: round(alpha / 255, 3))
widths = st.integers(0, 5000).map(lambda n: n / 100)
scales = st.integers(0, 100).map(lambda n: n / 10)


def styles(geometry: shapely.Geometry) -> st.SearchStrategy[dict[str, Any]]:
    """Colours come with their opacity, as in KML."""
    fill = st.fixed_dictionaries({"fill": colours, "fill_opacity": opacities})
    stroke = st.fixed_dictionaries({"stroke": colours, "stroke_opacity": opacities})
    label = st.fixed_dictionaries({}, optional={"label_scale": scales})
    width = st.fixed_dictionaries({}, optional={"stroke_width": widths})
    nothing = st.just({})
    if "Point" in geometry.geom_type:
        icon = st.fixed_dictionaries({}, optional={"icon_scale": scales})
        parts = [fill | nothing, icon, label]
    elif "Line" in geometry.geom_type:
        parts = [stroke | nothing, width, label]
    else:
        no_line = st.just({"stroke_opacity": 0.0})
        no_fill = st.just({"fill_opacity": 0.0})
        parts = [stroke | nothing | no_line, width, label, fill | nothing | no_fill]
    return st.tuples(*parts).map(lambda found: {k: v for one in found for k, v in one.items()})


times = st.sampled_from(["", "2024", "2024-05", "2024-05-17", "2024-05-17T08:30:00+02:00"])


@st.composite
def files(draw: st.DrawFn) -> list[Feature]:
    """Features whose fields have one type in the whole file."""
    types = st.sampled_from(list(FieldType))
    known = draw(st.dictionaries(full_names, st.tuples(types, st.booleans(), names), max_size=5))
    return draw(st.lists(_feature(known), min_size=1, max_size=6))


@st.composite
def _feature(draw: st.DrawFn, known: dict[str, tuple[FieldType, bool, str]]) -> Feature:
    geometry = draw(geometries)
    fields = {}
    for name in known:
        kind, is_list, _label = known[name]
        if draw(st.booleans()):
            value = VALUES[kind]
            fields[name] = draw(st.lists(value, max_size=3) if is_list else value)
    return Feature(
        name=draw(names),
        folder=tuple(draw(st.lists(full_names, max_size=3))),
        description=draw(long_texts),
        fields=fields,
        style=draw(styles(geometry)),
        geometry=geometry,
        line=0,
        types={name: known[name][0] for name in fields if known[name][0] != FieldType.TEXT},
        labels={n: known[n][2] for n in fields if known[n][2] and known[n][2] != n},
        begin=draw(times),
        end=draw(times),
        document="Title",
    )


def told(feature: Feature) -> dict[str, Any]:
    """All that is kept of a feature; numbers and truths are told apart."""
    return {
        "name": feature.name,
        "folder": feature.folder,
        "description": feature.description,
        "fields": {name: (type(value), value) for name, value in feature.fields.items()},
        "types": feature.types,
        "labels": feature.labels,
        "style": feature.style,
        "span": (feature.begin, feature.end),
        "document": feature.document,
    }


@settings(max_examples=80, deadline=None)
@given(files())
def test_kml_we_write_reads_back_equal(features: list[Feature]) -> None:
    read_back = back(features, title="Title")
    findings = [item for item in read_back if isinstance(item, Finding)]
    assert findings == []
    assert [told(feature) for feature in read_back] == [told(feature) for feature in features]
    for mine, theirs in zip(features, read_back, strict=True):
        assert mine.geometry.geom_type == theirs.geometry.geom_type
        assert shapely.equals_exact(mine.geometry, theirs.geometry, tolerance=0.5e-7)


@given(st.text(max_size=40))
def test_no_text_breaks_the_file(text: str) -> None:
    feature = Feature(text, (text or "x",), text, {text: text}, {}, shapely.Point(1, 2), 0)
    content = b"".join(write([feature], title=text, icon_href=str))
    ElementTree.fromstring(content.decode())


def test_elements_stand_in_the_order_of_the_standard() -> None:
    feature = Feature(
        "School", ("Upper", "Lower"), "<b>x</b>", {"n": 3, "t": "x"}, {"fill": "#112233"},
        shapely.Point(1, 45), 0, types={"n": FieldType.INT}, begin="2024", end="2025",
    )  # fmt: skip
    content = b"".join(write([feature], fields=fields_of([feature]))).decode()
    tree = ElementTree.fromstring(content)
    place = next(tree.iter("{http://www.opengis.net/kml/2.2}Placemark"))
    tags = [child.tag.rpartition("}")[2] for child in place]
    assert tags == ["name", "description", "TimeSpan", "Style", "ExtendedData", "Point"]
    assert '<SimpleField type="int" name="n">' in content
    assert "<description>&lt;b&gt;x&lt;/b&gt;</description>" in content


def test_folders_that_follow_each_other_stay_open() -> None:
    at = {"description": "", "fields": {}, "style": {}, "geometry": shapely.Point(1, 45), "line": 0}
    paths = [("A", "B"), ("A", "B"), ("A",), ("A", "B / C"), (), ("A",)]
    features = [Feature(name=string.digits[i], folder=path, **at) for i, path in enumerate(paths)]
    content = b"".join(write(features)).decode()
    assert content.count("<Folder>") == 4
    assert [feature.folder for feature in back(features)] == paths


@pytest.mark.django_db
def test_import_that_is_exported_and_imported_again_keeps_the_same(world: World) -> None:
    content = (
        b'<kml><Document><name>Town</name><Schema id="s"><SimpleField type="int" name="floors">'
        b'<displayName>Floors</displayName></SimpleField><SimpleField type="bool" name="open"/>'
        b'<SimpleField type="xsd:date" name="since"/></Schema>'
        b"<Folder><name>A / B</name><Folder><name>C</name>"
        b"<Placemark><name>School</name><TimeStamp><when>2024-05</when></TimeStamp>"
        b'<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="floors">3</SimpleData>'
        b'<SimpleData name="open">true</SimpleData><SimpleData name="since">1998-09-01</SimpleData>'
        b'</SchemaData><Data name="code"><value>01001</value></Data></ExtendedData>'
        b"<Point><coordinates>0.5,45.5</coordinates></Point></Placemark></Folder></Folder>"
        b"</Document></kml>"
    )
    first = overlays.read(world, content)
    kept = list(features_of(first))
    assert kept[0].fields == {"floors": 3, "open": True, "since": "1998-09-01", "code": "01001"}
    assert kept[0].types == {"floors": "int", "open": "bool", "since": "date"}
    assert kept[0].folder == ("A / B", "C")
    written = b"".join(write(kept, title=first.title, fields=kept_fields_of(first)))
    second = overlays.read(world, written)
    assert [told(f) for f in features_of(second)] == [told(f) for f in kept]
    assert sorted(map(str, kept_fields_of(second))) == sorted(map(str, kept_fields_of(first)))
