from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LayersConfig(AppConfig):
    name = "layers"
    verbose_name = _("Overlays")

    def ready(self) -> None:
        from geodata import evidence
        from geodata.ogc import collections
        from layers import named
        from layers.evidence import PublishedOverlays

        evidence.register(PublishedOverlays())
        named.register()
        collections.register("overlays", "layers.ogc.Overlays")
