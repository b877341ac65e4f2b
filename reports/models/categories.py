"""What submissions are about, and what is asked about it."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports.querysets import CategoryQuerySet, QuestionQuerySet
from reports.workflow import Kind


class Versioned(models.Model):
    """Counts its changes: an administrator's form carries the one it was opened with."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Named(models.Model):
    """Something with a name in French and one in English."""

    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_fr


class CategoryGroup(Named, Versioned):
    """Categories that one competence may name together."""

    code = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("group of categories")
        verbose_name_plural = _("groups of categories")


class Category(Versioned):
    """What a submission is about."""

    code = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    group = models.ForeignKey(
        CategoryGroup, models.SET_NULL, null=True, blank=True, related_name="categories"
    )
    name_fr = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # How the reason names the duty, as the subject of a sentence: "la voirie", "street lighting".
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


class Question(Named, Versioned):
    """What the resident is asked about a category, where the answer decides who answers for it.

    Its code is kept with submissions, so that it stays; what is asked no more is switched off.
    `version` counts the changes of its choices, too.
    """

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions")
    code = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["category", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="one_question_per_code")
        ]


class Choice(Named):
    """One of the answers a question offers."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices")
    code = models.SlugField()
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["question", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="one_choice_per_code")
        ]
