"""What administrators say of knowledge: switches, categories, words that mean the same."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knowledge.words import asked_words
from tickets.models import Company

#: A category is written so: Network / VPN.
STEP = " / "
CATEGORY_CHARACTERS = 80


class KnowledgeSettingsManager(models.Manager["KnowledgeSettings"]):
    def current(self) -> KnowledgeSettings:
        return self.get(pk=1)


class KnowledgeSettings(models.Model):
    """The one row of switches."""

    suggest_to_agents = models.BooleanField(
        _("suggest articles to agents"),
        default=True,
        help_text=_("Resources shows what may help with the conversation, without a search."),
    )
    suggest_to_customers = models.BooleanField(
        _("suggest articles to customers"),
        default=True,
        help_text=_("The widget shows what may help while the question is typed."),
    )
    image_megabytes = models.PositiveSmallIntegerField(
        _("largest image"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Megabytes of one image in an article."),
    )
    portal_companies = models.ManyToManyField(
        Company,
        verbose_name=_("companies with public help pages"),
        blank=True,
        related_name="+",
        help_text=_(
            "Anybody who knows the address reads their articles for customers, "
            "without signing in. None: there are no help pages."
        ),
    )

    objects: ClassVar[KnowledgeSettingsManager] = KnowledgeSettingsManager()

    class Meta:
        verbose_name = _("knowledge settings")
        verbose_name_plural = _("knowledge settings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(pk=1), name="knowledge_settings_are_one_row"),
        ]

    def __str__(self) -> str:
        return str(_("Knowledge settings"))


class ArticleCategory(models.Model):
    """Where articles stand: two levels at most."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("stands in"),
        help_text=_("Empty: a category of the first level."),
    )
    name = models.CharField(_("name"), max_length=CATEGORY_CHARACTERS)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("Lower ones come first.")
    )

    class Meta:
        verbose_name = _("article category")
        verbose_name_plural = _("article categories")
        ordering: ClassVar[list[str]] = ["position", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="article_category_name_unique_in_parent"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(parent=None),
                name="article_category_name_unique_on_top",
                violation_error_message=_("There is one of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent.name}{STEP}{self.name}" if self.parent else self.name

    def clean(self) -> None:
        if self.parent is None:
            return
        if self.parent.parent_id or self.parent_id == self.pk:
            raise ValidationError({"parent": _("That one stands in another one itself.")})
        if self.pk and self.children.exists():
            raise ValidationError({"parent": _("Others stand in this one.")})


class SynonymGroupManager(models.Manager["SynonymGroup"]):
    def groups(self) -> list[list[tuple[str, ...]]]:
        """Each group's phrases, as the words that are compared."""
        return [row.phrases for row in self.order_by("pk")]


class SynonymGroup(models.Model):
    """Words that mean the same: who asks for one finds the others."""

    words = models.CharField(
        _("words that mean the same"),
        max_length=400,
        unique=True,
        help_text=_(
            "Separated by commas, such as: wifi, wireless, wlan. Works both ways, at once."
        ),
    )

    objects: ClassVar[SynonymGroupManager] = SynonymGroupManager()

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering: ClassVar[list[str]] = ["words"]

    def __str__(self) -> str:
        return self.words

    @property
    def phrases(self) -> list[tuple[str, ...]]:
        found = [tuple(asked_words(phrase)) for phrase in self.words.split(",")]
        return [phrase for phrase in found if phrase]

    def clean(self) -> None:
        if len(set(self.phrases)) < 2:
            raise ValidationError({"words": _("Write two at least, with a comma between them.")})
