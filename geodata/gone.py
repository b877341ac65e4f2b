"""What became of an area that is no more, by the successions that editions keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from geodata.days import day_in_words
from geodata.models import Succession

NEARLY_ALL = 0.95
"""Of the newer area: that much out of one older one, and it is the same under another code."""


@dataclass(frozen=True, slots=True)
class Became:
    """An area's end: `codes` have its ground since `day`, alone or with that of others."""

    level: str
    code: str
    codes: tuple[str, ...]
    day: date
    is_merge: bool

    @property
    def sentence(self) -> str:
        """“44003 was merged into 44213 on 1 January 2018.”"""
        if len(self.codes) > 1:
            sentence = _("%(old)s was split into %(new)s on %(day)s.")
        elif self.is_merge:
            sentence = _("%(old)s was merged into %(new)s on %(day)s.")
        else:
            sentence = _("%(old)s has been %(new)s since %(day)s.")
        new = str(_(" and ")).join(self.codes)
        return sentence % {"old": self.code, "new": new, "day": day_in_words(self.day)}


def became_of(level: str, code: str, *, on: date) -> Became | None:
    """The last end of a code before or on a day; None where none is known.

    One step: what it became may be gone by now, and says so in its turn.
    """
    if "\0" in level + code:
        return None
    ends = Succession.objects.filter(
        edition__level__code=level, from_code=code, edition__valid_from__lte=on
    ).exclude(to_code=code)
    steps = list(ends.select_related("edition").order_by("-edition__valid_from", "-from_share"))
    if not steps:
        return None
    last = [step for step in steps if step.edition_id == steps[0].edition_id]
    return Became(
        level,
        code,
        tuple(step.to_code for step in last),
        last[0].edition.valid_from,
        is_merge=last[0].to_share < NEARLY_ALL,
    )
