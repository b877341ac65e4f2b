"""Several changed rules are gathered, replayed over what was sent, and saved all or none."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from reports.models import (
    Category,
    Choice,
    Competence,
    DraftedChange,
    Question,
    RuleDraft,
    Submission,
)
from reports.routing import decide, facts_of
from reports.routing.placing_many import facts_of_each
from reports.routing.replaying import replay_last
from reports.routing.rulebook import Rulebook
from tests.roads import feature, road
from tests.submissions import pinned
from tests.test_changing_competences import NEW, fields
from tests.world import World


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(world.user("root"))
    return client


def as_it_is(client: Client, rule: Competence) -> dict[str, Any]:
    form = client.get(f"/competences/{rule.pk}/").context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value not in (None, "", False)}


def draft(client: Client, path: str = NEW, **changes: Any) -> str:
    """Put a rule into the draft; the draft's address."""
    answer = client.post(path, fields(**{"verb": "draft", **changes}))
    assert answer.status_code == 302, answer.content.decode()
    where: str = answer.headers["Location"]
    return where


def of(code: str) -> Competence:
    return Competence.objects.filter(category__code=code, priority=100).get()


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def save(client: Client, path: str, **more: Any) -> Any:
    seen = RuleDraft.objects.get().version
    return client.post(path, {"verb": "save", "seen_version": seen, **more})


def test_what_is_drafted_stands_beside_what_is_in_force_and_decides_nothing(root: Client) -> None:
    rule = of("eclairage")
    draft(root)
    draft(root, f"/competences/{rule.pk}/", **{**as_it_is(root, rule), "level": "departement"})
    gone = of("dechets")
    where = draft(root, f"/competences/{gone.pk}/", **as_it_is(root, gone), verb="draft_delete")
    text = page(root, where)
    for words in ("nouvelle", "modifiée", "supprimée", "Éclairage public → Département"):
        assert words in text
    assert "Éclairage public → Commune" in text
    assert str(pinned(0.75, 45.25).responsible) == "A"
    assert where in page(root, "/competences/")


def test_the_whole_set_is_saved_at_once_and_the_draft_is_gone(root: Client) -> None:
    rule, gone = of("eclairage"), of("dechets")
    draft(root)
    draft(root, f"/competences/{rule.pk}/", **{**as_it_is(root, rule), "level": "departement"})
    where = draft(root, f"/competences/{gone.pk}/", **as_it_is(root, gone), verb="draft_delete")
    assert save(root, where).status_code == 302
    assert [
        str(pinned(0.75, 45.25, category=code).responsible)
        for code in ("voirie", "eclairage", "dechets")
    ] == ["Région", "Département", "A"]
    assert not RuleDraft.objects.exists()
    assert not DraftedChange.objects.exists()
    changed = Competence.objects.get(pk=rule.pk)
    assert (changed.version, str(changed.changed_by)) == (rule.version + 1, "root")


def test_two_rules_may_change_places(root: Client) -> None:
    """For a moment both have the same priority, which the database refuses outside a set."""
    for level, priority in (("region", 50), ("departement", 60)):
        root.post(NEW, fields(level=level, priority=priority))
    for rule, priority in zip(Competence.objects.order_by("-pk")[:2], (50, 60), strict=True):
        sent = {**as_it_is(root, rule), "priority": priority}
        where = draft(root, f"/competences/{rule.pk}/", **sent)
    assert save(root, where).status_code == 302
    assert str(pinned(0.75, 45.25).responsible) == "Département"


def test_a_tie_anywhere_in_the_set_saves_nothing(root: Client) -> None:
    draft(root, level="departement", priority=50)
    draft(root, about="category:eclairage", priority=40)
    where = draft(root, priority=50)
    answer = save(root, where)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "À la priorité 50" in text
    assert "Voirie, nid-de-poule → Région" in text
    assert not Competence.objects.filter(priority__in=(40, 50)).exists()
    assert DraftedChange.objects.count() == 3


def test_a_tie_with_a_rule_that_the_set_deletes_is_none(root: Client) -> None:
    gone = of("voirie")
    draft(root, f"/competences/{gone.pk}/", **as_it_is(root, gone), verb="draft_delete")
    where = draft(root, priority=100)
    assert save(root, where).status_code == 302
    assert str(pinned(0.75, 45.25).responsible) == "Région"


def test_a_circle_across_the_set_is_refused(root: Client) -> None:
    draft(root, level="epci", where_level="commune", where_codes="90001", is_delegation="on")
    back = {"answers_by": "collectivity", "level": None, "collectivity": "commune:90001"}
    ground = {"where_level": "epci", "where_codes": "200000001", "is_delegation": "on"}
    where = draft(root, priority=40, **back, **ground)
    answer = save(root, where)
    assert answer.status_code == 400
    assert "tournerait en rond" in answer.content.decode()
    assert not Competence.objects.filter(is_delegation=True).exists()


