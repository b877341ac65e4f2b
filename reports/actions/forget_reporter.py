"""A resident takes their address back."""

from reports.models import Submission


def forget_reporter(*, submission: Submission) -> None:
    """Remove the e-mail address; jobs that still wait find none and send nothing."""
    Submission.objects.filter(pk=submission.pk).update(reporter_email="")
