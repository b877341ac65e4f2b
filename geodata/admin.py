"""Levels and collectivities.  Areas are written by editions only, so they are not here."""

from django.contrib import admin

from geodata.models import Collectivity, Level


@admin.register(Level)
class LevelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "rank", "name_fr", "name_en", "tile_min_zoom")


@admin.register(Collectivity)
class CollectivityAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "level", "nature", "code", "population", "contact_email")
    list_filter = ("level",)
    search_fields = ("name", "code", "siren")