@pytest.mark.parametrize("verb", ["save", "delete"])
def test_a_rule_that_a_colleague_changed_meanwhile_is_told_and_nothing_is_half_saved(
    root: Client, verb: str
) -> None:
    rule = of("eclairage")
    sent = as_it_is(root, rule)
    draft(root)
    where = draft(root, f"/competences/{rule.pk}/", **{**sent, "level": "departement"})
    root.post(f"/competences/{rule.pk}/", {**sent, "legal_basis": "autre", "verb": verb})
    words = "a modifié cette règle" if verb == "save" else "a supprimé cette règle"
    assert words in page(root, where)
    answer = save(root, where)
    assert answer.status_code == 400
    assert not Competence.objects.filter(priority=50).exists()


def test_a_draft_that_changed_in_another_window_is_not_saved_unseen(root: Client) -> None:
    where = draft(root)
    seen = RuleDraft.objects.get().version
    draft(root, about="category:eclairage")
    answer = root.post(where, {"verb": "save", "seen_version": seen})
    assert answer.status_code == 409
    assert not Competence.objects.filter(priority=50).exists()


def test_what_the_draft_names_and_is_gone_is_told(root: Client) -> None:
    Category.objects.create(
        code="bancs", kind="report", name_fr="Bancs", name_en="B", duty_fr="bancs", duty_en="b"
    )
    where = draft(root, about="category:bancs")
    Category.objects.get(code="bancs").delete()
    assert "category:bancs" in page(root, where)
    assert save(root, where).status_code in (400, 409)
    assert RuleDraft.objects.exists()


def test_a_change_is_written_again_and_taken_out(root: Client) -> None:
    where = draft(root)
    change = DraftedChange.objects.get()
    path = f"/competences/drafts/changes/{change.pk}/"
    assert "Garder dans le brouillon" in page(root, path)
    assert root.post(path, fields(verb="draft", priority=41)).status_code == 302
    change.refresh_from_db()
    assert change.fields["priority"] == ["41"]
    assert root.post(path, fields(verb="draft", level="galaxy")).status_code == 400
    root.post(where, {"take_out": change.pk})
    assert not DraftedChange.objects.exists()


def test_a_rule_put_in_again_replaces_what_the_draft_said(root: Client) -> None:
    rule = of("eclairage")
    for level in ("departement", "region"):
        draft(root, f"/competences/{rule.pk}/", **{**as_it_is(root, rule), "level": level})
    assert DraftedChange.objects.get().fields["level"] == ["region"]


def test_a_draft_thrown_away_leaves_the_rules_as_they_were(root: Client) -> None:
    where = draft(root)
    number = Competence.objects.count()
    assert root.post(where, {"verb": "discard"}).status_code == 302
    assert not RuleDraft.objects.exists()
    assert Competence.objects.count() == number


def test_colleagues_read_and_replay_a_draft_and_its_author_alone_changes_it(
    root: Client, world: World
) -> None:
    where = draft(root)
    change = DraftedChange.objects.get()
    other = world.user("bob")
    other.is_superuser = True
    other.save()
    colleague = Client()
    colleague.force_login(other)
    assert "Tout enregistrer" not in page(colleague, f"{where}?number=10")
    for path, sent in (
        (where, {"verb": "save", "seen_version": 2}), (where, {"verb": "discard"}),
        (where, {"take_out": change.pk}), (f"/competences/drafts/changes/{change.pk}/", {}),
    ):  # fmt: skip
        assert colleague.post(path, sent).status_code == 403
    assert DraftedChange.objects.count() == 1


def test_staff_without_the_right_and_strangers_see_no_draft(root: Client, world: World) -> None:
    where = draft(root)
    staff = Client()
    assert staff.get(where).status_code == 302
    staff.force_login(world.user("alice"))
    assert staff.get(where).status_code == 403
    assert "Brouillon" not in page(staff, "/competences/")


# ---------------------------------------------------------------- replay


