"""Who may do what with the overlays of a collectivity.

| right | agent | manager | administrator |
|---|---|---|---|
| look at drafts, upload drafts | yes | yes | yes |
| publish, withdraw, describe, say who sees it, delete | | yes | yes |
| make areas of it, take them back | | | yes |

Set twins: `OverlayQuerySet.worked_on_by` and `collectivities_with`.  Superusers may do everything.
What residents see is `OverlayQuerySet.visible_to`.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Role, User
from geodata.models import Collectivity
from layers.models import Overlay

UPLOADERS = list(Role)
PUBLISHERS = [Role.MANAGER, Role.ADMINISTRATOR]
PROMOTERS = [Role.ADMINISTRATOR]


def can_look_at(user: User | AnonymousUser, overlay: Overlay) -> bool:
    """Drafts, findings, earlier versions and the history."""
    return _works_for(user, overlay.collectivity, UPLOADERS)


def can_upload(user: User | AnonymousUser, overlay: Overlay) -> bool:
    """A new version: a draft until somebody publishes it."""
    return _works_for(user, overlay.collectivity, UPLOADERS)


def can_publish(user: User | AnonymousUser, overlay: Overlay) -> bool:
    return _works_for(user, overlay.collectivity, PUBLISHERS)


def can_promote(user: User | AnonymousUser, overlay: Overlay) -> bool:
    """Areas decide who answers: fewer people make them than publish."""
    return _works_for(user, overlay.collectivity, PROMOTERS)


def collectivities_with(
    user: User | AnonymousUser, roles: list[Role]
) -> QuerySet[Collectivity, Collectivity]:
    """Those that `user` works for in one of `roles`."""
    if user.is_superuser:
        return Collectivity.objects.all()
    if not isinstance(user, User):
        return Collectivity.objects.none()
    return Collectivity.objects.filter(memberships__user=user, memberships__role__in=roles)


def _works_for(user: User | AnonymousUser, collectivity: Collectivity, roles: list[Role]) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return (
        user.is_superuser
        or user.memberships.filter(collectivity=collectivity, role__in=roles).exists()
    )
