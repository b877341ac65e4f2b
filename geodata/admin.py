"""Levels, collectivities, and which references are in use.  Areas are written by editions only,
and features by loading a reference, so they are not here."""

from django.contrib import admin
from django.http import HttpRequest

from geodata.models import Collectivity, Level, Reference


@admin.register(Level)
class LevelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "rank", "name_fr", "name_en", "tile_min_zoom")


@admin.register(Collectivity)
class CollectivityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "level", "nature", "code", "population", "contact_email")
    list_filter = ("level",)
    search_fields = ("name", "code", "siren")


@admin.register(Reference)
class ReferenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("slug", "name", "purpose", "is_active", "loaded_at", "source")
    fields = ("slug", "name", "purpose", "source", "licence", "is_active")
    readonly_fields = ("slug", "purpose")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
