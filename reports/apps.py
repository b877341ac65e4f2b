from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Submissions")

    def ready(self) -> None:
        from geodata.ogc import collections
        from geodata.signals import (
            areas_changed,
            areas_rolled_back,
            areas_rolling_back,
            edition_rehearsed,
            shape_asked,
        )

        collections.register("submissions", "reports.ogc.Submissions")

        areas_changed.connect(_link_submissions, dispatch_uid="reports.link_submissions")
        areas_rolling_back.connect(_hold_submissions, dispatch_uid="reports.hold_submissions")
        areas_rolled_back.connect(_link_back, dispatch_uid="reports.link_back")
        edition_rehearsed.connect(_tell_of_submissions, dispatch_uid="reports.tell_of_submissions")
        shape_asked.connect(_count_in_shape, dispatch_uid="reports.count_in_shape")


def _link_submissions(sender: Any, *, edition_id: int, **kwargs: Any) -> None:
    """New ground: submissions are linked to it by a job of the same transaction."""
    from geodata.models import Edition
    from reports.actions.relink import after_edition

    after_edition(edition=Edition.objects.select_related("level").get(pk=edition_id))


def _hold_submissions(sender: Any, *, edition_id: int, **kwargs: Any) -> None:
    """Links are counted out once: nobody hides or changes what is losing one."""
    from reports.linking import hold_linked_to

    hold_linked_to(edition_id)


def _link_back(sender: Any, *, level_id: int, **kwargs: Any) -> None:
    """What was sent meanwhile is linked to the areas that came back."""
    from geodata.models import Level
    from reports.actions.relink import after_roll_back

    after_roll_back(level=Level.objects.get(pk=level_id))


def _tell_of_submissions(sender: Any, *, edition_id: int, **kwargs: Any) -> list[str]:
    """How many submissions would lie in another area."""
    from geodata.models import Edition
    from reports.linking import changes_of_area

    return changes_of_area(Edition.objects.select_related("level").get(pk=edition_id))


def _count_in_shape(sender: Any, *, key: str, **kwargs: Any) -> list[Any]:
    """How many submissions lie in a shape that a page shows."""
    from reports.tallies import tallies_in

    return list(tallies_in(key))
