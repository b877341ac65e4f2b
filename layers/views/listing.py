"""`/overlays/`: those of one's collectivities, and the form for a new one."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.staff import user_of
from layers import actions
from layers.forms import UploadForm
from layers.models import Overlay
from layers.permissions import UPLOADERS, collectivities_with


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def overlays(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, UploadForm(user=request.user))
    if not collectivities_with(request.user, UPLOADERS).exists():
        raise PermissionDenied(_("Only staff of a collectivity may upload overlays."))
    form = UploadForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=400)
    overlay_import = actions.upload(overlay=None, by=user_of(request), **form.cleaned_data)
    return redirect("layers:overlay", overlay_import.overlay.slug)


def _page(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    found = Overlay.objects.worked_on_by(request.user).with_latest_import()
    may_upload = collectivities_with(request.user, UPLOADERS).exists()
    context = {"overlays": found, "form": form if may_upload else None}
    return render(request, "layers/overlays.html", context, status=status)
