"""Categories, groups, questions and choices on pages of ours: what is used is never deleted."""

from typing import Any

import pytest
from django.test import Client

from reports.models import Category, CategoryGroup, Choice, Competence, Question, Submission
from tests.submissions import pinned
from tests.world import World

LIST = "/competences/categories/"
NEW = "/competences/categories/new/"


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.user("root"))
    return client


def fields(**changes: Any) -> dict[str, Any]:
    sent = {
        "kind": "report", "name_fr": "Fontaines à boire", "name_en": "Drinking fountains",
        "duty_fr": "eau potable", "duty_en": "drinking water", "is_active": "on",
        "seen_version": 0, **changes,
    }  # fmt: skip
    return {name: value for name, value in sent.items() if value is not None}


def as_it_is(client: Client, path: str) -> dict[str, Any]:
    """What the page would send if its button were pressed."""
    form = client.get(path).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value not in (None, "", False)}


def lines(*rows: tuple[str, str, str], there: int = 0, places: str = "", **more: Any) -> Any:
    """A question's choices (code, French, English) as its page sends them."""
    sent: dict[str, Any] = {"choices-TOTAL_FORMS": len(rows), "choices-INITIAL_FORMS": there}
    for number, (code, fr, en) in enumerate(rows):
        values = {"code": code, "name_fr": fr, "name_en": en, "is_active": "on"}
        sent |= {f"choices-{number}-{name}": value for name, value in values.items()}
        sent[f"choices-{number}-place"] = places[number] if places else number + 1
    return {**sent, **more}


def question_of(code: str = "voirie") -> Question:
    question = Question.objects.create(
        category=Category.objects.get(code=code), code="where", name_fr="Où ?", name_en="Where?"
    )
    for place, word in enumerate(("road", "pavement")):
        Choice.objects.create(
            question=question, code=word, name_fr=word, name_en=word, position=place
        )
    return question


def test_a_new_category_is_offered_at_once_at_the_end_of_its_kind(root: Client) -> None:
    assert root.post(NEW, fields()).status_code == 302
    made = Category.objects.get(code="fontaines-a-boire")
    assert Category.objects.filter(kind="report").last() == made
    assert "Fontaines à boire" in root.get("/submissions/new/").content.decode()
    asked = {"lon": 0.75, "lat": 45.25, "category": made.code}
    assert root.get("/api/v1/locate", asked).status_code == 200


def test_every_category_of_the_default_set_can_be_opened_and_saved_as_it_is(root: Client) -> None:
    for row in Category.objects.all():
        path = f"{LIST}{row.pk}/"
        answer = root.post(path, as_it_is(root, path))
        assert answer.status_code == 302, answer.context["form"].errors
        again = Category.objects.get(pk=row.pk)
        for name in ("code", "kind", "group", "name_fr", "duty_en", "position", "is_active"):
            assert getattr(again, name) == getattr(row, name)
        assert again.version == row.version + 1


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_staff_without_the_right_read_and_do_not_write(
    client: Client, world: World, user: str
) -> None:
    client.force_login(world.user(user))
    page = client.get(LIST).content.decode()
    assert "Voirie, nid-de-poule" in page
    assert "Nouvelle catégorie" not in page
    question, category = question_of(), Category.objects.get(code="voirie")
    for path in (
        NEW, f"{LIST}{category.pk}/", f"{LIST}{category.pk}/questions/new/",
        f"/competences/questions/{question.pk}/", "/competences/groups/new/",
        f"/competences/move/category/{category.pk}/",
    ):  # fmt: skip
        assert client.post(path, fields()).status_code == 403, path


def test_strangers_are_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(LIST).status_code == 302
    assert client.get(NEW).status_code == 302


def test_a_category_that_is_switched_off_is_offered_no_more_and_its_submissions_stay(
    root: Client,
) -> None:
    kept = pinned(0.75, 45.25)
    path = f"{LIST}{kept.category_id}/"
    sent = as_it_is(root, path)
    del sent["is_active"]
    assert root.post(path, sent).status_code == 302
    assert 'value="voirie"' not in root.get("/submissions/new/").content.decode()
    assert root.get(kept.get_absolute_url()).status_code == 200
    assert "hors service" in root.get(LIST).content.decode()


