from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeodataConfig(AppConfig):
    name = "geodata"
    verbose_name = _("Territory")

    def ready(self) -> None:
        from geodata.ogc import collections

        collections.register("areas", "geodata.ogc.areas.Areas")
