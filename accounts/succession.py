"""Staff of a collectivity that is no more work for the one that came of it.

A new edition says what became of areas (`Succession`).  Where most of the ground of an area went to
another and its code is gone, its collectivity's staff become staff of that area's collectivity, in
the same role.  What they had stays: it opens what was sent before, and a roll back of the edition
takes away what it had given (`Membership.given_by`).
"""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import ngettext

from accounts.models import Membership, Role
from geodata.models import Edition
from geodata.succession import MOST


def follow(edition: Edition) -> int:
    """Give the memberships that follow from an edition; how many.  Again gives nothing."""
    return len(Membership.objects.bulk_create(_heirs(edition)))


def would_follow(edition: Edition) -> list[str]:
    """What `follow` would do, in a sentence; none where it would do nothing."""
    count = len(_heirs(edition))
    if not count:
        return []
    sentence = ngettext(
        "%(count)d staff member would also work for the collectivity that follows theirs.",
        "%(count)d staff members would also work for the collectivities that follow theirs.",
        count,
    )
    return [sentence % {"count": count}]


def _heirs(edition: Edition) -> list[Membership]:
    """Unsaved; who works for two that merge keeps the higher role."""
    successor = _successors(edition)
    roles: dict[tuple[int, int], str] = {}
    for user, body, role in Membership.objects.filter(collectivity__in=successor).values_list(
        "user_id", "collectivity_id", "role"
    ):
        key = (user, successor[body])
        if roles.get(key) != Role.MANAGER:
            roles[key] = role
    there = set(
        Membership.objects.filter(collectivity__in=successor.values()).values_list(
            "user_id", "collectivity_id"
        )
    )
    return [
        Membership(user_id=user, collectivity_id=body, role=role, given_by=edition)
        for (user, body), role in sorted(roles.items())
        if (user, body) not in there
    ]


def _successors(edition: Edition) -> dict[int, int]:
    """Collectivity of before → the one that most of its ground went to; by code alone (a share of
    0) where outlines do not show it."""
    if edition.follows is None:
        return {}
    links = edition.successions.filter(Q(from_share__gte=MOST) | Q(from_share=0)).exclude(
        from_code__in=edition.areas.values("code")
    )
    pairs = list(links.order_by("from_share").values_list("from_code", "to_code"))
    before = _bodies(edition.follows, {code for code, _to in pairs})
    after = _bodies(edition, {code for _from, code in pairs})
    return {
        before[old]: after[new]
        for old, new in pairs
        if old in before and new in after and before[old] != after[new]
    }


def _bodies(edition: Edition, codes: set[str]) -> dict[str, int]:
    found = edition.areas.filter(code__in=codes, collectivity__isnull=False)
    return dict(found.values_list("code", "collectivity_id"))
