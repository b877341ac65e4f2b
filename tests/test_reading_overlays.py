"""From a stored file to shapes and findings."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from layers import actions, importing
from layers.errors import WrongFile
from layers.findings import sentence
from layers.models import ImportState, Overlay, OverlayImport
from tests import overlays
from tests.corpus import FILES
from tests.world import World


def _told(overlay_import: OverlayImport) -> list[tuple[str, str, str, int | None]]:
    rows = overlay_import.findings.values_list("severity", "code", "placemark", "line")
    return list(rows)


def test_shapes_are_stored_with_what_the_file_says_of_them(world: World) -> None:
    content = overlays.kml(
        "<Folder><name>Parks</name><Placemark><name>Park</name>"
        "<description><![CDATA[<b>Big</b><script>alert(1)</script><img src=x>]]></description>"
        "<Style><LineStyle><color>ff0000ff</color></LineStyle></Style>"
        '<ExtendedData><Data name="NOM"><value>Le Parc</value></Data></ExtendedData>'
        "<LineString><coordinates>0,45,9 1,46,9</coordinates></LineString></Placemark></Folder>"
    )
    overlay_import = overlays.read(world, content)
    feature = overlay_import.features.get()
    assert overlay_import.state == ImportState.READ
    assert overlay_import.feature_count == 1
    assert overlay_import.read_bytes == overlay_import.size_bytes == len(content)
    assert (feature.name, feature.folder, feature.line) == ("Park", "Parks", 1)
    assert feature.description == "<b>Big</b>"
    assert feature.fields == {"NOM": "Le Parc"}
    assert feature.style == {"stroke": "#ff0000", "stroke_opacity": 1.0}
    assert feature.geom.wkt == "LINESTRING (0 45, 1 46)"
    assert sorted(_told(overlay_import)) == [
        ("note", "altitude-dropped", "", None),
        ("note", "pictures-left-out", "", None),
    ]


def test_file_is_kept_byte_for_byte_with_its_digest(world: World) -> None:
    overlay_import = overlays.uploaded(world, overlays.HALVES)
    with overlay_import.file.open("rb") as file:
        assert file.read() == overlays.HALVES
    assert overlay_import.file_name == "halves.kml"
    assert len(overlay_import.sha256) == 64
    assert overlay_import.uploaded_by == world.user("bob")


def test_bow_tie_is_repaired_and_said_so_and_the_next_placemark_is_read(world: World) -> None:
    bow_tie = overlays.placemark("Bow-tie", 0, 45, 1, 46).replace(
        "0,45 1,45 1,46 0,46 0,45", "0,45 1,46 1,45 0,46 0,45"
    )
    overlay_import = overlays.read(
        world, overlays.kml(bow_tie, overlays.placemark("Next", 0, 45, 1, 46))
    )
    assert [feature.name for feature in overlay_import.features.all()] == ["Bow-tie", "Next"]
    assert _told(overlay_import) == [
        ("repaired", "self-crossing", "Bow-tie", 1),
        ("warning", "repair-changes-area", "Bow-tie", 1),
    ]


def test_mixed_placemark_becomes_one_shape_a_dimension(world: World) -> None:
    mixed = (
        "<Placemark><name>Mixed</name><MultiGeometry>"
        "<Point><coordinates>0.5,45.5</coordinates></Point>"
        "<LineString><coordinates>0,45 1,46</coordinates></LineString>"
        "</MultiGeometry></Placemark>"
    )
    overlay_import = overlays.read(world, overlays.kml(mixed))
    kinds = [feature.geom.geom_type for feature in overlay_import.features.all()]
    assert kinds == ["Point", "LineString"]
    assert _told(overlay_import) == [("note", "mixed-shapes", "Mixed", 1)]


def test_swapped_axes_are_warned_of_by_placemark_and_the_far_file_as_a_whole(
    world: World,
) -> None:
    overlay_import = overlays.read(
        world, overlays.kml(overlays.placemark("Somalia", 45.1, 0.1, 45.9, 0.9))
    )
    assert _told(overlay_import) == [
        ("warning", "axes-swapped", "Somalia", 1),
        ("warning", "swap-axes-offered", "", None),
    ]


def test_pole_is_left_out_because_no_web_map_reaches_it(world: World) -> None:
    overlay_import = overlays.read(world, overlays.kml(overlays.placemark("Pole", 0, 80, 1, 90)))
    assert overlay_import.feature_count == 0
    assert ("error", "beyond-the-map", "Pole", 1) in _told(overlay_import)


def test_broken_file_fails_with_the_line_and_what_was_read_before_stays_to_be_seen(
    world: World,
) -> None:
    whole = overlays.placemark("Whole", 0, 45, 1, 46)
    overlay_import = overlays.read(world, f"<kml>\n{whole}\n<Placemark></kml>".encode())
    assert overlay_import.state == ImportState.FAILED
    assert [feature.name for feature in overlay_import.features.all()] == ["Whole"]
    assert _told(overlay_import) == [("error", "broken-xml", "", 3)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_corpus_is_refused_at_upload_or_ends_with_findings_in_words(
    world: World, path: Path
) -> None:
    content = path.read_bytes()
    try:
        overlay_import = overlays.read(world, content)
    except WrongFile as refused:
        assert str(refused)  # noqa: PT017
        assert not OverlayImport.objects.exists()
        return
    assert overlay_import.state in (ImportState.READ, ImportState.FAILED)
    for finding in overlay_import.findings.all():
        assert sentence(finding.code, finding.values)


def test_findings_beyond_the_limit_are_counted_instead_of_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.importing.writing.MAX_FINDINGS", 2)
    overlay_import = overlays.read(
        world, overlays.kml(*("<Placemark><name>x</name></Placemark>" for _ in range(5)))
    )
    told = overlay_import.findings.values_list("code", "values")
    assert list(told) == [
        ("no-geometry", {}),
        ("no-geometry", {}),
        ("more-findings", {"count": 3}),
    ]


def test_shape_the_database_refuses_is_named_and_its_neighbours_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An invalid geometry that got past repair: GEOS in Python and in PostgreSQL may differ.
    monkeypatch.setattr("geodata.mending.repair", lambda geometry: _Untouched(geometry))
    bow_tie = overlays.placemark("Bow-tie", 0, 45, 1, 46).replace(
        "0,45 1,45 1,46 0,46 0,45", "0,45 1,46 1,45 0,46 0,45"
    )
    overlay_import = overlays.read(
        world, overlays.kml(bow_tie, overlays.placemark("Next", 0, 45, 1, 46))
    )
    assert [feature.name for feature in overlay_import.features.all()] == ["Next"]
    assert _told(overlay_import) == [("error", "refused-by-database", "Bow-tie", 1)]


class _Untouched:
    changes = ()

    def __init__(self, geometry: object) -> None:
        self.geometry = geometry


def test_reading_that_takes_too_long_is_stopped_and_says_where(
    world: World, settings: Settings
) -> None:
    settings.OVERLAY_READ_MAX_S = -1
    overlay_import = overlays.read(world)
    assert overlay_import.state == ImportState.FAILED
    assert _told(overlay_import) == [("error", "took-too-long", "", 2)]


def test_reading_twice_changes_nothing(world: World) -> None:
    overlay_import = overlays.read(world)
    first = list(overlay_import.features.values_list("pk", flat=True))
    importing.read(overlay_import.pk)
    assert list(overlay_import.features.values_list("pk", flat=True)) == first


def test_reader_that_died_half_way_is_taken_over_from_the_start(world: World) -> None:
    overlay_import = overlays.read(world)
    OverlayImport.objects.filter(pk=overlay_import.pk).update(state=ImportState.READING)
    importing.read(overlay_import.pk)
    overlay_import.refresh_from_db()
    assert overlay_import.state == ImportState.READ
    assert overlay_import.feature_count == overlay_import.features.count() == 2


def test_upload_and_its_job_are_one_transaction(world: World) -> None:
    overlay_import = overlays.uploaded(world)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'import_id')::int FROM procrastinate_jobs WHERE task_name = %s",
            [importing.READ_TASK],
        )
        assert (overlay_import.pk,) in cursor.fetchall()


def test_import_whose_job_is_gone_ends_as_failed_and_says_so(world: World) -> None:
    overlay_import = overlays.uploaded(world)
    long_ago = timezone.now() - timedelta(hours=1)
    OverlayImport.objects.update(uploaded_at=long_ago, state=ImportState.READING)
    assert importing.end_dead_imports() == 0  # its job still waits
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert importing.end_dead_imports() == 1
    overlay_import.refresh_from_db()
    assert overlay_import.state == ImportState.FAILED
    assert _told(overlay_import) == [("error", "reading-died", "", None)]


def test_second_overlay_of_the_same_name_gets_a_slug_of_its_own(world: World) -> None:
    overlays.uploaded(world)
    overlays.uploaded(world)
    assert sorted(Overlay.objects.values_list("slug", flat=True)) == ["halves", "halves-2"]


def test_hostile_file_name_reaches_neither_disk_nor_database(world: World) -> None:
    file = ContentFile(overlays.HALVES)
    file.name = "../../etc/\x00pass\nwd" + "x" * 300 + ".kml"
    overlay_import = actions.upload(
        overlay=None,
        name="\U0001f600",
        collectivity=world.collectivity("commune", "90001"),
        file=file,
        by=None,
    )
    assert overlay_import.overlay.slug == "overlay"
    assert "\x00" not in overlay_import.file_name
    assert len(overlay_import.file_name) == 200
    assert ".." not in overlay_import.file.name


def test_quartiers_of_pau_read_without_an_error(world: World, shared_data: Path) -> None:
    content = (shared_data / "pau" / "quartiers.kml").read_bytes()
    overlay_import = overlays.read(world, content)
    assert overlay_import.state == ImportState.READ
    assert not overlay_import.findings.filter(severity="error").exists()
    names = {feature.fields["NOM"] for feature in overlay_import.features.all()}
    assert "Le Hameau" in names
