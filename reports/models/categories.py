"""What submissions are about."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports.querysets import CategoryQuerySet
from reports.workflow import Kind


class Category(models.Model):
    """What a submission is about."""

    code = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # How the reason names the duty: "voirie", "street lighting".
    duty_fr = models.CharField(max_length=120)
    duty_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "position", "code"]
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_fr
