"""Categories and who answers for them.  Submissions are handled in triage, not here."""

from django.contrib import admin

from reports.models import Category, Competence


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "kind", "name_fr", "name_en", "position", "is_active")
    list_filter = ("kind", "is_active")


@admin.register(Competence)
class CompetenceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("category", "level", "collectivity", "priority", "valid_from", "valid_to")
    list_filter = ("category", "level")
    autocomplete_fields = ("collectivity",)
