"""Who may do what with overlays.  Set twin: `OverlayQuerySet.worked_on_by`."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Role, User
from geodata.models import Collectivity
from layers.models import Overlay


def can_look_at(user: User | AnonymousUser, overlay: Overlay) -> bool:
    """Staff of the owning collectivity see drafts, findings and earlier versions."""
    return _works_for(user, overlay.collectivity, list(Role))


def can_manage(user: User | AnonymousUser, overlay: Overlay) -> bool:
    """Managers of the owning collectivity upload, publish, withdraw and promote."""
    return _works_for(user, overlay.collectivity, [Role.MANAGER])


def managed_collectivities(user: User | AnonymousUser) -> QuerySet[Collectivity]:
    """Those that `user` may upload overlays for."""
    if user.is_superuser:
        return Collectivity.objects.all()
    if not isinstance(user, User):
        return Collectivity.objects.none()
    return Collectivity.objects.filter(memberships__user=user, memberships__role=Role.MANAGER)


def _works_for(user: User | AnonymousUser, collectivity: Collectivity, roles: list[Role]) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return (
        user.is_superuser
        or user.memberships.filter(collectivity=collectivity, role__in=roles).exists()
    )
