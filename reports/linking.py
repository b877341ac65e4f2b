"""Links between submissions and today's areas of a level, many at a time in one statement.

The border rule stays where it is: `geodata_areas_at` is the function that `locate` asks, too.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from geodata.locating import Location
from geodata.models import Edition, Level
from reports.models import Submission, SubmissionArea
from reports.workflow import OPEN

# A submission's pin and, beside the 180th meridian, the same from its other side.
_PLACES = """unnest(CASE
        WHEN ABS(ST_X(submission.pin)) < 179.99 THEN ARRAY[submission.pin]
        ELSE ARRAY[submission.pin,
            ST_Translate(submission.pin, -360 * SIGN(ST_X(submission.pin)), 0)]
        END) AS here (pin)"""

# Submissions whose pin is near the edition's ground, in the order of their ids.
_ON_GROUND = """
    SELECT submission.id FROM reports_submission AS submission
    WHERE submission.id > %s AND submission.id <= %s AND EXISTS (
        SELECT FROM {places}
        JOIN geodata_areapart AS part ON part.geom && ST_Expand(here.pin, 0.001)
        JOIN geodata_area AS area ON area.id = part.area_id
        WHERE area.edition_id = %s
    )
    ORDER BY submission.id LIMIT %s
"""

# All areas of the level here today: a new series may change who owns a border.  A phone's accuracy
# and the side that the resident named count as they did when it was sent.
_LINK = """
    INSERT INTO reports_submissionarea AS link
        (submission_id, area_id, is_owner, distance_m, created_at, is_open, category_id)
    SELECT submission.id, found.id, found.place = 1, found.distance_m,
           submission.created_at, submission.status = ANY(%(open)s), submission.category_id
    FROM reports_submission AS submission
    CROSS JOIN LATERAL (
        SELECT here.id, here.distance_m, row_number() OVER (
            ORDER BY submission.side <> here.level || ':' || here.code, here.ordinality
        ) AS place
        FROM geodata_areas_at(
            ST_X(submission.pin), ST_Y(submission.pin), %(day)s,
            GREATEST(%(tolerance)s, LEAST(COALESCE(submission.accuracy_m, 0), %(most)s))
        ) WITH ORDINALITY AS here
        WHERE here.level = %(level)s
    ) AS found
    WHERE submission.id = ANY(%(ids)s)
    ON CONFLICT (submission_id, area_id) DO UPDATE SET is_owner = EXCLUDED.is_owner
    WHERE link.is_owner <> EXCLUDED.is_owner
"""

# Open ones whose collectivity is of the level but has no area of it at the pin any more.
_LEFT_BEHIND = """
    SELECT submission.id FROM reports_submission AS submission
    JOIN geodata_collectivity AS body ON body.id = submission.responsible_id
    WHERE submission.id = ANY(%(ids)s) AND submission.status = ANY(%(open)s)
        AND body.level_id = %(level)s AND NOT EXISTS (
            SELECT FROM reports_submissionarea AS link
            JOIN geodata_area AS area ON area.id = link.area_id
            JOIN geodata_edition AS edition ON edition.id = area.edition_id
                AND edition.valid_from <= %(day)s
                AND (edition.valid_to IS NULL OR edition.valid_to > %(day)s)
            WHERE link.submission_id = submission.id AND area.collectivity_id = body.id
        )
    ORDER BY submission.id
