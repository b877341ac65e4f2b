"""First pages of lists by area, polygon, place and text, against one look-up by primary key; and
how even they are under eight clients.  CANTONNIER_BENCH_SUBMISSIONS says how many there are."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory

from accounts.models import Membership, Role, User
from benchmarks.doors import get, raw_connection
from benchmarks.figures import Figure, against_floor, race
from geodata.models import Area
from reports.filters import SubmissionFilter
from reports.listing import count_under, page_under
from reports.models import Submission
from reports.views.triage import triage

_NUMBER = int(os.environ.get("CANTONNIER_BENCH_SUBMISSIONS", 300_000))
_CLIENTS, _EACH = 8, 40

# Pins in the pieces of communes, a few of them crowded; three years, half of them open.
_FILL = """
    INSERT INTO reports_submission (client_uuid, ref, kind, category_id, status, description, pin,
        address, answers, side, reporter_email, may_share_contact, language, is_hidden, route,
        is_to_verify, created_at, updated_at, responsible_id)
    SELECT gen_random_uuid(), 'L' || n, category.kind, category.id,
        (ARRAY['new', 'in_progress', 'scheduled', 'resolved', 'rejected', 'resolved'])[1 + n %% 6],
        (ARRAY['Un trou sur la chaussée', 'Lampadaire éteint', 'Banc cassé', 'Dépôt sauvage',
            'Arbre tombé', 'Passage piéton effacé'])[1 + n %% 6] || ' ' || n,
        ST_Translate(place.pin, (random() - 0.5) / 500, (random() - 0.5) / 500),
        '', '{}', '', '', FALSE, 'fr', n %% 100 = 0, '{}', FALSE,
        now() - random() * interval '3 years', now(), place.collectivity_id
    FROM generate_series(1, %(number)s) AS n
    JOIN (SELECT row_number() OVER (ORDER BY md5(part.id::text)) AS place,
            ST_PointOnSurface(part.geom) AS pin, area.collectivity_id
        FROM geodata_areapart AS part JOIN geodata_area AS area ON area.id = part.area_id
        JOIN geodata_level AS level ON level.id = area.level_id AND level.code = 'commune'
    ) AS place ON place.place = 1 + floor(power(((n * 2654435761) %% 1000003) / 1000003.0, 3)
        * (%(places)s - 1))::bigint
    JOIN (SELECT id, kind, row_number() OVER (ORDER BY id) AS place,
            count(*) OVER () AS number FROM reports_category)
        AS category ON category.place = 1 + n %% category.number
"""
_LINK = """
    INSERT INTO reports_submissionarea
        (submission_id, area_id, is_owner, distance_m, created_at, is_open)
    SELECT DISTINCT ON (submission.id, part.area_id) submission.id, part.area_id, TRUE, 0,
        submission.created_at, submission.status IN ('new', 'in_progress', 'scheduled')
    FROM reports_submission AS submission
    JOIN geodata_areapart AS part ON ST_Covers(part.geom, submission.pin)
    WHERE submission.ref LIKE 'L%%'
"""


def figures() -> Iterator[Figure]:
    _prepare()
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    pk = Submission.objects.filter(ref__startswith="L").latest("pk").pk
    questions = _questions()
    with raw_connection() as raw:

        def look_up() -> None:
            for _ in range(10):
                raw.execute("SELECT * FROM reports_submission WHERE id = %s", [pk]).fetchone()

        contestants: dict[str, Callable[[], object]] = {"primary key ×10": look_up}
        for name, query in questions.items():
            contestants[name] = _first_page(query)
        seconds = race(contestants, rounds=9)
    seconds["primary key"] = seconds.pop("primary key ×10") / 10
    bounds = dict.fromkeys(questions, 50.0)
    yield from against_floor("lists", seconds, floor="primary key", bounds=bounds, each=1)
    yield from _under_load("map", lambda query: get("/map/", query), list(questions.values()))
    yield from _under_load("triage", _triage_page(), ["", "status=new"])


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
        "text in a commune": f"area={level}:{code}&q=lampadaire",
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
        public = Submission.objects.public()
        assert page_under(wanted, public.for_lists(), limit=50).rows
        count_under(wanted, public)

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


def _prepare() -> None:
    """Kept between runs, as the ground is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_submission WHERE ref LIKE 'L%'")
        if cursor.fetchone()[0] >= _NUMBER * 0.9:
            return
        _forget(cursor)
        cursor.execute(
            "SELECT count(*) FROM geodata_areapart AS part"
            " JOIN geodata_area AS area ON area.id = part.area_id"
            " JOIN geodata_level AS level ON level.id = area.level_id AND level.code = 'commune'"
        )
        cursor.execute(_FILL, {"number": _NUMBER, "places": cursor.fetchone()[0]})
        cursor.execute(_LINK)
        cursor.execute("VACUUM ANALYZE reports_submission")
        cursor.execute("VACUUM ANALYZE reports_submissionarea")


def _forget(cursor: object) -> None:
    links = "SELECT id FROM reports_submission WHERE ref LIKE 'L%'"
    cursor.execute(f"DELETE FROM reports_submissionarea WHERE submission_id IN ({links})")  # type: ignore[attr-defined]
    cursor.execute("DELETE FROM reports_submission WHERE ref LIKE 'L%'")  # type: ignore[attr-defined]
