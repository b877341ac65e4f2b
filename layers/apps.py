from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    name = "layers"
    verbose_name = _("Overlays")

    def ready(self) -> None:
        from geodata import area_pages, evidence
        from geodata.ogc import collections
        from layers import named, origins
        from layers.evidence import PublishedOverlays

        area_pages.register(origins.links_of)
        evidence.register(PublishedOverlays())
        named.register()
        collections.register("overlays", "layers.ogc.Overlays")