def test_what_a_submission_or_a_rule_uses_is_not_deleted(root: Client) -> None:
    category = Category.objects.get(code="nature")
    path = f"{LIST}{category.pk}/"
    answer = root.post(path, {**as_it_is(root, path), "verb": "delete"})
    assert answer.status_code == 400
    assert "Des règles s’en servent" in answer.content.decode()
    Competence.objects.filter(category=category).delete()
    pinned(0.75, 45.25, category="nature")
    answer = root.post(path, {**as_it_is(root, path), "verb": "delete"})
    assert "Des signalements ou propositions s’en servent" in answer.content.decode()
    Submission.objects.all().delete()
    assert root.post(path, {**as_it_is(root, path), "verb": "delete"}).status_code == 302
    assert not Category.objects.filter(pk=category.pk).exists()


def test_of_two_administrators_the_second_is_told(root: Client) -> None:
    path = f"{LIST}{Category.objects.get(code='voirie').pk}/"
    first, second = as_it_is(root, path), as_it_is(root, path)
    assert root.post(path, {**first, "name_fr": "Chaussées"}).status_code == 302
    answer = root.post(path, {**second, "name_fr": "Rues"})
    assert answer.status_code == 409
    assert "Un collègue" in answer.content.decode()
    assert Category.objects.get(code="voirie").name_fr == "Chaussées"
    assert root.post(path, {**second, "verb": "delete"}).status_code == 409


def test_moving_changes_the_order_that_residents_see(root: Client) -> None:
    first, second = Category.objects.filter(kind="report")[:2]
    root.post(f"/competences/move/category/{second.pk}/", {"to": "up"})
    assert list(Category.objects.filter(kind="report")[:2]) == [second, first]
    root.post(f"/competences/move/category/{second.pk}/", {"to": "up"})
    root.post(f"/competences/move/category/{second.pk}/", {"to": "down"})
    assert list(Category.objects.filter(kind="report")[:2]) == [first, second]
    assert root.post("/competences/move/dragon/1/").status_code == 404
    assert root.post("/competences/move/category/99999999999999999999/").status_code == 404


def test_a_question_is_written_with_its_choices_in_their_order(root: Client) -> None:
    category = Category.objects.get(code="voirie")
    sent = lines(("", "Chaussée", "Road"), ("", "Trottoir", "Pavement"), ("", "", ""), places="219")
    path = f"{LIST}{category.pk}/questions/new/"
    asked = {"name_fr": "Où est-ce ?", "name_en": "Where is it?", "is_active": "on"}
    answer = root.post(path, {**asked, "code": "lieu", "seen_version": 0, **sent})
    assert answer.status_code == 302, answer.content.decode()
    question = category.questions.get()
    assert [c.code for c in question.choices.all()] == ["trottoir", "chaussee"]
    page = root.get("/submissions/new/").content.decode()
    assert page.index('value="trottoir"') < page.index('value="chaussee"')


def test_a_choice_that_is_switched_off_is_neither_offered_nor_taken(root: Client) -> None:
    question = question_of()
    path = f"/competences/questions/{question.pk}/"
    sent = lines(("x", "Road", "Road"), ("x", "Pavement", "Pavement"), there=2)
    del sent["choices-1-is_active"]
    assert root.post(path, {**as_it_is(root, path), **sent}).status_code == 302
    assert [(c.code, c.is_active) for c in question.choices.all()] == [
        ("road", True), ("pavement", False),
    ]  # fmt: skip
    assert 'value="pavement"' not in root.get("/submissions/new/").content.decode()
    posted = {
        "lon": "0.75", "lat": "45.25", "category": "voirie", "kind": "report",
        "description": "Un trou", "answer-where": "pavement",
    }  # fmt: skip
    assert root.post("/submissions/new/", posted).status_code == 400


def test_a_question_that_is_switched_off_is_asked_no_more(root: Client) -> None:
    path = f"/competences/questions/{question_of().pk}/"
    sent = as_it_is(root, path)
    del sent["is_active"]
    there = lines(("road", "a", "a"), ("pavement", "b", "b"), there=2)
    assert root.post(path, {**sent, **there}).status_code == 302
    assert "answer-where" not in root.get("/submissions/new/").content.decode()


def test_a_question_that_a_rule_asks_is_not_deleted(root: Client) -> None:
    question = question_of()
    rule = Competence.objects.filter(category__code="voirie").first()
    Competence.objects.filter(pk=rule.pk).update(question=question, answers=["road"])
    path = f"/competences/questions/{question.pk}/"
    there = lines(("road", "a", "a"), ("pavement", "b", "b"), there=2)
    sent = {**as_it_is(root, path), **there, "verb": "delete"}
    assert root.post(path, sent).status_code == 400
    Competence.objects.filter(pk=rule.pk).update(question=None, answers=[])
    assert root.post(path, sent).status_code == 302
    assert not Question.objects.filter(pk=question.pk).exists()


