"""Everything that happened to a submission, appended and never edited."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from geodata.evidence import severity_label, table_of
from geodata.models import Collectivity
from reports.models.submissions import Submission
from reports.querysets import HANDED_OVER
from reports.workflow import status_label


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", _("Sent")
    TRANSITION = "transition", _("Status changed")
    REPLY = "reply", _("Public reply")
    NOTE = "note", _("Internal note")
    HIDDEN = "hidden", _("Hidden")
    SHOWN = "shown", _("Shown again")
    TRANSFERRED = "transferred", _("Handed over")
    RETURNED = "returned", _("Handed back")
    MOVED = "moved", _("Pin moved")
    EVIDENCE = "evidence", _("Evidence added")
    REROUTED = "rerouted", _("Another collectivity answers")


class Event(models.Model):
    """One appended line of a submission's history; never edited (a trigger refuses it)."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # The collectivity the author acted for: what the public sees instead of a name.
    for_collectivity = models.ForeignKey(
        Collectivity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_public = models.BooleanField(default=True)
    text = models.TextField(blank=True, max_length=4000)
    data = models.JSONField(default=dict, help_text=_("from and to of a transition, and such."))

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            # What a collectivity handed over: most events bear one, few of them for that.
            models.Index(
                fields=["for_collectivity", "submission"],
                name="handed_over_by",
                condition=models.Q(kind__in=HANDED_OVER),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.kind}"

    @property
    def from_words(self) -> str:
        return self._status_words("from")

    @property
    def to_words(self) -> str:
        return self._status_words("to")

    @property
    def by_words(self) -> str:
        """Who acted, as the public reads it: the collectivity, never a person."""
        acted = self.kind != EventKind.SUBMITTED and self.for_collectivity
        return str(acted) if acted else ""

    @property
    def hands_words(self) -> str:
        """From whom to whom it went, where it changed hands."""
        if self.kind not in (*HANDED_OVER, EventKind.REROUTED):
            return ""
        return f"{self.data.get('from') or '—'} → {self.data.get('to') or '—'}"

    @property
    def evidence(self) -> dict[str, Any]:
        """The snapshot that was added, with its `table`; empty for other events."""
        snapshot = self.data.get("evidence") if self.kind == EventKind.EVIDENCE else None
        if not snapshot:
            return {}
        facts = [
            {**fact, "severity": severity_label(fact["severity"])} for fact in snapshot["facts"]
        ]
        return {**snapshot, "facts": facts, "table": table_of(snapshot)}

    def _status_words(self, key: str) -> str:
        """The status under `key` of a transition, in the words of its kind."""
        if self.kind != EventKind.TRANSITION:
            return ""
        value = self.data.get(key)
        return status_label(self.submission.kind, value) if value else ""
