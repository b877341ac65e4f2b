"""Reading KML: the corpus (tests/corpus.py), the bounds, and whatever bytes come."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geodata.kml import Feature, Finding, KmlRefused, limits, look_at, read
from geodata.kml.icons import made_anew
from layers.sanitising import sanitise
from tests.corpus import FILES, FOLDER, expected_of, told


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_corpus_file_gives_what_is_written_beside_it(path: Path) -> None:
    expected = json.loads(expected_of(path).read_text(encoding="utf-8"))
    with path.open("rb") as file:
        assert told(file) == expected


def test_every_expectation_has_its_file() -> None:
    assert {expected_of(path) for path in FILES} == set(FOLDER.glob("*.json"))


def test_swapped_file_lies_at_home_once_read_with_its_axes_exchanged() -> None:
    with (FOLDER / "swapped-axes.kml").open("rb") as file:
        out = told(file, swap_axes=True)
    shapes = [feature["geometry"] for feature in out["features"]]
    assert shapes[0] == "POLYGON ((0 45, 1 45, 1 46, 0 46, 0 45))"
    codes = [finding["code"] for finding in out["findings"]]
    assert codes == ["ring-turned", "ring-turned"]  # exchanging mirrors them


def test_swap_that_leaves_the_globe_reads_when_exchanged() -> None:
    kml = (
        b"<kml><Placemark><Point><coordinates>-17.5,-149.6</coordinates></Point></Placemark></kml>"
    )
    assert told(io.BytesIO(kml))["findings"][0]["code"] == "looks-swapped"
    (feature,) = told(io.BytesIO(kml), swap_axes=True)["features"]
    assert feature["geometry"] == "POINT (-149.6 -17.5)"


def codes(content: bytes) -> list[str]:
    out = told(io.BytesIO(content))
    ending = [out["refused"]["code"]] if "refused" in out else []
    return [finding["code"] for finding in out["findings"]] + ending


def test_names_of_quartiers_come_from_extended_data(shared_data: Path) -> None:
    with (shared_data / "pau" / "quartiers.kml").open("rb") as file:
        features = [item for item in read(file) if isinstance(item, Feature)]
    assert len(features) == (shared_data / "pau" / "quartiers.kml").read_bytes().count(
        b"<Placemark "
    )
    assert features[0].name == "kml_1"
    assert features[0].fields == {"NOM_QUART": "LE HAMEAU", "NOM": "Le Hameau"}


def kmz(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


_PIN = (
    "<Placemark><styleUrl>#far</styleUrl><Point><coordinates>1,45</coordinates></Point></Placemark>"
)
_FAR_STYLE = '<Style id="far"><IconStyle><color>ff0000ff</color></IconStyle></Style>'


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_shared_style_far_behind_its_placemark_is_found(shift: int) -> None:
    head = f"<kml><Document>{_PIN}"
    gap = " " * (limits.CHUNK_BYTES - len(head) - shift)  # cut in two by the end of a chunk
    kml = f"{head}{gap}{_FAR_STYLE}</Document></kml>"
    (feature,) = [one for one in read(io.BytesIO(kml.encode())) if isinstance(one, Feature)]
    assert feature.style == {"fill": "#ff0000", "fill_opacity": 1.0}


def test_byte_that_is_no_utf8_far_behind_the_first_placemark_is_read_as_windows_1252() -> None:
    far = _PIN.replace("<styleUrl>", "<name>Caf\u00e9</name><styleUrl>").encode("windows-1252")
    kml = b"<kml><Document>" + _PIN.encode() + b" " * 2 * limits.CHUNK_BYTES + far
    items = list(read(io.BytesIO(kml + b"</Document></kml>")))
    assert [one.name for one in items if isinstance(one, Feature)] == ["", "Caf\u00e9"]
    assert next(one.code for one in items if isinstance(one, Finding)) == "read-as-windows-1252"


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="<\ufeff", exclude_categories=["Cs"])))
def test_text_without_markup_is_what_the_sanitiser_makes_of_it(text: str) -> None:
    assert "<b></b>" + sanitise(text) == sanitise("<b></b>" + text)


BARE = (FOLDER / "no-namespace.kml").read_bytes()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"doc.kml": b"<kml>" + b" " * 30_000_000 + b"</kml>"}, "archive-bomb"),
        ({f"{n}.png": b"" for n in range(3_000)}, "archive-too-many-files"),
        ({f"{n:0150}.png": b"" for n in range(6_000)}, "archive-too-many-files"),
    ],
)
def test_archives_out_of_bounds_are_refused_before_they_are_unpacked(
    members: dict[str, bytes], code: str
) -> None:
    with pytest.raises(KmlRefused) as refused:
        look_at(io.BytesIO(kmz(**members)))
    assert refused.value.finding.code == code


def test_archive_with_a_symbolic_link_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("doc.kml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(KmlRefused) as refused:
        look_at(packed)
    assert refused.value.finding.code == "archive-link"


def test_bomb_that_lies_about_its_size_gives_no_more_than_it_declared() -> None:
    bomb = kmz(**{"doc.kml": b"<kml>" + b" " * 3_000_000 + b"</kml>"})
    size = (3_000_011).to_bytes(4, "little")
    lying = bomb.replace(size, (2_000).to_bytes(4, "little"))
    assert lying != bomb
    assert codes(lying) == ["archive-broken"]


def test_endless_tag_is_refused_instead_of_read_again_at_every_chunk() -> None:
    content = b'<kml a="' + b"x" * 8_000_000 + b'"/>'
    assert codes(content) == ["too-long-tag"]


def test_placemark_too_large_is_left_out_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geodata.kml.limits.MAX_FEATURE_CHARACTERS", 1_000)
    long = b"<Placemark><name>" + b"x" * 2_000 + b"</name></Placemark>"
    out = told(io.BytesIO(b"<kml>" + long + BARE.removeprefix(b"<kml>")))
    assert [finding["code"] for finding in out["findings"]] == ["placemark-too-large"]
    assert [feature["name"] for feature in out["features"]] == ["Bare"]


ONE = b"<Placemark><LineString><coordinates>0,45 1,46</coordinates></LineString></Placemark>"


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [
        ("limits.MAX_FEATURES", 2, "too-many-features"),
        ("limits.MAX_VERTICES", 5, "too-many-vertices-in-file"),
        ("shapes.MAX_FEATURE_VERTICES", 1, "too-many-vertices"),
        ("limits.MAX_FEATURE_ELEMENTS", 2, "placemark-too-large"),
        ("parsing.MAX_DEPTH", 3, "too-deep"),
    ],
)
def test_each_bound_has_its_finding(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int, code: str
) -> None:
    content = b"<kml><Document>" + 3 * ONE + b"</Document></kml>"
    assert codes(content) == []
    monkeypatch.setattr(f"geodata.kml.{limit}", value)
    assert code in codes(content)


def test_icons_beyond_their_bounds_are_replaced_by_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = (FOLDER / "icons.kmz").read_bytes()
    assert codes(content).count("icon-unreadable") == 1
    monkeypatch.setattr("geodata.kml.limits.MAX_ICON_PIXELS", 100)
    assert codes(content).count("icon-unreadable") == 2
    monkeypatch.setattr("geodata.kml.limits.MAX_ICONS", 1)
    assert "too-many-icons" in codes(content)


def test_icon_made_anew_is_the_same_when_made_again_and_holds_nothing_but_pixels() -> None:
    picture = io.BytesIO()
    words = PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")
    Image.new("RGBA", (100, 50), (1, 2, 3, 4)).save(picture, "PNG", pnginfo=words)
    made = made_anew(picture.getvalue() + b"<script>alert(2)</script>")
    assert made is not None
    assert b"script" not in made
    assert Image.open(io.BytesIO(made)).size == (64, 32)
    assert made_anew(made) == made


def test_fault_of_a_whole_file_is_named_for_some_placemarks_and_counted_for_the_rest() -> None:
    turned = (
        b"<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,45 0,46 1,46 0,45"
        b"</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )
    out = told(io.BytesIO(b"<kml><Document>" + 130 * turned + b"</Document></kml>"))
    said = [finding["code"] for finding in out["findings"]]
    assert said == ["ring-turned"] * 100 + ["ring-turned-more"]
    assert out["findings"][-1]["values"] == {"count": 30}


def _mutations(content: bytes) -> st.SearchStrategy[bytes]:
    """The file with a slice of it replaced by other bytes."""
    place = st.integers(0, len(content))
    return st.builds(
        lambda start, length, new: content[:start] + new + content[start + length :],
        place,
        st.integers(0, 200),
        st.binary(max_size=40) | st.sampled_from([p.read_bytes()[:300] for p in FILES]),
    )


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=300)
    | st.sampled_from(FILES).flatmap(lambda path: _mutations(path.read_bytes()))
    | _mutations(kmz(**{"doc.kml": BARE}))
)
def test_no_bytes_make_reading_raise_anything_but_its_named_refusal(content: bytes) -> None:
    for feature in told(io.BytesIO(content))["features"]:
        assert feature["geometry"] != "POINT (0 0)" or b"0,0" in content
