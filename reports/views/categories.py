"""What submissions are about, and what is asked about it: read by staff, changed by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports.actions.categories import (
    CategoryRefused,
    delete_unused,
    move,
    rules_about,
    save_category,
    save_group,
    save_question,
)
from reports.actions.rulebook_lock import ChangedMeanwhile
from reports.category_forms import CategoryForm, GroupForm, QuestionForm, choices_of, initial_of
from reports.models import Category, CategoryGroup, Question
from reports.workflow import Kind

EDIT = "reports.change_category"
_LIST = "reports:categories"
Edited = Category | CategoryGroup | Question
EditForm = CategoryForm | GroupForm | QuestionForm
Form = TypeVar("Form", CategoryForm, GroupForm, QuestionForm)


@never_cache
@require_safe
@login_required
def categories(request: HttpRequest) -> HttpResponse:
    rows = Category.objects.select_related("group").annotate(asked=Count("questions"))
    context = {
        "kinds": [(kind.label, [row for row in rows if row.kind == kind]) for kind in Kind],
        "groups": CategoryGroup.objects.annotate(number=Count("categories")),
        "may_edit": request.user.has_perm(EDIT),
    }
    return render(request, "reports/categories.html", context)


def _editing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever may change categories."""
    guarded = login_required(permission_required(EDIT, raise_exception=True)(view))
    methods: Any = require_http_methods(["GET", "HEAD", "POST"])
    whole: Callable[..., HttpResponse] = never_cache(methods(guarded))
    return whole


@_editing
def category(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(Category.objects.select_related("group"), pk=pk) if pk else Category()
    form = _form(CategoryForm, request, row)

    def save() -> None:
        save_category(category=form.apply_to(row), seen_version=_seen(form))

    return _carry_out(request, row, form, save, then=reverse(_LIST))


@_editing
def group(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    row = get_object_or_404(CategoryGroup, pk=pk) if pk else CategoryGroup()
    form = _form(GroupForm, request, row)

    def save() -> None:
        save_group(group=form.apply_to(row), seen_version=_seen(form))

    return _carry_out(request, row, form, save, then=reverse(_LIST))


@_editing
def question(request: HttpRequest, pk: int | None = None, of: int | None = None) -> HttpResponse:
    """One question with its choices: one that is there, or a new one `of` a category."""
    if pk:
        row = get_object_or_404(Question.objects.select_related("category"), pk=pk)
    else:
        row = Question(category=get_object_or_404(Category, pk=of))
    form = _form(QuestionForm, request, row)
    lines = choices_of(row, request.POST if form.is_bound else None)

    def save() -> None:
        asked = form.apply_to(row)
        save_question(question=asked, choices=lines.choices(), seen_version=_seen(form))

    then = reverse("reports:category", args=[row.category_id])
    return _carry_out(request, row, form, save, then=then, lines=lines)


@never_cache
@require_POST
@login_required
@permission_required(EDIT, raise_exception=True)
def move_one(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """One place up (`to=up`) or down among its siblings."""
    models: dict[str, type[Edited]] = {
        "category": Category, "group": CategoryGroup, "question": Question,
    }  # fmt: skip
    if what not in models:
        raise Http404
    row = get_object_or_404(models[what]._default_manager.all(), pk=pk)
    move(row=row, up=request.POST.get("to") == "up")
    if isinstance(row, Question):
        return redirect(reverse("reports:category", args=[row.category_id]) + "#questions")
    return redirect(f"{reverse(_LIST)}#{what}-{pk}")


def _form(kind: type[Form], request: HttpRequest, row: Edited) -> Form:
    data = request.POST if request.method == "POST" else None
    return kind(data, initial=initial_of(row) if row.pk else None, is_new=not row.pk)


def _seen(form: EditForm) -> int:
    version: int = form.cleaned_data["seen_version"]
    return version


def _carry_out(
    request: HttpRequest,
    row: Edited,
    form: EditForm,
    save: Callable[[], None],
    *,
    then: str,
    **more: Any,
) -> HttpResponse:
    """Show the form, or do what its button says: save, or delete what nothing uses."""
    lines = more.get("lines")
    if not form.is_bound:
        return _page(request, row, form, then, **more)
    if not (form.is_valid() and (lines is None or lines.is_valid())):
        return _page(request, row, form, then, status=400, **more)
    try:
        if request.POST.get("verb") == "delete" and row.pk:
            delete_unused(row=row, seen_version=_seen(form))
            messages.success(request, _("Deleted."))
        else:
            save()
            messages.success(request, _("Saved."))
    except CategoryRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, row, form, then, status=400, **more)
    except ChangedMeanwhile:
        form.add_error(None, _("A colleague has changed it meanwhile: open it again, then decide."))
        return _page(request, row, form, then, status=409, **more)
    return redirect(then)


def _page(
    request: HttpRequest, row: Edited, form: EditForm, back: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "back": back,
        "rules": rules_about(row) if row.pk else [],
        **more,
    }
    if isinstance(row, Category) and row.pk:
        context["questions"] = row.questions.annotate(offered=Count("choices"))
    template = f"reports/{_TEMPLATES[type(row)]}.html"
    return render(request, template, context, status=status)


_TEMPLATES: dict[type[Edited], str] = {
    Category: "category", CategoryGroup: "category_group", Question: "question",
}  # fmt: skip
