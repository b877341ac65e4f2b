"""Categories and what is asked about them.  Submissions are handled in triage and competences on
pages of their own (`/competences/`), which refuse what Django's admin could not see."""

from django.contrib import admin

from reports.models import Category, CategoryGroup, Choice, Question


class QuestionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Question
    extra = 0
    show_change_link = True


class ChoiceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Choice
    extra = 2


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "kind", "group", "name_fr", "name_en", "position", "is_active")
    list_filter = ("kind", "group", "is_active")
    inlines = (QuestionInline,)


@admin.register(CategoryGroup)
class CategoryGroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name_fr", "name_en", "position")


@admin.register(Question)
class QuestionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("category", "code", "name_fr", "name_en")
    list_filter = ("category",)
    inlines = (ChoiceInline,)
