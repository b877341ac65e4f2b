"""Administrators change the rules on our own pages; ties, circles and colleagues are seen."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from geodata.models import Collectivity
from reports.actions.competences import RuleRefused, save_competence
from reports.models import Category, Choice, Competence, Question, Submission
from reports.routing.rulebook import Rulebook
from tests.submissions import pinned
from tests.world import World

NEW = "/competences/new/"


def fields(**changes: Any) -> dict[str, Any]:
    sent = {
        "about": "category:voirie",
        "answers_by": "level",
        "level": "region",
        "priority": 50,
        "seen_version": 0,
        "verb": "save",
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not None}


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.user("root"))
    return client


def saved(client: Client, **changes: Any) -> Competence:
    answer = client.post(NEW, fields(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return Competence.objects.latest("pk")


def refused(client: Client, path: str = NEW, **changes: Any) -> str:
    answer = client.post(path, fields(**changes))
    assert answer.status_code == 400
    return answer.content.decode()


def test_a_rule_that_is_saved_decides_at_once(root: Client, world: World) -> None:
    before = pinned(0.75, 45.25)
    saved(root)
    after = pinned(0.75, 45.25)
    assert [str(one.responsible) for one in (before, after)] == ["A", "Région"]


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_staff_without_the_right_read_and_do_not_write(
    client: Client, world: World, user: str
) -> None:
    client.force_login(world.user(user))
    assert client.get("/competences/").status_code == 200
    assert "Nouvelle règle" not in client.get("/competences/").content.decode()
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, fields()).status_code == 403
    assert (
        client.post(f"/competences/{Competence.objects.first().pk}/", fields()).status_code == 403
    )


def test_strangers_are_asked_to_sign_in(client: Client, world: World) -> None:
    for path in ("/competences/", NEW, "/competences/try/"):
        assert client.get(path).status_code == 302


def test_every_rule_of_the_default_set_can_be_opened_and_saved_as_it_is(
    root: Client, world: World
) -> None:
    for rule in Competence.objects.all():
        path = f"/competences/{rule.pk}/"
        form = root.get(path).context["form"]
        sent = {name: form[name].value() for name in form.fields}
        sent = {name: value for name, value in sent.items() if value not in (None, "", False)}
        answer = root.post(path, {**sent, "verb": "save"})
        assert answer.status_code == 302, (rule, answer.context["form"].errors)
        again = Competence.objects.get(pk=rule.pk)
        for name in ("category", "level", "collectivity", "natures", "condition", "road_classes"):
            assert getattr(again, name) == getattr(rule, name)
        assert again.version == rule.version + 1


def test_a_tie_is_refused_and_names_the_other_rule(root: Client, world: World) -> None:
    page = refused(root, priority=100)
    assert "À la priorité 100" in page
    assert "Voirie, nid-de-poule → Commune" in page


@pytest.mark.parametrize(
    "apart",
    [
        {"about": "category:eclairage"},
        {"condition": "road", "road_classes": ["rural"]},
        {"where_level": "commune", "where_codes": "90002"},
        {"valid_from": "2012-01-01"},
        {"priority": 51},
    ],
)
def test_rules_that_never_hold_together_may_share_a_priority(
    root: Client, world: World, apart: dict[str, Any]
) -> None:
    saved(
        root,
        where_level="commune",
        where_codes="90001 90003",
        valid_to="2012-01-01",
        condition="road",
        road_classes=["communal", "private"],
    )
    base = {
        "where_level": "commune", "where_codes": "90001", "valid_to": None,
        "condition": "road", "road_classes": ["communal"], "valid_from": "2011-01-01",
    }  # fmt: skip
    assert "À la priorité" in refused(root, **base)
    saved(root, **{**base, **apart})


def test_a_delegation_of_twelve_communes_is_one_row(root: Client, world: World) -> None:
    rule = saved(
        root,
        level="epci",
        where_level="commune",
        where_codes="90001,\n90002; 90003",
        is_delegation="on",
        valid_from="2015-01-01",
    )
    assert rule.where_codes == ["90001", "90002", "90003"]
    assert pinned(0.75, 45.25).responsible == world.collectivity("epci", "200000001")


def test_a_circular_delegation_is_refused(root: Client, world: World) -> None:
    saved(root, level="epci", where_level="commune", where_codes="90001", is_delegation="on")
    page = refused(
        root,
        priority=40,
        answers_by="collectivity",
        level=None,
        collectivity="commune:90001",
        where_level="epci",
        where_codes="200000001",
        is_delegation="on",
    )
    assert "tournerait en rond" in page
    assert "epci:200000001 → commune:90001 → epci:200000001" in page


def test_a_chain_of_delegations_that_ends_is_kept(root: Client, world: World) -> None:
    saved(root, level="epci", where_level="commune", where_codes="90001", is_delegation="on")
    saved(
        root,
        priority=40,
        answers_by="collectivity",
        level=None,
        collectivity="departement:90",
        where_level="epci",
        where_codes="200000001",
        is_delegation="on",
    )
    assert str(pinned(0.75, 45.25).responsible) == "Département"


def test_of_two_administrators_the_second_is_told(root: Client, world: World) -> None:
    rule = saved(root)
    path = f"/competences/{rule.pk}/"
    assert root.post(path, fields(priority=60, seen_version=1)).status_code == 302
    answer = root.post(path, fields(priority=70, seen_version=1))
    assert answer.status_code == 409
    assert "Un collègue a modifié cette règle" in answer.content.decode()
    rule.refresh_from_db()
    assert rule.priority == 60
    assert root.post(path, fields(seen_version=1, verb="delete")).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_two_ties_saved_at_the_same_moment_leave_one(live_world: World) -> None:
    def save(_number: int) -> bool:
        try:
            save_competence(
                competence=Competence(
                    category=Category.objects.get(code="voirie"),
                    level_id=Competence.objects.filter(level__code="commune").first().level_id,
                    priority=77,
                ),
                by=live_world.user("root"),
                seen_version=0,
            )
        except RuleRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(save, range(4))) == [False, False, False, True]
    assert Competence.objects.filter(priority=77).count() == 1


def test_a_deleted_rule_is_gone_and_what_it_decided_stays(root: Client, world: World) -> None:
    rule = saved(root)
    decided = pinned(0.75, 45.25)
    root.post(f"/competences/{rule.pk}/", fields(seen_version=1, verb="delete"))
    assert str(pinned(0.75, 45.25).responsible) == "A"
    decided.refresh_from_db()
    assert str(decided.responsible) == "Région"
    assert decided.route["rule"] == rule.pk


def test_a_replay_lists_what_would_move_and_saves_nothing(root: Client, world: World) -> None:
    moves, stays = pinned(0.75, 45.25), pinned(0.75, 45.25, category="dechets")
    answer = root.post(NEW, fields(verb="replay"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert moves.ref in page
    assert stays.ref not in page
    assert "Rien n’est encore enregistré" in page
    assert not Competence.objects.filter(priority=50).exists()
    assert str(pinned(0.75, 45.25).responsible) == "A"


def test_a_replay_without_a_rule_lists_what_it_holds(root: Client, world: World) -> None:
    rule = saved(root)
    moves, stays = pinned(0.75, 45.25), pinned(0.75, 45.25, category="dechets")
    answer = root.post(f"/competences/{rule.pk}/", fields(seen_version=1, verb="replay_without"))
    page = answer.content.decode()
    assert moves.ref in page
    assert stays.ref not in page
    assert Competence.objects.filter(pk=rule.pk).exists()


def test_the_list_says_which_rule_has_lost_its_collectivity(root: Client, world: World) -> None:
    body = Collectivity.objects.create(code="SYN", name="Syndicat des rues")
    saved(root, answers_by="collectivity", level=None, collectivity="Syndicat des rues")
    body.delete()
    page = root.get("/competences/").content.decode()
    assert "Syndicat des rues" in page
    assert "n’existe plus" in page


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"level": None}, "Choisissez le niveau"),
        ({"level": "galaxy"}, "id_level"),
        ({"about": "category:dragons"}, "dragons"),
        ({"answers_by": "fate"}, "fate"),
        ({"answers_by": "collectivity"}, "Nommez la collectivité"),
        ({"answers_by": "collectivity", "collectivity": "Atlantide"}, "Atlantide"),
        ({"answers_by": "collectivity", "collectivity": "commune:1\0"}, "id_collectivity"),
        ({"answers_by": "road_manager"}, "gestionnaire"),
        ({"where_level": "commune"}, "les deux"),
        ({"where_codes": "90001"}, "les deux"),
        ({"where_level": "commune", "where_codes": "90001 99999"}, "99999"),
        ({"is_delegation": "on"}, "nommez leurs territoires"),
        ({"condition": "within", "distance_m": "5"}, "Choisissez la référence"),
        ({"condition": "within", "reference": "dragons", "distance_m": "5"}, "dragons"),
        ({"condition": "answer"}, "une même question"),
        ({"distance_m": "nan", "condition": "road"}, "distance_m"),
        ({"distance_m": "-1", "condition": "road"}, "distance_m"),
        ({"road_classes": ["dirt"], "condition": "road"}, "dirt"),
        ({"natures": ["kingdom"]}, "kingdom"),
        ({"priority": "-1"}, "priority"),
        ({"priority": "99999999999"}, "priority"),
        ({"valid_from": "2020-01-01", "valid_to": "2020-01-01"}, "avant le début"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"seen_version": "x"}, "seen_version"),
    ],
)
def test_what_is_no_rule_is_refused_with_a_sentence(
    root: Client, world: World, changes: dict[str, Any], word: str
) -> None:
    number = Competence.objects.count()
    assert word in refused(root, **changes)
    assert Competence.objects.count() == number


def test_a_name_that_several_have_asks_which(root: Client, world: World) -> None:
    for code in ("S1", "S2"):
        Collectivity.objects.create(code=code, name=f"Saint-Martin {code}")
    page = refused(root, answers_by="collectivity", level=None, collectivity="saint-m")
    assert "Saint-Martin S1 (S1), Saint-Martin S2 (S2)" in page


def test_an_answer_becomes_a_condition(root: Client, world: World) -> None:
    question = Question.objects.create(
        category=Category.objects.get(code="voirie"), code="where", name_fr="Où ?", name_en="Where?"
    )
    Choice.objects.create(question=question, code="school", name_fr="École", name_en="School")
    rule = saved(root, condition="answer", answered=[f"{question.pk}:school"])
    assert (rule.question, rule.answers) == (question, ["school"])
    sent = root.post(
        "/submissions/new/",
        {
            "lon": "0.75", "lat": "45.25", "category": "voirie", "kind": "report",
            "description": "Un trou", "answer-where": "school",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    submission = Submission.objects.get()
    assert submission.answers == {"where": "school"}
    assert str(submission.responsible) == "Région"


def test_processes_keep_the_rules_until_they_change(
    world: World, django_assert_num_queries: Any
) -> None:
    first = Rulebook.current()
    with django_assert_num_queries(1):
        assert Rulebook.current() is first
    Collectivity.objects.filter(code="90001").update(name="Renamed")
    assert Rulebook.current() is not first


def test_a_body_without_a_level_is_written_by_its_code_and_read_again(
    root: Client, world: World
) -> None:
    row = saved(root, answers_by="collectivity", level=None, collectivity="DIR")
    form = root.get(f"/competences/{row.pk}/")
    assert 'value="DIR"' in form.content.decode()
    assert ":DIR" not in form.content.decode()
    again = fields(answers_by="collectivity", level=None, collectivity="DIR", seen_version=1)
    assert root.post(f"/competences/{row.pk}/", again).status_code == 302
    row.refresh_from_db()
    assert row.collectivity
    assert (row.collectivity.code, row.collectivity.level) == ("DIR", None)


def test_a_code_that_two_have_is_told_apart(root: Client, world: World) -> None:
    Collectivity.objects.create(code="90", name="Routes 90")
    row = saved(root, answers_by="collectivity", level=None, collectivity="Routes 90")
    assert 'value=":90"' in root.get(f"/competences/{row.pk}/").content.decode()
    page = refused(root, answers_by="collectivity", level=None, collectivity="90", priority=51)
    assert "Routes 90 (:90)" in page
    assert "Département (departement:90)" in page
