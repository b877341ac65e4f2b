"""What only a person knows of a file: the answer is kept with it, and it is read again."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from geodata.formats.projecting import named
from geodata.sources import Options, Unreadable
from layers.actions.recording import record
from layers.actions.uploading import said
from layers.errors import CannotAnswer
from layers.findings import sentence
from layers.models import Deed, ImportState, OverlayImport
from layers.tasks import read_import

_ENDED = (ImportState.ASKING, ImportState.READ, ImportState.FAILED)


@transaction.atomic
def answer(*, overlay_import: OverlayImport, options: Options, by: User | None = None) -> None:
    """Adds what `options` say to what was said before, and queues the reading.

    Raises CannotAnswer for a CRS that nobody knows, while the file is being read, and for the
    version that is on the public map.
    """
    fresh = OverlayImport.objects.select_for_update(of=("self",)).select_related("overlay")
    found = fresh.get(pk=overlay_import.pk)
    if found.state not in _ENDED or found.overlay.published_id == found.pk:
        raise CannotAnswer(_("This version cannot be read again now."))
    _check_crs(options.crs)
    found.options = said(replace(Options(**found.options), **said(options)))
    found.state = ImportState.QUEUED
    found.read_bytes = 0
    found.save(update_fields=["options", "state", "read_bytes"])
    detail = ", ".join(f"{key}: {value}" for key, value in said(options).items())
    record(found.overlay, Deed.ANSWERED, by, overlay_import=found, detail=detail)
    read_import.defer(import_id=found.pk)


def _check_crs(crs: str) -> None:
    try:
        if crs:
            named(crs)
    except Unreadable as error:
        raise CannotAnswer(sentence(error.code, error.values)) from error
