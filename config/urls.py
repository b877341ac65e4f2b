"""Where every page lives.  These paths are kept steady: other people's tools use them."""

from django.contrib import admin
from django.urls import include, path

from config import health
from config.api import api

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("layers.urls")),
    path("", include("geodata.urls")),
    path("ogc/", include("geodata.ogc.urls")),
    path("api/v1/", api.urls),
    path("accounts/", include("accounts.urls")),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]

handler500 = "config.failing.server_error"
