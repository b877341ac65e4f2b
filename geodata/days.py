"""Days in words, in the reader's language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language


def day_in_words(day: date, style: str = "DATE_FORMAT") -> str:
    """“1 January 2026”, « 1er janvier 2026 »: the one day of a month whose number French writes as
    an ordinal, which no date format of Django's can say.  `style` may be DATETIME_FORMAT."""
    words = date_format(day, style)
    is_french = (get_language() or "").startswith("fr")
    return words.replace("1 ", "1er ", 1) if is_french and words.startswith("1 ") else words