"""


def link_at(submission: Submission, *locations: Location) -> None:
    """Link one submission to the areas of its place, of one day or of several."""
    areas = {area.id: area for location in locations for area in location.areas}
    SubmissionArea.objects.bulk_create(
        SubmissionArea(
            submission=submission,
            area_id=area.id,
            is_owner=area.is_owner,
            distance_m=area.distance_m,
            created_at=submission.created_at,
            is_open=submission.is_open,
            category_id=submission.category_id,
        )
        for area in areas.values()
    )


# Submissions near the edition's ground: how many, and how many would be owned by another code at
# its level than they are today.
_CHANGING = """
    SELECT COUNT(*), COUNT(*) FILTER (WHERE now_in.code IS DISTINCT FROM then_in.code)
    FROM reports_submission AS submission
    LEFT JOIN LATERAL (
        SELECT area.code FROM reports_submissionarea AS link
        JOIN geodata_area AS area ON area.id = link.area_id AND area.level_id = %(level_id)s
        JOIN geodata_edition AS edition ON edition.id = area.edition_id
        WHERE link.submission_id = submission.id AND link.is_owner AND area.edition_id <> %(id)s
            AND edition.valid_from <= %(today)s
        ORDER BY edition.valid_from DESC LIMIT 1
    ) AS now_in ON TRUE
    LEFT JOIN LATERAL (
        SELECT here.code FROM geodata_areas_at(
            ST_X(submission.pin), ST_Y(submission.pin), %(first_day)s, %(tolerance)s
        ) WITH ORDINALITY AS here
        WHERE here.level = %(level)s ORDER BY here.ordinality LIMIT 1
    ) AS then_in ON TRUE
    WHERE EXISTS (
        SELECT FROM {places}
        JOIN geodata_areapart AS part ON part.geom && ST_Expand(here.pin, 0.001)
        JOIN geodata_area AS area ON area.id = part.area_id
        WHERE area.edition_id IN (%(id)s, %(follows)s)
    )
"""


def changes_of_area(edition: Edition) -> list[str]:
    """What an edition does to the submissions on its ground, in a sentence; they are not linked
    to it yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGING.format(places=_PLACES),
            {
                "id": edition.pk,
                "follows": edition.follows_id or edition.pk,
                "level": edition.level.code,
                "level_id": edition.level_id,
                "today": timezone.localdate(),
                "first_day": edition.valid_from,
                "tolerance": settings.BORDER_TOLERANCE_M,
            },
        )
        there, changing = cursor.fetchone()
    sentence = ngettext(
        "Of %(there)d submission on this ground, %(changing)d would change area.",
        "Of %(there)d submissions on this ground, %(changing)d would change area.",
        there,
    )
    return [sentence % {"there": there, "changing": changing}]


def on_ground_of(edition: Edition, *, after: int, last: int, limit: int) -> list[int]:
    """Ids after `after` up to `last` of submissions on the edition's ground."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_GROUND.format(places=_PLACES), [after, last, edition.pk, limit])
        return [pk for (pk,) in cursor.fetchall()]


def link(ids: Sequence[int], level: Level) -> None:
    """Link submissions to today's areas of `level`.

    Links to earlier editions stay: they tell where it lay on its day.  Locks the submissions: one
    that is being closed meanwhile keeps its links in step.  Again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM reports_submission WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(ids)],
        )
        cursor.execute(
            _LINK,
            {
                "open": list(OPEN),
                "day": timezone.localdate(),
                "tolerance": settings.BORDER_TOLERANCE_M,
                "most": settings.ACCURACY_MAX_M,
                "level": level.code,
                "ids": list(ids),
            },
        )


def hold_linked_to(edition_id: int) -> None:
    """Lock the submissions that are linked to an edition's areas, before the links go.

    The trigger that counts a link out reads the submission as it is committed: one that is being
    hidden or given another category would be counted out twice, by its own trigger and by this
    one.  Locked first, and in the order of ids, no two wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT COUNT(*) FROM (
                SELECT FROM reports_submission WHERE id IN (
                    SELECT link.submission_id FROM reports_submissionarea AS link
                    JOIN geodata_area AS area ON area.id = link.area_id
                    WHERE area.edition_id = %s
                ) ORDER BY id FOR NO KEY UPDATE
            ) AS held
            """,
            [edition_id],
        )


def left_behind(ids: Sequence[int], level: Level) -> list[int]:
    """Those of `ids` that are open and whose collectivity of `level` is not theirs any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LEFT_BEHIND,
            {
                "ids": list(ids),
                "open": list(OPEN),
                "level": level.pk,
                "day": timezone.localdate(),
            },
        )
        return [pk for (pk,) in cursor.fetchall()]
