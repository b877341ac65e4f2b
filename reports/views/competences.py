"""Who answers for what, as staff read it and administrators change it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.staff import user_of
from reports.actions.competences import RuleRefused, delete_competence, save_competence
from reports.actions.relink import apply_competence
from reports.actions.rulebook_lock import ChangedMeanwhile
from reports.competence_form import CompetenceForm, initial_of
from reports.models import Competence, DraftedChange, Relinking, RuleDraft, Submission
from reports.routing import Rulebook
from reports.routing.replaying import Replayed, replay_last
from reports.routing.rules import as_rule
from reports.views.drafts import put_into_draft

REPLAYED = 500
SHOWN = 100
LATEST = 3
EDIT = "reports.change_competence"


@never_cache
@require_safe
@login_required
def competences(request: HttpRequest) -> HttpResponse:
    context = {
        "rules": Competence.objects.for_pages(),
        "may_edit": request.user.has_perm(EDIT),
        "drafts": RuleDraft.objects.select_related("author").annotate(number=Count("changes")),
        "relinkings": Relinking.objects.worth_telling()[:LATEST],
    }
    return render(request, "reports/competences.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required(EDIT, raise_exception=True)
def competence(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One rule, new or there: `verb` saves it, deletes it, or replays what either would do."""
    row = get_object_or_404(Competence.objects.for_pages(), pk=pk) if pk else Competence()
    if request.method != "POST":
        return _page(request, row, CompetenceForm(initial=initial_of(row) if pk else None))
    form = CompetenceForm(request.POST)
    verb = request.POST.get("verb")
    goes = pk is not None and verb in ("delete", "draft_delete", "replay_without")
    if not (form.is_enough_to_delete() if goes else form.is_valid()):
        return _page(request, row, form, status=400)
    if verb == "replay":
        after = Rulebook.current().with_rule(as_rule(form.apply_to(row)))
        return _page(request, row, form, replayed=_replay(after))
    if pk is not None and verb == "replay_without":
        return _page(request, row, form, replayed=_replay(Rulebook.current().without(pk)))
    if verb in ("draft", "draft_delete"):
        return put_into_draft(request, row if pk else None, form, deletes=goes)
    return _carry_out(request, row, form, deletes=goes)


def _carry_out(
    request: HttpRequest, row: Competence, form: CompetenceForm, *, deletes: bool
) -> HttpResponse:
    user, version = user_of(request), form.cleaned_data["seen_version"]
    try:
        if deletes:
            delete_competence(competence=row, by=user, seen_version=version)
            messages.success(request, _("Deleted. What it has decided stays as it was decided."))
        else:
            saved = save_competence(competence=form.apply_to(row), by=user, seen_version=version)
            messages.success(request, _("Saved: it decides from now on."))
            if request.POST.get("apply_to_open"):
                apply_competence(competence=saved, by=user)
    except RuleRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, row, form, status=400)
    except ChangedMeanwhile:
        form.add_error(
            None, _("A colleague has changed this rule meanwhile: open it again, then decide.")
        )
        return _page(request, row, form, status=409)
    return redirect("reports:competences")


def _replay(after: Rulebook) -> Replayed:
    """The last submissions that a changed rulebook would give to somebody else."""
    return replay_last(
        Submission.objects.all(), number=REPLAYED, before=Rulebook.current(), after=after
    )


def _page(
    request: HttpRequest,
    row: Competence,
    form: CompetenceForm,
    *,
    replayed: Replayed | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "rule": row,
        "form": form,
        "replayed": replayed,
        "moved": replayed.moved[:SHOWN] if replayed else [],
        "drafted": _drafted(request, row),
    }
    return render(request, "reports/competence.html", context, status=status)


def _drafted(request: HttpRequest, row: Competence) -> DraftedChange | None:
    """What the draft of who asks says of this rule already."""
    mine = DraftedChange.objects.filter(draft__author=user_of(request))
    return mine.select_related("draft").filter(rule=row.pk).first() if row.pk else None
