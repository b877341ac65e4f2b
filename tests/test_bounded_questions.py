"""A filter may cost only so much time, and a client may ask only so many different ones."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from geodata import rate_limits
from reports.filters import meaning
from tests.submissions import pinned
from tests.world import World

API = "/api/v1/submissions"
TILE = "/tiles/submissions/9/256/182.mvt"
DOORS = [API, "/map/", "/feeds/submissions/", "/triage/"]


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A minute as long as an hour, near its end: on a busy machine, a test would see the next one
    begin."""
    monkeypatch.setattr(rate_limits, "WINDOW_S", 3_600)
    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(time=lambda: 3_595.0))
    caches["limits"].clear()
    yield
    caches["limits"].clear()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Every question takes 5 s, and a statement may take a tenth of one."""
    settings.FILTER_TIMEOUT_S = 0.1
    quick = meaning.but_areas

    def slowly(submissions: Any, given: Any) -> Any:
        sleeping = ["(SELECT TRUE FROM pg_sleep(5)) AND reports_submission.id IS NOT NULL"]
        return quick(submissions, given).extra(where=sleeping)

    monkeypatch.setattr(meaning, "but_areas", slowly)


@pytest.mark.parametrize("door", DOORS)
def test_what_takes_too_long_is_ended_with_a_sentence(
    client: Client, world: World, slow: None, door: str
) -> None:
    pinned(0.3, 45.3)
    client.force_login(world.user("root"))
    began = time.monotonic()
    answer = client.get(f"{door}?q=trou")
    assert time.monotonic() - began < 4
    assert answer.status_code == 422
    assert "trop longue" in answer.content.decode()


def test_the_limit_ends_with_the_question(client: Client, world: World, slow: None) -> None:
    client.get(f"{API}?q=trou")
    client.get(f"{API}?near=0.3,45.3,100")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.2), current_setting('statement_timeout')")
        assert cursor.fetchone()[1] == "0"


def ask(number: int, door: str = API, **client: str) -> Any:
    return Client(**client).get(f"{door}?near=0.3,45.3,{number}")


@pytest.mark.parametrize(
    "door", [*DOORS[:3], TILE, "/api/v1/statistics", "/ogc/collections/submissions/items"]
)
def test_too_many_different_filters_wait_for_the_next_minute(
    world: World, settings: Any, door: str
) -> None:
    settings.FILTERS_PER_MINUTE = 3
    assert [ask(number, door).status_code for number in (1, 2, 3, 3, 2, 1)] == [200] * 6
    refused = ask(4, door)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert "recommencez" in refused.content.decode()
    assert ask(4, door).status_code == 429  # not even when asked twice
    assert ask(3, door).status_code == 200
    assert Client().get(f"{door}?kind=report&status=open").status_code == 200  # costs nothing
    assert ask(4, door, REMOTE_ADDR="192.0.2.1").status_code == 200


def test_of_a_thousand_different_filters_a_minute_most_reach_no_table(
    world: World,
    settings: Any,
    django_assert_num_queries: Any,
) -> None:
    settings.FILTERS_PER_MINUTE = 300
    pinned(0.3, 45.3)
    assert {ask(number, TILE).status_code for number in range(1, 301)} == {200}
    with django_assert_num_queries(0):
        assert {ask(number, TILE).status_code for number in range(301, 1_001)} == {429}


def test_behind_a_proxy_it_is_whom_the_proxy_names(world: World, settings: Any) -> None:
    """What stands before the last address was written by the client."""
    settings.FILTERS_PER_MINUTE, settings.BEHIND_PROXY = 1, True
    assert ask(1, HTTP_X_FORWARDED_FOR="192.0.2.1").status_code == 200
    assert ask(2, HTTP_X_FORWARDED_FOR="192.0.2.2").status_code == 200
    assert ask(3, HTTP_X_FORWARDED_FOR="198.51.100.9, 192.0.2.1").status_code == 429
    settings.BEHIND_PROXY = False
    assert ask(4, HTTP_X_FORWARDED_FOR="192.0.2.3").status_code == 200
    assert ask(5, HTTP_X_FORWARDED_FOR="192.0.2.4").status_code == 429
