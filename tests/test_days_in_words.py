"""French counts the first of a month by an ordinal, and no other day."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils.translation import override

from geodata import editions
from geodata.editions import EditionConflict, IncomingArea
from geodata.models import Level
from tests.submissions import pinned
from tests.world import World


def page(path: str, language: str) -> str:
    answer = Client().get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("days", "french", "english"),
    [
        ("from=2026-01-01", "depuis le 1er janvier 2026", "sent since Jan. 1, 2026"),
        ("from=2026-01-11", "depuis le 11 janvier 2026", "sent since Jan. 11, 2026"),
        ("to=2026-04-21", "jusqu’au 21 avril 2026", "sent until April 21, 2026"),
        (
            "from=2026-03-01&to=2026-04-01",
            "du 1er mars 2026 au 1er avril 2026",
            "from March 1, 2026 to April 1, 2026",
        ),
        ("on=2026-07-01", "au 1er juillet 2026", "as they were on July 1, 2026"),
    ],
)
def test_a_filter_in_words(world: World, days: str, french: str, english: str) -> None:
    assert french in page(f"/map/print/?{days}", "fr")
    assert english in page(f"/map/print/?{days}", "en")


def test_a_submission_was_sent_on_the_first_where_its_clocks_say_so(world: World) -> None:
    sent = pinned(0.25, 45.25, created_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert "envoi du 1er janvier 2026" in page(sent.get_absolute_url(), "fr")
    assert "sent on Jan. 1, 2026" in page(sent.get_absolute_url(), "en")


def test_an_outline_is_valid_since_the_first(world: World) -> None:
    assert "1er janvier 2018" in page("/areas/commune/90001/", "fr")
    assert "Jan. 1, 2018" in page("/areas/commune/90001/", "en")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "1er janvier 2018"), ("en", "Jan. 1, 2018")]
)
def test_an_edition_that_is_there_already_is_named_by_its_day(
    world: World, language: str, words: str
) -> None:
    level = Level.objects.get(code="commune")
    row = IncomingArea("90001", "A", world.area("commune", "90001").geom)
    with override(language), pytest.raises(EditionConflict) as refused:
        editions.load([row], level=level, valid_from=date(2018, 1, 1))
    assert words in str(refused.value)
