"""The question that a version of an overlay waits with, as a form of its own."""

from typing import Any

from django import template

from layers.answer_form import AnswerForm
from layers.models import OverlayImport

register = template.Library()


@register.inclusion_tag("layers/_question.html", takes_context=True)
def overlay_question(context: dict[str, Any], version: OverlayImport) -> dict[str, Any]:
    """The form, or one that came back with errors (`answer_form` in the context)."""
    return {
        "form": context.get("answer_form") or AnswerForm(overlay_import=version),
        "overlay": context["overlay"],
        "version": version,
        "may_upload": context["may_upload"],
        "csrf_token": context["csrf_token"],
    }