def test_another_group_brings_a_category_under_the_groups_rules_at_once(
    root: Client, world: World
) -> None:
    """Whichever process keeps the rules in memory."""
    group = CategoryGroup.objects.create(code="rues", name_fr="Rues", name_en="Streets")
    Competence.objects.create(group=group, level=world.editions["region"].level, priority=1)
    assert str(pinned(0.75, 45.25).responsible) == "A"
    path = f"{LIST}{Category.objects.get(code='voirie').pk}/"
    assert root.post(path, {**as_it_is(root, path), "group": "rues"}).status_code == 302
    assert str(pinned(0.75, 45.25).responsible) == "Région"


def test_a_group_under_which_rules_would_tie_is_refused(root: Client, world: World) -> None:
    group = CategoryGroup.objects.create(code="rues", name_fr="Rues", name_en="Streets")
    Competence.objects.create(group=group, level=world.editions["region"].level, priority=100)
    category = Category.objects.get(code="voirie")
    path = f"{LIST}{category.pk}/"
    answer = root.post(path, {**as_it_is(root, path), "group": "rues"})
    assert answer.status_code == 400
    assert "à la priorité 100" in answer.content.decode()
    category.refresh_from_db()
    assert category.group != group


def test_a_group_is_written_moved_and_deleted_only_without_rules(root: Client) -> None:
    for name in ("Rues", "Places"):
        sent = {"name_fr": name, "name_en": name, "seen_version": 0}
        assert root.post("/competences/groups/new/", sent).status_code == 302
    group = CategoryGroup.objects.get(code="places")
    root.post(f"/competences/move/group/{group.pk}/", {"to": "up"})
    names = list(CategoryGroup.objects.values_list("code", flat=True))
    assert names.index("places") < names.index("rues")
    rule = Competence.objects.filter(category__code="voirie").first()
    Competence.objects.filter(pk=rule.pk).update(category=None, group=group)
    path = f"/competences/groups/{group.pk}/"
    sent = {**as_it_is(root, path), "verb": "delete"}
    assert root.post(path, sent).status_code == 400
    Competence.objects.filter(pk=rule.pk).delete()
    assert root.post(path, sent).status_code == 302


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name_fr": ""}, "name_fr"),
        ({"name_en": None}, "name_en"),
        ({"name_fr": "x" * 81}, "name_fr"),
        ({"name_fr": "a\0b"}, "name_fr"),
        ({"duty_fr": ""}, "duty_fr"),
        ({"kind": "wish"}, "wish"),
        ({"group": "dragons"}, "id_group"),
        ({"code": "a b"}, "id_code"),
        ({"code": "voirie"}, "est pris"),
        ({"name_fr": "???"}, "lettres"),
        ({"seen_version": "x"}, "id_seen_version"),
    ],
)
def test_what_is_no_category_is_refused_with_a_sentence(
    root: Client, changes: dict[str, Any], word: str
) -> None:
    number = Category.objects.count()
    answer = root.post(NEW, fields(**changes))
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert Category.objects.count() == number


@pytest.mark.parametrize(
    "sent",
    [
        {},
        lines(("a", "A", "")),
        lines(("a", "A", "A"), ("a", "B", "B")),
        lines(("", "?", "?")),
        lines(("a", "A\0", "A")),
        lines(("a", "A", "A"), places="x"),
        lines(*[(f"c{n}", "A", "A") for n in range(40)]),
        {"choices-TOTAL_FORMS": "nan", "choices-INITIAL_FORMS": "-1"},
        {"choices-TOTAL_FORMS": "99999999", "choices-INITIAL_FORMS": "0", "choices-0-code": "a b"},
    ],
)
def test_what_are_no_choices_are_refused(root: Client, sent: dict[str, Any]) -> None:
    category = Category.objects.get(code="voirie")
    asked = {"name_fr": "Où ?", "name_en": "Where?", "code": "ou", "seen_version": 0}
    answer = root.post(f"{LIST}{category.pk}/questions/new/", {**asked, **sent})
    assert answer.status_code == 400
    assert not category.questions.exists()
