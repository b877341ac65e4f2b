"""Five hundred submissions of two years, with what became of them."""

from __future__ import annotations

from random import Random
from typing import Any

from shapely import Point

from demo import names, texts
from demo.ground import DECIMALS, Piece
from demo.roads import Lane

NUMBER = 500
DAYS = 730
_WEIGHTS = {
    "voirie": 22, "proprete": 17, "eclairage": 12, "dechets": 9, "espaces-verts": 8, "eau": 5,
    "mobilier-urbain": 6, "transport": 3, "colleges": 2, "amenagement": 5, "mobilite": 4,
    "nature": 3, "vie-de-quartier": 2, "culture-sport": 2,
}  # fmt: skip


def submissions(
    random: Random, communes: dict[str, Piece], lanes: list[Lane]
) -> list[dict[str, Any]]:
    """Oldest first.  `days_ago` and the days of `history` count back from the loading."""
    people = [names.population(name) ** 0.85 for name in communes]
    seen: set[str] = set()
    rows: list[dict[str, Any]] = []
    while len(rows) < NUMBER:
        piece = communes[random.choices(list(communes), people)[0]]
        category = random.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        words = texts.description(random, category)
        if words in seen:
            continue
        seen.add(words)
        at = _place(random, piece, lanes)
        # More in the last months, as a service that is getting known.
        days_ago = round(DAYS * random.betavariate(1, 1.35), 2)
        rows.append(
            {
                "category": category,
                "lon": round(at.x, DECIMALS),
                "lat": round(at.y, DECIMALS),
                "days_ago": days_ago,
                "description": words,
                "history": _history(random, category, days_ago),
            }
        )
    return sorted(rows, key=lambda row: (-row["days_ago"], row["description"]))


def _place(random: Random, piece: Piece, lanes: list[Lane]) -> Point:
    """Around the bourg, in its streets, or along a road: always in the commune."""
    while True:
        chance = random.random()
        if chance < 0.25:
            line = random.choice(lanes).line.intersection(piece.ground)
            if line.is_empty:
                continue
            at = line.interpolate(random.random(), normalized=True)
            at = Point(at.x + random.gauss(0, 5e-5), at.y + random.gauss(0, 5e-5))
        else:
            spread = 0.006 if chance < 0.8 else 0.017
            at = Point(
                piece.seed.x + random.gauss(0, spread * 1.4),
                piece.seed.y + random.gauss(0, spread),
            )
        if piece.ground.contains(at):
            return at


def _history(random: Random, category: str, days_ago: float) -> list[list[Any]]:
    """Steps [days after sending, status or "note", words] that lie in the past."""
    is_report = category in texts.REPORTS
    path = _path(random, is_report)
    steps: list[list[Any]] = []
    day = 0.0
    for status, words in path:
        day += round(random.expovariate(1 / (9 if is_report else 40)) + 0.3, 2)
        if day >= days_ago:
            break
        steps.append([round(day, 2), status, words])
    if steps and random.random() < 0.12:
        steps.insert(1, [round(steps[0][0] + 0.01, 2), "note", random.choice(texts.NOTES)])
    return steps


def _path(random: Random, is_report: bool) -> list[tuple[str, str]]:
    """What becomes of one, if there is time enough."""
    say = random.choice
    up = ("in_progress", say(texts.TAKEN_UP))
    refused = ("rejected", say(texts.REFUSED))
    if is_report:
        done = ("resolved", say(texts.DONE))
        planned = ("scheduled", say(texts.PLANNED))
        paths = [[up, done], [up, planned, done], [done], [refused], [up], []]
        return random.choices(paths, [38, 18, 14, 9, 13, 8])[0]
    done = ("resolved", say(texts.CARRIED_OUT))
    paths = [[up, ("scheduled", say(texts.PLANNED)), done], [up, refused], [up], [refused], []]
    return random.choices(paths, [26, 22, 28, 8, 16])[0]
