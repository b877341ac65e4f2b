"""Taking in a file: it is kept as it came, and a job reads it."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import sha256
from pathlib import PurePath
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from geodata.kml import KmlRefused
from geodata.models import Collectivity
from geodata.reading import look_at
from geodata.sources import Options
from layers.actions.recording import record
from layers.errors import WrongFile
from layers.findings import sentence
from layers.models import Deed, Overlay, OverlayImport
from layers.tasks import read_import


def upload(
    *,
    overlay: Overlay | None,
    name: str,
    collectivity: Collectivity,
    file: File[bytes],
    by: User | None,
    slug: str = "",
    attribution: str = "",
    licence: str = "",
    colour: str = "",
    options: Options | None = None,
    note: str = "",
) -> OverlayImport:
    """Stores `file` as a new import of `overlay`, or of a new overlay called `name`.

    A new overlay's address is `slug`, which must be free, or made of its name.

    `options` is what is known of the file: its CRS, which of its layers.

    Nothing is public before `publish`.  Raises WrongFile for what is no map at first sight.
    """
    check_file(file)
    with transaction.atomic():
        if overlay is None:
            overlay = Overlay.objects.create(
                slug=slug or _free_slug(name),
                name=name,
                collectivity=collectivity,
                attribution=attribution,
                licence=licence,
                **({"colour": colour} if colour else {}),
            )
            record(overlay, Deed.CREATED, by, detail=name)
        overlay_import = OverlayImport(
            overlay=overlay,
            file_name=_printable(PurePath(file.name or "").name),
            sha256=_digest(file),
            size_bytes=file.size,
            uploaded_by=by,
            options=said(options or Options()),
            note=note,
        )
        overlay_import.file.save(f"{uuid4()}.upload", file, save=False)
        overlay_import.save()
        record(overlay, Deed.UPLOADED, by, overlay_import=overlay_import, detail=note)
        read_import.defer(import_id=overlay_import.pk)
    return overlay_import


def said(options: Options) -> dict[str, Any]:
    """What was said, as it is stored; where shapes are expected is asked anew at each reading."""
    return {name: value for name, value in asdict(options).items() if name != "near" and value}


def check_file(file: File[bytes]) -> None:
    """Raises WrongFile with a sentence when the size or the first part of the file rules it out."""
    if not file.size:
        raise WrongFile(_("The file is empty. Please choose another one."))
    if file.size > settings.OVERLAY_MAX_BYTES:
        raise WrongFile(
            _("The file has %(size)s; %(limit)s at most can be taken.")
            % {
                "size": filesizeformat(file.size),
                "limit": filesizeformat(settings.OVERLAY_MAX_BYTES),
            }
        )
    try:
        look_at(cast(BinaryIO, file))
    except KmlRefused as refused:
        raise WrongFile(sentence(refused.finding.code, refused.finding.values)) from refused
    finally:
        file.seek(0)


def _free_slug(name: str) -> str:
    """The first free slug made of a name."""
    stem = slugify(name)[:70] or "overlay"
    taken = set(Overlay.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    tries = (f"{stem}-{number}" if number > 1 else stem for number in range(1, len(taken) + 2))
    return next(one for one in tries if one not in taken)


def _digest(file: File[bytes]) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _printable(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[-200:]