def test_a_replay_of_the_set_lists_who_would_move_with_both_reasons_and_counts(
    root: Client,
) -> None:
    moves = [pinned(0.75, 45.25), pinned(1.25, 45.25), pinned(0.25, 45.25, category="eclairage")]
    stays = pinned(0.75, 45.25, category="nature")
    rule = of("eclairage")
    draft(root)
    where = draft(root, f"/competences/{rule.pk}/", **{**as_it_is(root, rule), "level": "epci"})
    text = page(root, f"{where}?number=100")
    for one in moves:
        assert one.ref in text
    assert stays.ref not in text
    assert "A, car la voirie" in text
    assert "Région, car la voirie" in text
    hands = root.get(f"{where}?number=100").context["replayed"].by_hands
    assert sorted(hands) == [("A", "Région", 1), ("A", "South", 1), ("B", "Région", 1)]
    assert not Competence.objects.filter(priority=50).exists()


def test_a_replay_keeps_to_its_area_its_period_and_its_number(root: Client) -> None:
    old, in_a, in_b = pinned(0.75, 45.25), pinned(0.75, 45.3), pinned(1.25, 45.25)
    Submission.objects.filter(pk=old.pk).update(created_at="2020-06-01T12:00Z")
    where = draft(root)

    def moved(query: str) -> list[str]:
        replayed = root.get(f"{where}?{query}").context["replayed"]
        return [one.submission.ref for one in replayed.moved]

    assert moved("number=100") == [in_b.ref, in_a.ref, old.ref]
    assert moved("number=2") == [in_b.ref, in_a.ref]
    assert moved("number=2&skip=2") == [old.ref]
    assert moved("number=100&area=commune:90002") == [in_b.ref]
    assert moved("number=100&to=2020-12-31") == [old.ref]


@pytest.mark.parametrize(
    "query",
    [
        "number=0", "number=5001", "number=x", "number=", "number=10&area=galaxy:1",
        "number=10&area=commune:%00", "number=10&from=never", "number=10&skip=-1",
        "number=10&from=2026-02-01&to=2026-01-01",
    ],
)  # fmt: skip
def test_what_is_no_replay_is_refused_with_a_sentence(root: Client, query: str) -> None:
    where = draft(root)
    assert "error-summary" in page(root, f"{where}?{query}", status=400)


def test_a_replay_whose_time_is_over_says_how_far_it_came(
    root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        pinned(0.75, 45.25)
    monkeypatch.setattr("reports.routing.replaying.AT_ONCE", 2)
    monkeypatch.setattr("reports.routing.replaying.BUDGET_S", 0)
    where = draft(root)
    replayed = replay_last(
        Submission.objects.all(), number=3, before=Rulebook.current(),
        after=Rulebook.current(), budget_s=0,
    )  # fmt: skip
    assert (replayed.looked_at, replayed.is_complete) == (2, False)
    assert "skip=3" in page(root, f"{where}?number=3")


def test_facts_of_many_are_those_of_each(world: World) -> None:
    """On borders, with sides and accuracies, beside roads and features, with answers."""
    voirie = Category.objects.get(code="voirie")
    question = Question.objects.create(category=voirie, code="where", name_fr="?", name_en="?")
    Choice.objects.create(question=question, code="school", name_fr="École", name_en="School")
    road("departmental", (0.0, 45.25), (2.0, 45.25), ref="D 904")
    feature("POINT(0.5 45.5)", slug="schools", name="School")
    level = world.editions["region"].level
    Competence.objects.create(
        category=voirie, level=level, priority=5, condition="within", reference="schools",
        distance_m=60,
    )  # fmt: skip
    sent = [
        pinned(1.0, 45.25), pinned(1.0, 45.25, side="commune:90002"),
        pinned(1.0, 45.25, side="commune:90004"), pinned(0.9998, 45.7, accuracy_m=40),
        pinned(0.75, 45.25001), pinned(0.5, 45.5), pinned(0.25, 45.9),
    ]  # fmt: skip
    book, today = Rulebook.load(), timezone.localdate()
    asked = [(one, today, book.about(voirie, today)) for one in sent]
    for submission, facts in zip(sent, facts_of_each(asked), strict=True):
        alone = facts_of(submission, on=today)
        assert facts.location == alone.location
        assert decide(facts, voirie, rulebook=book) == decide(alone, voirie, rulebook=book)


def test_a_replay_asks_few_queries_however_many_it_looks_at(
    root: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    road("departmental", (0.0, 45.25), (2.0, 45.25), ref="D 904")
    for number in range(20):
        pinned(0.1 + number / 20, 45.25)
    before = Rulebook.current()
    after = before.without(of("voirie").pk)
    with django_assert_max_num_queries(8):
        replay_last(Submission.objects.all(), number=20, before=before, after=after)


def test_a_broken_reference_breaks_no_replay(root: Client) -> None:
    pinned(0.75, 45.25)
    where = draft(root)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE geodata_referencefeature RENAME TO gone")
    assert "Région" in page(root, f"{where}?number=10")
