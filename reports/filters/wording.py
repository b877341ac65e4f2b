"""A valid filter in words, for the title of a sheet: what a reader of paper has to know."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from geodata.days import day_in_words
from reports.filters.form import PHASES, SubmissionFilter
from reports.workflow import Kind, Status

MOST_NAMED = 3
_NAMES = dict([*PHASES, *Status.choices])


def in_words(wanted: SubmissionFilter) -> str:
    """Such as "Reports · Open · Roads · Nantes"."""
    return " · ".join(
        [_kinds(wanted), *filter(None, [*_what(wanted), *_where(wanted), *_when(wanted)])]
    )


def _kinds(wanted: SubmissionFilter) -> str:
    kinds = wanted.cleaned_data["kind"]
    if kinds == [Kind.REPORT]:
        return pgettext("title of a map", "Reports")
    if kinds == [Kind.PROPOSAL]:
        return pgettext("title of a map", "Proposals")
    return pgettext("title of a map", "Reports and proposals")


def _what(wanted: SubmissionFilter) -> list[str]:
    given = wanted.cleaned_data
    return [
        _listed(str(_NAMES[name]).lower() for name in given["status"]),
        _listed(one.name for one in given["group"]),
        _listed(one.name for one in given["category"]),
        _("“%(text)s”") % {"text": given["q"]} if given["q"] else "",
        {True: _("with a photo"), False: _("without a photo"), None: ""}[given["has_photo"]],
        _listed((one.name for one in given["responsible"]), _("answered for by %(names)s")),
    ]


def _where(wanted: SubmissionFilter) -> list[str]:
    near = wanted.cleaned_data["near"]
    on = wanted.cleaned_data["on"]
    return [
        _listed(_places(wanted)),
        _("areas as they were on %(day)s") % {"day": day_in_words(on)} if on else "",
        _("within %(radius)s m of a place") % {"radius": f"{near.radius_m:g}"} if near else "",
        _("inside a drawn area") if wanted.cleaned_data["within"] else "",
        _("inside a box") if wanted.cleaned_data["bbox"] else "",
    ]


def _places(wanted: SubmissionFilter) -> list[str]:
    areas = [area.name for area in wanted.chosen_areas]
    return areas + [shape.name for shape in wanted.chosen_shapes]


def _when(wanted: SubmissionFilter) -> list[str]:
    first, last = wanted.cleaned_data["created_from"], wanted.cleaned_data["created_to"]
    if first and last:
        days = {"first": day_in_words(first), "last": day_in_words(last)}
        return [_("sent from %(first)s to %(last)s") % days]
    if first:
        return [_("sent since %(first)s") % {"first": day_in_words(first)}]
    return [_("sent until %(last)s") % {"last": day_in_words(last)}] if last else []


def _listed(names: Iterable[str], around: str = "%(names)s") -> str:
    """At most MOST_NAMED of them, and how many more."""
    known = [str(name) for name in names]
    if not known:
        return ""
    text = ", ".join(known[:MOST_NAMED])
    if len(known) > MOST_NAMED:
        text = _("%(names)s and %(number)d more") % {
            "names": text,
            "number": len(known) - MOST_NAMED,
        }
    return around % {"names": text}
