"""Bad input and faults of the territory, one by one, at every door that could let them in.

Their kin have tests beside what they break: circles in test_changing_competences, killed workers in
test_relinking and test_dead_workers, broken files of every kind in test_files_of_editions.
"""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from shapely import box
from shapely.geometry import mapping

from geodata import editions
from geodata.editions import IncomingArea
from geodata.models import Area, Collectivity, Edition, Level
from reports.actions.drafts import SetRefused, put, save_set
from reports.drafting import read
from reports.models import Category, Competence, RuleDraft, Submission
from tests.submissions import pinned
from tests.test_changing_competences import fields
from tests.world import World

HERE = {"lon": "0.75", "lat": "45.25"}


def sent(**changes: Any) -> dict[str, Any]:
    return {
        **HERE, "category": "voirie", "kind": "report", "description": "Un trou",
        "client_uuid": str(uuid.uuid4()), **changes,
    }  # fmt: skip


def post_json(client: Client, body: dict[str, Any]) -> Any:
    numbers = {"lon": float(HERE["lon"]), "lat": float(HERE["lat"])}
    body = {name: value for name, value in {**body, **numbers}.items() if name != "kind"}
    return client.post("/api/v1/submissions", json.dumps(body), content_type="application/json")


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.user("root"))
    return client


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/api/v1/locate", {**HERE, "side": "galaxy:1"}, 400),
        ("/api/v1/areas", {"level": "galaxy"}, 400),
        ("/api/v1/areas/galaxy/1", {}, 404),
        ("/api/v1/submissions", {"area": "galaxy:1"}, 400),
        ("/areas/galaxy/1/", {}, 404),
        ("/tiles/areas/galaxy/5/16/11.mvt", {}, 404),
        ("/map/", {"area": "galaxy:1"}, 400),
        ("/triage/", {"area": "galaxy:1"}, 400),
        ("/competences/try/", {**HERE, "side": "galaxy:1"}, 400),
    ],
)
def test_an_unknown_level_is_refused(
    root: Client, path: str, asked: dict[str, str], status: int
) -> None:
    assert root.get(path, asked).status_code == status


