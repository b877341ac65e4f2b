from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Submissions")

    def ready(self) -> None:
        from geodata.signals import areas_changed

        areas_changed.connect(_link_submissions, dispatch_uid="reports.link_submissions")


def _link_submissions(sender: Any, *, edition_id: int, **kwargs: Any) -> None:
    """New ground: submissions are linked to it by a job of the same transaction."""
    from geodata.models import Edition
    from reports.actions.relink import after_edition

    after_edition(edition=Edition.objects.select_related("level").get(pk=edition_id))
