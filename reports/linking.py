"""Links between submissions and a new edition's areas, in batches of one statement each.

The border rule stays where it is: `geodata_areas_at` is the function that `locate` asks, too.
"""

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from geodata.models import Edition
from reports.workflow import OPEN

BATCH = 2_000

# Submissions whose pin is near the edition's ground, in the order of their ids.
_NEXT = """
    SELECT submission.id FROM reports_submission AS submission
    WHERE submission.id > %s AND EXISTS (
        SELECT FROM geodata_areapart AS part JOIN geodata_area AS area ON area.id = part.area_id
        WHERE area.edition_id = %s AND part.geom && ST_Expand(submission.pin, 0.001)
    )
    ORDER BY submission.id LIMIT %s
"""

# All areas of the edition's level here today: a new series may change who owns a border.
_LINK = """
    INSERT INTO reports_submissionarea AS link
        (submission_id, area_id, is_owner, distance_m, created_at, is_open)
    SELECT submission.id, found.id, found.place = 1, found.distance_m,
           submission.created_at, submission.status = ANY(%s)
    FROM reports_submission AS submission
    CROSS JOIN LATERAL (
        SELECT here.id, here.distance_m, row_number() OVER (ORDER BY here.ordinality) AS place
        FROM geodata_areas_at(ST_X(submission.pin), ST_Y(submission.pin), %s, %s)
            WITH ORDINALITY AS here
        WHERE here.level = %s
    ) AS found
    WHERE submission.id = ANY(%s)
    ON CONFLICT (submission_id, area_id) DO UPDATE SET is_owner = EXCLUDED.is_owner
    WHERE link.is_owner <> EXCLUDED.is_owner
"""


def link_to(edition: Edition) -> int:
    """Link every submission on the edition's ground to today's areas of its level.

    Links to earlier editions stay: they tell where it lay on its day.  Each batch is a
    transaction of its own, and running it again changes nothing, so that a worker killed in the
    middle loses and doubles nothing.  Returns how many submissions were looked at.
    """
    last, total = 0, 0
    while True:
        batch = _batch(edition, after=last)
        if not batch:
            return total
        _link(edition, batch)
        last, total = batch[-1], total + len(batch)


def _batch(edition: Edition, *, after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [after, edition.pk, BATCH])
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def _link(edition: Edition, batch: list[int]) -> None:
    """Locks the submissions: one that is being closed meanwhile keeps its links in step."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM reports_submission WHERE id = ANY(%s) FOR UPDATE", [batch])
        cursor.execute(
            _LINK,
            [
                list(OPEN),
                timezone.localdate(),
                settings.BORDER_TOLERANCE_M,
                edition.level.code,
                batch,
            ],
        )
