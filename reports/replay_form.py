"""Which of the submissions a changed set of rules is run over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reports.filters import SubmissionFilter
from reports.models import Submission
from reports.querysets import SubmissionQuerySet
from reports.routing import Rulebook
from reports.routing.replaying import Replayed, replay_last

MOST_REPLAYED = 5_000


class ReplayForm(forms.Form):
    """How many; which area and which days, the one filter says (`wanted`)."""

    number = forms.IntegerField(
        label=_("How many, the last ones first"),
        min_value=1,
        max_value=MOST_REPLAYED,
        initial=1_000,
    )
    area = forms.CharField(
        label=_("Only in the area"),
        help_text=_("level:code, such as commune:44109"),
        required=False,
        max_length=120,
    )
    skip = forms.IntegerField(
        required=False, min_value=0, max_value=100_000_000, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        given = data if data is not None else QueryDict()
        self.wanted = SubmissionFilter(given, extras=("number", "skip"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, texts in self.wanted.errors_by_parameter().items():
            self.add_error("area" if name == "area" else None, [f"{text}" for text in texts])
        return given

    def run(self, *, before: Rulebook, after: Rulebook) -> Replayed:
        """Call it on a valid form only."""
        sent: SubmissionQuerySet = self.wanted.apply(Submission.objects.all())
        given = self.cleaned_data
        return replay_last(
            sent, number=given["number"], skip=given["skip"] or 0, before=before, after=after
        )
