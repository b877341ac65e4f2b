"""Making areas of an overlay's polygons: a new edition of a level, in the overlay's own series; and
taking them back."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from geodata import editions
from geodata.editions import EditionConflict
from geodata.models import Edition, Level
from layers.actions.recording import record
from layers.errors import CannotPromote
from layers.models import Deed, Overlay
from layers.promotion import plan


@transaction.atomic
def promote(
    *,
    overlay: Overlay,
    level: Level,
    code_field: str,
    name_field: str,
    valid_from: date,
    by: User | None,
) -> Edition:
    """Loads the published polygons as areas of `level` from `valid_from` on.

    Raises CannotPromote with a sentence; `promotion.plan` tells beforehand what would happen.
    """
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    planned = plan(locked, level, code_field, name_field, valid_from)
    if planned.obstacles:
        raise CannotPromote(planned.obstacles[0])
    try:
        edition = editions.load(
            planned.plan.rows,
            level=level,
            valid_from=valid_from,
            series=locked.slug,
            source=locked.attribution or locked.name,
            licence=locked.licence,
            successions=planned.plan.succession.links,
        )
    except EditionConflict as conflict:  # somebody was quicker
        raise CannotPromote(str(conflict)) from conflict
    locked.edition = edition
    locked.save(update_fields=["edition"])
    record(locked, Deed.PROMOTED, by, overlay_import=locked.published, detail=str(edition))
    return edition


@transaction.atomic
def roll_back(*, overlay: Overlay, by: User | None) -> Edition | None:
    """Takes back the areas last made of the overlay; the edition before them is valid again.

    Submissions are linked anew by a job.  Raises CannotPromote where a later edition builds on it,
    or none was made.
    """
    locked = Overlay.objects.select_for_update().get(pk=overlay.pk)
    if locked.edition is None:
        raise CannotPromote(_("No areas were made of this overlay."))
    said = str(locked.edition)
    try:
        before = editions.roll_back(edition=locked.edition)
    except EditionConflict as conflict:
        raise CannotPromote(str(conflict)) from conflict
    locked.edition = before
    locked.save(update_fields=["edition"])
    record(locked, Deed.ROLLED_BACK, by, detail=said)
    return before
