"""A resident's picture, made harmless: decoded within bounds, turned upright, encoded anew.

The new JPEG has none of the old file's bytes: no EXIF (with its place and time), XMP, IPTC,
comments or thumbnail.
"""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

register_heif_opener()

FORMATS: Final = ("JPEG", "PNG", "HEIF")
LONGEST_SIDE_PX: Final = 2048
JPEG_QUALITY: Final = 85


class BadPhoto(ValueError):
    """`str()` is a sentence for the sender, without the file's name."""


def clean_photo(upload: Any) -> ContentFile[bytes]:
    """`upload` (an uploaded file) as a JPEG of at most 2048 px a side.  Raises BadPhoto."""
    if upload.size > settings.PHOTO_MAX_BYTES:
        raise BadPhoto(
            _("The file is larger than %(most)d MB.")
            % {"most": settings.PHOTO_MAX_BYTES // 1_000_000}
        )
    picture = _decoded(upload)
    out = BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return ContentFile(out.getvalue(), name="photo.jpg")


def _decoded(file: IO[bytes]) -> Image.Image:
    unreadable = _("This is not a picture we can read: send a JPEG, PNG or HEIC.")
    try:
        with warnings.catch_warnings():
            # Pillow's own bound is a warning first; ours, below, is the one that decides.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
            _refuse_too_large(picture)
            picture.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
            return _small_upright_rgb(picture)
    except Image.DecompressionBombError:
        raise BadPhoto(_too_many_pixels()) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, BadPhoto):
            raise
        raise BadPhoto(unreadable) from error


def _refuse_too_large(picture: Image.Image) -> None:
    """By the header's word, before a pixel is unpacked."""
    if picture.width * picture.height > settings.PHOTO_MAX_PIXELS:
        raise BadPhoto(_too_many_pixels())


def _too_many_pixels() -> str:
    return _("The picture has more than %(most)d megapixels.") % {
        "most": settings.PHOTO_MAX_PIXELS // 1_000_000
    }


def _small_upright_rgb(picture: Image.Image) -> Image.Image:
    """A fresh RGB image: transparency on white, nothing of the file's metadata."""
    upright = ImageOps.exif_transpose(picture) or picture
    upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        flat = Image.new("RGB", layered.size, "white")
        flat.paste(layered, mask=layered.getchannel("A"))
    else:
        flat = upright.convert("RGB")
    flat.info.clear()
    return flat
