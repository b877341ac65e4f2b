"""Administrators set up people, collectivities and rules; submissions are not edited there."""

import pytest
from django.test import Client

from accounts.models import Membership, User
from tests.submissions import pinned
from tests.world import World

PAGES = [
    "/admin/",
    "/admin/accounts/user/add/",
    "/admin/geodata/level/",
    "/admin/geodata/collectivity/?q=A",
    "/admin/reports/category/",
    "/admin/geodata/reference/",
    "/admin/reports/categorygroup/",
    "/admin/reports/question/add/",
]


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_opens_every_page(client: Client, world: World, path: str) -> None:
    client.force_login(world.user("root"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_others_do_not(client: Client, world: World, path: str) -> None:
    client.force_login(world.user("bob"))
    assert client.get(path).status_code == 302


def test_submissions_and_their_history_are_not_there(client: Client, world: World) -> None:
    client.force_login(world.user("root"))
    for model in ("submission", "event", "photo"):
        assert client.get(f"/admin/reports/{model}/").status_code == 404


def test_a_new_member_of_staff_finds_their_triage(client: Client, world: World) -> None:
    client.force_login(world.user("root"))
    collectivity = world.collectivity("commune", "90003")
    added = client.post(
        "/admin/accounts/user/add/",
        {
            "username": "eve", "usable_password": "true",
            "password1": "a long pass phrase", "password2": "a long pass phrase",
            "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
        },
    )  # fmt: skip
    assert added.status_code == 302
    eve = User.objects.get(username="eve")
    Membership.objects.create(user=eve, collectivity=collectivity)
    client.logout()
    assert client.login(username="eve", password="a long pass phrase")
    theirs, elsewhere = pinned(0.75, 46.5), pinned(0.75, 45.25)
    triage = client.get("/triage/").content.decode()
    assert theirs.ref in triage
    assert elsewhere.ref not in triage
