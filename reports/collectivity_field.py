"""A collectivity as people write it: its name, its code, or `level:code`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geodata.models import Collectivity

MOST_NAMED = 8


def key_of(collectivity: Collectivity) -> str:
    """`level:code`; `:code` where it has no level."""
    return f"{collectivity.level.code if collectivity.level else ''}:{collectivity.code}"


def written(collectivity: Collectivity) -> str:
    """As people read it in a field and write it there: one without a level by its code alone, as
    long as nobody else has that code."""
    if collectivity.level is None and len(_named(collectivity.code)[:2]) == 1:
        return collectivity.code
    return key_of(collectivity)


class CollectivityField(forms.CharField):
    """Text → the one Collectivity it names; where it names several, says which there are."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 220)
        kwargs.setdefault(
            "help_text", _("Its name, or level:code such as commune:44109 or epci:244400404.")
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Collectivity) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        return self._find(text) if text else None

    def _find(self, text: str) -> Collectivity:
        found = list(_named(text)[: MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("No collectivity is called “%(text)s”."), params={"text": text})
        names = ", ".join(f"{one.name} ({written(one)})" for one in found[:MOST_NAMED])
        more = "…" if len(found) > MOST_NAMED else "."
        raise ValidationError(
            _("“%(text)s” may be several: write one of %(names)s%(more)s"),
            params={"text": text, "names": names, "more": more},
        )


def _named(text: str) -> QuerySet[Collectivity]:
    """The collectivity of that key; else of that very name or code; else beginning so."""
    all_of_them = Collectivity.objects.select_related("level").order_by("level__rank", "name")
    if ":" in text:
        level, _colon, code = text.partition(":")
        tier = {"level__code": level} if level else {"level": None}
        return all_of_them.filter(**tier, code=code)
    exactly = all_of_them.filter(name__unaccent__iexact=text) | all_of_them.filter(code=text)
    return exactly if exactly.exists() else all_of_them.filter(name__unaccent__istartswith=text)
