"""A draft of changed rules: read against what is in force, replayed, saved or thrown away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.staff import user_of
from reports.actions.drafts import (
    DraftFull,
    SetRefused,
    discard,
    put,
    rulebook_with,
    save_set,
    take_out,
)
from reports.actions.relink import apply_competence
from reports.actions.rulebook_lock import ChangedMeanwhile
from reports.competence_form import CompetenceForm
from reports.drafting import Drafted, fields_of, form_of, read
from reports.models import Competence, DraftedChange, RuleDraft
from reports.replay_form import ReplayForm
from reports.routing import Rulebook

EDIT = "reports.change_competence"
SHOWN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(EDIT, raise_exception=True)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft against what is in force; `number` in the URL replays it.  Its author alone saves,
    discards, and takes changes out."""
    row = get_object_or_404(RuleDraft.objects.select_related("author"), pk=pk)
    if request.method == "POST":
        return _carry_out(request, row)
    drafted = read(row)
    if "number" not in request.GET:
        return _page(request, row, drafted, form=ReplayForm())
    return _replay(request, row, drafted)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(EDIT, raise_exception=True)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule as the draft has it, to be written again by the draft's author."""
    row = get_object_or_404(DraftedChange.objects.select_related("draft"), pk=pk, deletes=False)
    if row.draft.author_id != user_of(request).pk:
        raise PermissionDenied
    in_force = Competence.objects.for_pages().filter(pk=row.rule or 0).first()
    if request.method != "POST":
        return _change_page(request, row, in_force, form_of(row))
    form = CompetenceForm(request.POST)
    if not form.is_valid():
        return _change_page(request, row, in_force, form, status=400)
    return put_into_draft(request, in_force, form, instead_of=row)


def put_into_draft(
    request: HttpRequest,
    competence: Competence | None,
    form: CompetenceForm,
    *,
    deletes: bool = False,
    instead_of: DraftedChange | None = None,
) -> HttpResponse:
    """Into the draft of who asks; `form` is valid."""
    try:
        kept = put(
            author=user_of(request),
            competence=competence,
            seen_version=form.cleaned_data["seen_version"],
            fields={} if deletes else fields_of(form, request.POST),
            deletes=deletes,
            instead_of=instead_of,
        )
    except DraftFull as full:
        messages.error(request, str(full))
        return redirect("reports:competences")
    messages.success(request, _("Put into your draft: nothing is in force yet."))
    return redirect("reports:rule_draft", pk=kept.pk)


def _carry_out(request: HttpRequest, row: RuleDraft) -> HttpResponse:
    if row.author_id != user_of(request).pk:
        raise PermissionDenied
    verb = request.POST.get("verb")
    if verb == "save":
        return _save(request, row)
    if verb == "discard":
        discard(draft=row)
        messages.success(request, _("The draft is thrown away; the rules are as they were."))
        return redirect("reports:competences")
    number = request.POST.get("take_out", "")
    taken = row.changes.filter(pk=number).first() if number.isdecimal() else None
    if taken is not None:
        take_out(change=taken)
    return redirect("reports:rule_draft", pk=row.pk)


def _save(request: HttpRequest, row: RuleDraft) -> HttpResponse:
    drafted = read(row)
    wanted = [one.wanted for one in drafted if one.wanted]
    seen = request.POST.get("seen_version")
    try:
        if seen != str(row.version) or not wanted:
            raise ChangedMeanwhile
        if any(one.problems for one in drafted):
            raise SetRefused({})
        save_set(draft=row, wanted=wanted, by=user_of(request))
    except SetRefused as refused:
        for one in drafted:
            if one.change.pk in refused.problems:
                one.problems.append(refused.problems[one.change.pk])
        error = _("Nothing was saved: mend what is said beside the changes first.")
        return _page(request, row, drafted, form=ReplayForm(), status=400, error=error)
    except ChangedMeanwhile:
        error = _("The draft has changed since you saw it: look at it again, then save.")
        return _page(request, row, drafted, form=ReplayForm(), status=409, error=error)
    messages.success(request, _("Saved, all of it: the rules decide so from now on."))
    if request.POST.get("apply_to_open"):
        apply_competence(by=user_of(request))
    return redirect("reports:competences")


def _replay(request: HttpRequest, row: RuleDraft, drafted: list[Drafted]) -> HttpResponse:
    form = ReplayForm(request.GET)
    if not form.is_valid():
        return _page(request, row, drafted, form=form, status=400)
    before = Rulebook.current()
    after = rulebook_with([one.wanted for one in drafted if one.wanted], before)
    replayed = form.run(before=before, after=after)
    following = request.GET.copy()
    following["skip"] = str((form.cleaned_data["skip"] or 0) + replayed.looked_at)
    return _page(
        request, row, drafted, form=form, replayed=replayed,
        moved=replayed.moved[:SHOWN], following=following.urlencode(),
    )  # fmt: skip


def _page(
    request: HttpRequest, row: RuleDraft, drafted: list[Drafted], *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "draft": row,
        "drafted": drafted,
        "is_mine": row.author_id == user_of(request).pk,
        "has_problems": any(one.problems for one in drafted),
        **more,
    }
    return render(request, "reports/rule_draft.html", context, status=status)


def _change_page(
    request: HttpRequest,
    row: DraftedChange,
    in_force: Competence | None,
    form: CompetenceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"rule": in_force or Competence(), "form": form, "change": row}
    return render(request, "reports/competence.html", context, status=status)
