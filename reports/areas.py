"""Areas as choices of a filter."""

from geodata.models import Area
from geodata.querysets import AreaQuerySet
from reports.models import SubmissionArea
from reports.querysets import SubmissionQuerySet


def areas_of(submissions: SubmissionQuerySet) -> AreaQuerySet:
    """Today's areas in which some of `submissions` lie, upper levels first."""
    linked = SubmissionArea.objects.filter(submission__in=submissions.values("pk"))
    return Area.objects.current().filter(pk__in=linked.values("area")).for_choices()
