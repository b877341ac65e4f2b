"""First pages of lists by area, polygon, place and text, against one look-up by primary key; and
how even they are under eight clients.  BENCH_COUNT says how many submissions there are.

What is measured against the look-up (one `SELECT *` through psycopg, which prepares it after five)
is the question: the filter read out of a URL, the page of rows as lists show them, and how many
there are, in process.
The whole request with its page of HTML stands beside it, and so does the look-up through a model.
"""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory

from accounts.models import Membership, Role, User
from benchmarks import seeded
from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race
from benchmarks.growth import growth
from geodata.models import Area
from reports.counting import count_public
from reports.filters import SubmissionFilter
from reports.listing import public_page
from reports.models import Submission
from reports.views.triage import triage

_CLIENTS, _EACH = 8, 40
_TRIAGE = {"triage, whole page": "", "triage of new ones, whole page": "status=new"}
_PAGES = (
    "open in a region", "open in a region, whole page", "open in a commune",
    "open in a commune, whole page", *_TRIAGE,
)  # fmt: skip
"""Lists that may take 1.3 times as long over ten times the submissions."""


def figures() -> Iterator[Figure]:
    seeded.prepare()
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
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
    yield from growth("lists", seconds, dict.fromkeys(_PAGES, 1.3))
    bounds = dict.fromkeys(questions, 50.0)
    yield from against_floor("lists", seconds, floor="primary key", bounds=bounds, each=1)
    yield from _under_load("map", lambda query: get("/map/", query), list(questions.values()))
    yield from _under_load("triage", page_of, list(_TRIAGE.values()))


def _questions() -> dict[str, str]:
    """Filters with an area, by name."""
    crowded = _crowded()
    found = {f"open in a {level}": f"area={level}:{code}&status=open" for level, code in crowded}
    level, code = crowded[-1]
    (lon, lat) = _middle(level, code)
    ring = [[lon + dx, lat + dy] for dx, dy in ((-1, -1), (1, -1), (1.2, 0.8), (-1, 1), (-1, -1))]
    region, region_code = crowded[0]
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
    }


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
