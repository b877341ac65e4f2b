"""The corpus of `tests/kml`: beside each file stands what must come out of it.

`python -m tests.test_reading_kml NAME…` prints what comes out now; read it before keeping it.
"""

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.kml import Feature, Finding, KmlRefused, look_at, read

CORPUS = Path(__file__).parent / "kml"
FILES = sorted(CORPUS.glob("*.kml"))


def _told(content: bytes) -> Iterator[str]:
    try:
        for item in read(io.BytesIO(content)):
            yield _line_of(item)
    except KmlRefused as refused:
        yield f"REFUSED {_line_of(refused.finding)}"


def _line_of(item: Feature | Finding) -> str:
    if isinstance(item, Finding):
        values = " ".join(f"{key}={value}" for key, value in item.values.items())
        place = f"{item.line}: {item.severity} {item.code} {values}".rstrip()
        return f"{place} · {item.placemark} · {item.folder}".rstrip(" ·")
    told = [f"{item.line}: {item.geometry.wkt}", item.name, item.folder_path, item.description]
    told += [f"{name}={text}" for name, text in item.fields.items()]
    told += [f"{name}:{value}" for name, value in item.style.items()]
    return " · ".join(part for part in told if part)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_corpus_file_gives_what_is_written_beside_it(path: Path) -> None:
    expected = path.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert list(_told(path.read_bytes())) == expected


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


BARE = (CORPUS / "no-namespace.kml").read_bytes()


def test_kmz_is_known_by_its_content_and_doc_kml_goes_first() -> None:
    content = kmz(**{"a.kml": b"<kml/>", "files/icon.png": b"x", "doc.kml": BARE})
    assert list(_told(content)) == ["1: POINT (1 45) · Bare"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"doc.kml": b"<kml>" + b" " * 30_000_000 + b"</kml>"}, "archive-bomb"),
        ({"doc.kml": BARE, "more.zip": b"x"}, "archive-nested"),
        ({"../doc.kml": BARE}, "archive-bad-path"),
        ({"/etc/doc.kml": BARE}, "archive-bad-path"),
        ({"a.png": b"x"}, "archive-without-kml"),
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
    assert [line.split()[2] for line in _told(lying)] == ["error"]


def test_endless_tag_is_refused_instead_of_read_again_at_every_chunk() -> None:
    content = b'<kml a="' + b"x" * 8_000_000 + b'"/>'
    assert list(_told(content)) == ["REFUSED 1: error too-long-tag"]


def test_placemark_too_large_is_left_out_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("geodata.kml.limits.MAX_FEATURE_CHARACTERS", 1_000)
    long = b"<Placemark><name>" + b"x" * 2_000 + b"</name></Placemark>"
    told = list(_told(b"<kml>" + long + BARE.removeprefix(b"<kml>")))
    assert told == ["1: error placemark-too-large", "1: POINT (1 45) · Bare"]


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
    for line in _told(content):
        assert "POINT (0 0)" not in line or b"0,0" in content


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print("\n".join(_told((CORPUS / f"{name}.kml").read_bytes())))
