"""What every page knows of the deployment."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.map_settings import MapSettings


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site_name": settings.SITE_NAME, "map_settings": MapSettings()}
