"""First pages of lists by area, polygon, place and text, against one look-up by primary key; and
how even they are under eight clients.  BENCH_COUNT says how many submissions there are.

What is measured against the look-up (one `SELECT *` through psycopg, which prepares it after five)
is the question: the filter read out of a URL, the page of rows as lists show them, and how many
there are, in process.
The whole request with its page of HTML stands beside it, and so does the look-up through a model.
Lists by the last change inform, too: that is an order, not a filter.
"""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory

from accounts.models import Membership, Role, User
from benchmarks import seeded
from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race
from benchmarks.growth import Growing
from geodata.models import Area
from reports.counting import count_public
from reports.filters import SubmissionFilter
from reports.listing import public_page
from reports.models import Submission
from reports.views.triage import triage

_CLIENTS, _EACH = 8, 40
_TRIAGE = {"triage, whole page": "", "triage of new ones, whole page": "status=new"}
_PAGE_S = 1.3
"""Times as long as over a tenth of the submissions, for pages of lists and of triage."""


def figures() -> Iterator[Figure]:
    seeded.prepare()
    pk = Submission.objects.latest("pk").pk
    questions = _questions()
    with raw_connection() as raw:

        def look_up() -> None:
            for _ in range(10):
                raw.execute("SELECT * FROM reports_submission WHERE id = %s", [pk]).fetchone()

        contestants: dict[str, Callable[[], object]] = {
            "primary key ×10": look_up,
            "model by primary key": lambda: Submission.objects.get(pk=pk),
        }
        page_of = _triage_page()
        for name, query in _TRIAGE.items():
            contestants[name] = partial(page_of, query)
        for name, query in questions.items():
            contestants[name] = _first_page(query)
            contestants[f"{name}, whole page"] = partial(get, "/map/", query)
        seconds = race(contestants, rounds=9)
    seconds["primary key"] = seconds.pop("primary key ×10") / 10
    bounds = {name: 50.0 for name in questions if not name.startswith("changed")}
    yield from against_floor("lists", seconds, floor="primary key", bounds=bounds, each=1)
    yield from _under_load("map", lambda query: get("/map/", query), list(questions.values()))
    yield from _under_load("triage", page_of, list(_TRIAGE.values()))


def growing() -> Growing:
    page_of = _triage_page()
    pages: Growing = {name: (partial(page_of, query), _PAGE_S) for name, query in _TRIAGE.items()}
    for name, query in _questions().items():
        if not name.startswith("changed"):
            pages[f"list, {name}"] = _first_page(query), _PAGE_S
        if name in ("open in a region", "open in a commune"):
            pages[f"page, {name}"] = partial(get, "/map/", query), _PAGE_S
    return pages


def _questions() -> dict[str, str]:
    """Filters with an area, by name."""
    crowded = _crowded()
    found = {f"open in a {level}": f"area={level}:{code}&status=open" for level, code in crowded}
    level, code = crowded[-1]
    (lon, lat) = _middle(level, code)
    ring = [[lon + dx, lat + dy] for dx, dy in ((-1, -1), (1, -1), (1.2, 0.8), (-1, 1), (-1, -1))]
    region, region_code = crowded[0]
    rare = _rarest_category(region, region_code)
    body = _collectivity(level, code)
    return {
        **found,
        "in a polygon": f'within={{"type":"Polygon","coordinates":[{ring}]}}&status=open'.replace(
            " ", ""
        ),
        "near": f"near={lon},{lat},2000&status=open",
        "rare word in a région": f"area={region}:{region_code}&q=girafe",
        "text in a commune": f"area={level}:{code}&q=lampadaire",
        "a category in a région": f"area={region}:{region_code}&category=voirie&status=open",
        "a category in a commune": f"area={level}:{code}&category=voirie&status=open",
        "proposals in a commune": f"area={level}:{code}&kind=proposal",
        "a month in a région": f"area={region}:{region_code}&from=2025-11-01&to=2025-11-30",
        "two areas": f"area={level}:{code}&area={region}:{region_code}&status=open",
        "a rare category in a région": f"area={region}:{region_code}&category={rare}",
        "new ones in a région": f"area={region}:{region_code}&status=new",
        "oldest in a région": f"area={region}:{region_code}&status=open&sort=oldest",
        "changed in a région": f"area={region}:{region_code}&sort=changed",
        "changed in a commune": f"area={level}:{code}&sort=changed",
        "what a city answers for in its commune": f"area={level}:{code}&responsible={body}",
        "what a city answers for in its région": f"area={region}:{region_code}&responsible={body}",
        "without a photo in a commune": f"area={level}:{code}&has_photo=false",
    }


