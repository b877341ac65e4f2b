"""Days as pages word them."""

from datetime import date

from django import template

from geodata.days import day_in_words

register = template.Library()


@register.filter(expects_localtime=True)
def in_words(day: date, style: str = "DATE_FORMAT") -> str:
    """`{{ edition.valid_from|in_words }}`; of a moment, `in_words:"DATETIME_FORMAT"`."""
    return day_in_words(day, style)
