"""Click a place, choose a category and a day: every rule that was considered, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from geodata.coordinates import BadCoordinates, parse_point
from geodata.locating import LocatedArea, Location, NotHere
from geodata.models import Level
from reports.forms import ANSWER, CategoryField
from reports.models import Category, Competence, Question
from reports.outside import outside_sentence
from reports.routing import Explanation, explain, facts_at
from reports.routing.words import outcome_words


class TryForm(forms.Form):
    """Valid, `cleaned_data["pin"]` is a point in EPSG:4326."""

    lat = forms.CharField(label=_("Latitude"), max_length=40)
    lon = forms.CharField(label=_("Longitude"), max_length=40)
    category = CategoryField(
        label=_("Category"), queryset=Category.objects.all(), to_field_name="code", required=False
    )
    on = forms.DateField(
        label=_("On the day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    accuracy_m = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    side = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        try:
            given["pin"] = parse_point(given.get("lon"), given.get("lat"))
        except BadCoordinates as bad:
            self.add_error("lat" if bad.field == "lat" else "lon", str(bad))
        return given


@require_safe
@login_required
def try_rules(request: HttpRequest) -> HttpResponse:
    """The URL is the question, so that it can be sent to a colleague."""
    is_asked = bool(request.GET.get("lon") or request.GET.get("lat"))
    form = TryForm(request.GET if is_asked else None)
    context: dict[str, Any] = {"form": form, "questions": Question.objects.asked()}
    if is_asked and form.is_valid():
        context |= _answer(form, request)
    status = 400 if is_asked and form.errors else 200
    return render(request, "reports/competences_try.html", context, status=status)


def _answer(form: TryForm, request: HttpRequest) -> dict[str, Any]:
    given = form.cleaned_data
    answers = {
        name.removeprefix(ANSWER): str(value)
        for name, value in request.GET.items()
        if name.startswith(ANSWER) and value
    }
    try:
        facts = facts_at(
            given["pin"],
            on=given["on"] or timezone.localdate(),
            accuracy_m=given["accuracy_m"],
            side=given["side"],
            answers=answers,
        )
    except NotHere:
        form.add_error(None, _("That is not one of the areas at the point."))
        return {}
    if not facts.location.areas:
        return {"outside": outside_sentence(given["pin"])}
    explained = explain(facts, given["category"])
    return {
        "areas": _with_levels(facts.location),
        "route": explained.route,
        "considered": _considered(explained),
    }


def _with_levels(location: Location) -> list[tuple[LocatedArea, Level]]:
    levels = Level.objects.in_bulk(field_name="code")
    return [(area, levels[area.level]) for area in location.areas]


def _considered(explained: Explanation) -> list[dict[str, Any]]:
    """Every rule in the order it was asked; only the first match decides."""
    rows = Competence.objects.for_pages().in_bulk([v.rule.id for v in explained.verdicts])
    return [
        {
            "rule": rows[verdict.rule.id],
            "verdict": verdict,
            "words": outcome_words(verdict),
            "decides": verdict.rule.id == explained.route.rule,
        }
        for verdict in explained.verdicts
        if verdict.rule.id in rows
    ]
