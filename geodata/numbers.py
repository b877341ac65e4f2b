"""Numbers inside sentences, as the language of the sentence writes them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format


def in_words(number: float | Decimal, *, decimals: int = 0) -> str:
    """“1,234.5” in English, « 1 234,5 » in French: with `decimals` digits after the point at most,
    and no zeros at the end.  Whole numbers come as int, float or Decimal, as who asks has them."""
    text = f"{Decimal(str(number)):.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    exact = Decimal(text)
    return number_format(exact if exact else Decimal(0), force_grouping=True)
