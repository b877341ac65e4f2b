"""What an agent may do on a submission's triage page: one form, one verb a button."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.actions import triage
from reports.models import Submission
from reports.workflow import status_label, transitions_from


class TriageForm(forms.Form):
    """`verb` is the button that was pressed; `text` the words that go with it."""

    VERBS = [
        ("transition", _("Change the status")),
        ("reply", _("Reply publicly")),
        ("note", _("Write an internal note")),
        ("hide", _("Hide from the public")),
        ("show", _("Show to the public again")),
    ]

    verb = forms.ChoiceField(choices=VERBS)
    to = forms.ChoiceField(label=_("New status"), required=False, widget=forms.RadioSelect)
    seen_status = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your words"),
        help_text=_("Public with a new status or a reply; internal in a note."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, submission: Submission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_status"] = submission.status
        next_ones = transitions_from(submission.kind, submission.status)
        choices = [(status, status_label(submission.kind, status)) for status in next_ones]
        self.offered = choices
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = choices

    def clean_to(self) -> str:
        return str(self.cleaned_data["to"])

    def carry_out(self, *, submission: Submission, by: User) -> None:
        """Raises what the actions raise."""
        text = self.cleaned_data["text"]
        verb = self.cleaned_data["verb"]
        if verb == "transition":
            triage.transition(
                submission=submission,
                to=self.cleaned_data["to"],
                by=by,
                seen_status=self.cleaned_data["seen_status"],
                reply=text,
            )
        elif verb == "reply":
            triage.reply(submission=submission, by=by, text=text)
        elif verb == "note":
            triage.note(submission=submission, by=by, text=text)
        else:
            triage.set_hidden(submission=submission, by=by, hidden=verb == "hide", reason=text)