def test_an_unknown_level_is_no_rule_and_no_submission(root: Client) -> None:
    assert root.post("/competences/new/", fields(level="galaxy")).status_code == 400
    for name in ("side", "addressed_to"):
        assert root.post("/submissions/new/", sent(**{name: "galaxy:1"})).status_code == 400
        assert post_json(root, sent(**{name: "galaxy:1"})).status_code == 400
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/v1/locate", HERE), ("/api/v1/submissions", {}), ("/map/", {}), ("/triage/", {}),
        ("/competences/try/", HERE), ("/tiles/submissions/0/0/0.mvt", {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("category", ["dragons", "a\0b"])
def test_an_unknown_category_is_refused(
    root: Client, path: str, asked: dict[str, str], category: str
) -> None:
    assert root.get(path, {**asked, "category": category}).status_code == 400


def test_an_unknown_category_is_no_submission(root: Client) -> None:
    assert root.post("/submissions/new/", sent(category="dragons")).status_code == 400
    assert post_json(root, sent(category="dragons")).status_code == 400
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/v1/locate", "on"), ("/api/v1/areas", "on"), ("/api/v1/areas/commune/90001", "on"),
        ("/competences/try/", "on"), ("/api/v1/submissions", "on"),
        ("/api/v1/submissions", "from"), ("/map/", "to"), ("/triage/", "from"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "10000-01-01", "2026-01-01\0"])
def test_what_is_no_date_is_refused(root: Client, path: str, name: str, day: str) -> None:
    assert root.get(path, {**HERE, name: day}).status_code == 400


def test_a_forged_responsible_is_ignored_at_every_door(root: Client, world: World) -> None:
    other = world.collectivity("departement", "90")
    forged = {
        "responsible": other.pk, "responsible_id": other.pk, "received_by": other.pk,
        "route": json.dumps({"responsible": {"id": other.pk}}), "is_to_verify": "false",
    }  # fmt: skip
    assert root.post("/submissions/new/", sent(**forged)).status_code == 302
    assert post_json(root, sent(**forged)).status_code == 201
    for one in Submission.objects.all():
        assert (str(one.responsible), str(one.received_by)) == ("A", "A")
        assert one.route["responsible"]["name"] == "A"
        assert one.is_to_verify  # no roads are known here


def test_a_competence_naming_a_deleted_collectivity_is_reported_and_the_next_rule_used(
    root: Client,
) -> None:
    body = Collectivity.objects.create(code="SYN", name="Syndicat des rues")
    rule = Competence.objects.create(
        category=Category.objects.get(code="voirie"), priority=1,
        answers_by="collectivity", level=None, collectivity=body,
    )  # fmt: skip
    assert str(pinned(0.75, 45.25).responsible) == "Syndicat des rues"
    body.delete()
    after = pinned(0.75, 45.25)
    assert (str(after.responsible), after.is_to_verify) == ("A", True)
    assert "n’existe plus" in root.get("/competences/").content.decode()
    assert "n’existe plus" in root.get(f"/competences/{rule.pk}/").content.decode()
    tried = root.get("/competences/try/", {**HERE, "category": "voirie"}).content.decode()
    assert "corrigez ou terminez cette règle" in tried


def test_an_edition_whose_file_stops_in_the_middle_leaves_the_one_before_untouched(
    world: World, tmp_path: Path
) -> None:
    squares = [
        {
            "type": "Feature",
            "properties": {"code": f"9001{n}", "nom": f"New {n}"},
            "geometry": mapping(box(n / 50, 45, (n + 1) / 50, 47)),
        }
        for n in range(100)
    ]
    whole = json.dumps({"type": "FeatureCollection", "features": squares})
    path = tmp_path / "communes.geojson"
    before = _ground()
    for part in (0.3, 0.7, 0.999):
        path.write_text(whole[: int(len(whole) * part)], encoding="utf-8")
        with pytest.raises(CommandError):
            call_command(
                "load_edition", "--level=commune", f"--file={path}", "--code-field=code",
                "--name-field=nom", "--valid-from=2026-01-01", "--commit",
            )  # fmt: skip
        assert _ground() == before
    assert str(pinned(0.75, 45.25).responsible) == "A"


def test_a_load_that_dies_in_the_middle_leaves_the_one_before_untouched(
    live_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As much of it as was written is taken back with its transaction."""
    monkeypatch.setattr(editions, "_BATCH", 2)
    written: list[int] = []

    def rows() -> Iterator[IncomingArea]:
        for number in range(5):
            if number == 4:
                written.append(Area.objects.filter(name__startswith="New").count())
                raise SystemExit
            yield IncomingArea(f"9001{number}", f"New {number}", box(number, 45, number + 1, 46))

    before = _ground()
    with pytest.raises(SystemExit):
        editions.load(rows(), level=Level.objects.get(code="commune"), valid_from=date(2026, 1, 1))
    assert written == [4]
    assert _ground() == before
    assert str(pinned(0.75, 45.25).responsible) == "A"


def _ground() -> tuple[Any, ...]:
    return (
        list(Edition.objects.order_by("pk").values_list("pk", "valid_from", "valid_to")),
        list(Area.objects.order_by("pk").values_list("pk", "code", "edition")),
    )


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_saving_sets_at_once_one_wins_and_the_other_is_told(
    live_world: World,
) -> None:
    """Both change the same rule, and each adds one of its own."""
    rule = Competence.objects.filter(category__code="voirie", priority=100).get()
    asked = {"about": ["category:voirie"], "answers_by": ["level"]}
    for number, username in enumerate(("root", "bob")):
        author = live_world.user(username)
        changed = {**asked, "level": ["epci"], "priority": [f"{70 + number}"]}
        added = {**asked, "level": ["region"], "priority": [f"{80 + number}"]}
        for competence, values in ((rule, changed), (None, added)):
            put(
                author=author,
                competence=competence,
                seen_version=competence.version if competence else 0,
                fields={**values, "seen_version": ["0"]},
            )

    def save(username: str) -> str:
        try:
            draft = RuleDraft.objects.get(author__username=username)
            wanted = [one.wanted for one in read(draft) if one.wanted]
            save_set(draft=draft, wanted=wanted, by=live_world.user(username))
        except SetRefused as refused:
            return next(iter(refused.problems.values()))
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(save, ("root", "bob")))
    assert told[0] == ""
    assert "modifié cette règle entre-temps" in told[1]
    assert Competence.objects.filter(priority__in=(80, 81)).count() == 1
    assert RuleDraft.objects.count() == 1
