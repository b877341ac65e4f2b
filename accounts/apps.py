from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from geodata.signals import areas_changed, areas_linked, edition_rehearsed

        areas_changed.connect(_staff_follow, dispatch_uid="accounts.staff_follow")
        areas_linked.connect(_staff_follow_late, dispatch_uid="accounts.staff_follow_late")
        edition_rehearsed.connect(_tell_of_staff, dispatch_uid="accounts.tell_of_staff")


def _staff_follow(sender: Any, *, edition_id: int, **kwargs: Any) -> None:
    """New areas: staff follow to the collectivities that came of theirs."""
    from accounts.succession import follow
    from geodata.models import Edition

    follow(Edition.objects.select_related("follows").get(pk=edition_id))


def _staff_follow_late(sender: Any, *, level_id: int, **kwargs: Any) -> None:
    """Areas whose collectivity was not known when they were loaded."""
    from accounts.succession import follow
    from geodata.models import Edition

    for edition in Edition.objects.select_related("follows").filter(level=level_id):
        follow(edition)


def _tell_of_staff(sender: Any, *, edition_id: int, **kwargs: Any) -> list[str]:
    from accounts.succession import would_follow
    from geodata.models import Edition

    return would_follow(Edition.objects.select_related("follows").get(pk=edition_id))
