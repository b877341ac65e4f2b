"""What the loading commands share: lists that stay short, days, and levels, or a sentence."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from geodata.models import Level

SHOWN = 15
"""Lines of one kind before the rest is only counted."""


def shortened(lines: list[str]) -> list[str]:
    if len(lines) <= SHOWN:
        return lines
    return [*lines[:SHOWN], _("… and %(count)d more") % {"count": len(lines) - SHOWN}]


def write_list(command: BaseCommand, title: str, lines: list[str]) -> None:
    if lines:
        command.stdout.write(_("%(title)s: %(count)d") % {"title": title, "count": len(lines)})
    for line in shortened(lines):
        command.stdout.write(f"  {line}")


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(
            _("--valid-from wants a day as YYYY-MM-DD, not “%(text)s”.") % {"text": text}
        ) from error


def level_of(code: str) -> Level:
    level = Level.objects.filter(code=code).first()
    if level is None:
        known = ", ".join(Level.objects.values_list("code", flat=True))
        raise CommandError(
            _("There is no level “%(code)s”; there are: %(known)s.")
            % {"code": code, "known": known}
        )
    return level
