"""What the loading commands share: lists that stay short, days, and levels, or a sentence."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geodata.findings import labelled
from geodata.models import Level
from geodata.numbers import in_words
from geodata.planning import Plan

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


def report_succession(command: BaseCommand, planned: Plan) -> None:
    """What became of the areas of the edition before, in sentences."""
    for title, lines in succession_lines(planned):
        write_list(command, title, lines)


def succession_lines(planned: Plan) -> list[tuple[str, list[str]]]:
    """(title, lines) of what merged, split, got another code or other ground."""
    changed, names = planned.succession, planned.names

    def older(*codes: str) -> str:
        return areas_in_words(codes, planned.names_before)

    def newer(*codes: str) -> str:
        return areas_in_words(codes, names)

    return [
        (
            _("Areas merged"),
            [
                _became(len(old)) % {"old": older(*old), "new": newer(new)}
                for old, new in changed.merged
            ],
        ),
        (
            _("Areas split"),
            [_became(1) % {"old": older(old), "new": newer(*new)} for old, new in changed.split],
        ),
        (
            _("Areas with another code"),
            [_became(1) % {"old": older(o), "new": newer(n)} for o, n in changed.renumbered],
        ),
        (
            _("Areas with other ground"),
            [
                _("%(code)s: gained %(gained)s m², lost %(lost)s m²")
                % {
                    "code": newer(m.code),
                    "gained": in_words(m.gained_m2),
                    "lost": in_words(m.lost_m2),
                }
                for m in changed.moved
            ],
        ),
    ]


def areas_in_words(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """“Ancenis (44003) and Saint-Géréon (44160)”."""
    return _(" and ").join(labelled(code, names.get(code)) for code in codes)


def _became(number: int) -> str:
    return ngettext("%(old)s became %(new)s", "%(old)s became %(new)s", number)