def _rarest_category(level: str, code: str) -> str:
    """Of those that an area has any of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT category.code FROM reports_tally AS tally"
            " JOIN reports_category AS category ON category.id = tally.category"
            " JOIN geodata_area AS area ON area.id = tally.area AND area.code = %s"
            " JOIN geodata_level AS level ON level.id = area.level_id AND level.code = %s"
            " WHERE tally.month = 0"
            " ORDER BY new + in_progress + scheduled + resolved + rejected LIMIT 1",
            [code, level],
        )
        return str(cursor.fetchone()[0])


def _collectivity(level: str, code: str) -> str:
    area = Area.objects.current().select_related("collectivity__level")
    body = area.get(level__code=level, code=code).collectivity
    assert body is not None
    return f"{body.level.code}:{body.code}"


def _crowded() -> list[tuple[str, str]]:
    """The area of each level with the most links, upper levels first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (level.rank) level.code, area.code FROM geodata_area AS area"
            " JOIN geodata_level AS level ON level.id = area.level_id"
            " JOIN (SELECT area_id, count(*) AS number FROM reports_submissionarea GROUP BY 1)"
            " AS link ON link.area_id = area.id ORDER BY level.rank, link.number DESC"
        )
        return list(cursor.fetchall())


def _middle(level: str, code: str) -> tuple[float, float]:
    area = Area.objects.current().for_pages().get(level__code=level, code=code)
    return round(area.inner_point.x, 4), round(area.inner_point.y, 4)


def _first_page(query: str) -> Callable[[], object]:
    """Page and count, as the map page asks for them."""

    def ask() -> None:
        wanted = SubmissionFilter(QueryDict(query))
        assert wanted.is_valid(), wanted.errors
        public_page(wanted, limit=50)
        count_public(wanted)

    return ask


def _triage_page() -> Callable[[str], object]:
    """As an agent of the crowded département asks for it."""
    agent, _made = User.objects.get_or_create(username="bench-agent")
    area = Area.objects.current().filter(collectivity__isnull=False).order_by("level__rank").first()
    assert area is not None
    Membership.objects.get_or_create(
        user=agent, collectivity=area.collectivity, defaults={"role": Role.AGENT}
    )
    factory = RequestFactory()

    def ask(query: str) -> None:
        request = factory.get(f"/triage/?{query}")
        request.user = agent
        request.session = {}  # type: ignore[assignment]
        assert triage(request).status_code == 200

    return ask


def _under_load(name: str, ask: Callable[[str], object], queries: list[str]) -> Iterator[Figure]:
    """Median and 99th percentile of whole pages, eight clients at once in one process."""
    taken: list[float] = []

    def client(number: int) -> None:
        for turn in range(_EACH):
            began = time.perf_counter()
            ask(queries[(number + turn) % len(queries)])
            taken.append(time.perf_counter() - began)
        connection.close()

    for query in queries:
        ask(query)
    threads = [threading.Thread(target=client, args=[number]) for number in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    usual, worst = median(taken), sorted(taken)[int(0.99 * len(taken))]
    yield Figure(f"lists.{name} with 8 clients, median", 1_000 * usual, "ms")
    yield Figure(f"lists.{name} with 8 clients, p99", 1_000 * worst, "ms", worst / usual, 5.0)
