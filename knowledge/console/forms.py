"""What people may ask of the list, and write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.console.admission import PUBLISH, WRITE
from knowledge.models import Article, ArticleCategory, Audience
from knowledge.models.articles import (
    BODY_CHARACTERS,
    KEYWORDS_CHARACTERS,
    SUMMARY_CHARACTERS,
    TITLE_CHARACTERS,
)
from knowledge.models.use import COMMENT_CHARACTERS
from tickets.models import Company, User

SOUGHT_CHARACTERS = 200
EXPIRED, REVISED = "expired", "revised"
NEEDS = [(EXPIRED, gettext_lazy("Expired")), (REVISED, gettext_lazy("Newer text waits"))]


class RowField(forms.ChoiceField):
    """One row of a few, by a key that pages may have."""

    def __init__(self, rows: Iterable[Model], key: str = "public_id", **kwargs: Any) -> None:
        self.rows = {str(getattr(row, key) if key else row): row for row in rows}
        choices = [(name, str(row)) for name, row in self.rows.items()]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(value))


class FilterForm(forms.Form):
    """What the list shows; all of it stands in the address. What makes no sense is left out."""

    q = forms.CharField(max_length=SOUGHT_CHARACTERS, required=False)
    state = forms.ChoiceField(choices=Article.State.choices, required=False)
    audience = forms.ChoiceField(choices=Audience.choices, required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    needs = forms.ChoiceField(choices=NEEDS, required=False)

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data, auto_id="by-%s")
        mine = Company.objects.visible_to(user).order_by("name")
        seen = Article.objects.visible_to(user)
        used = ArticleCategory.objects.filter(pk__in=seen.values("category"))
        self.fields["category"] = RowField(categories(used), "", required=False)
        self.fields["company"] = RowField(mine, required=False)
        people = User.objects.filter(pk__in=seen.values("owner")).order_by("name")
        self.fields["owner"] = RowField(people, required=False)
        if not user.has_perm(WRITE):
            del self.fields["state"], self.fields["needs"]
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> dict[str, str]:
        return {name: str(self.data.get(name)) for name in self.chosen}


class ArticleForm(forms.Form):
    """An article as its author writes it."""

    title = forms.CharField(max_length=TITLE_CHARACTERS, label=gettext_lazy("Title"))
    summary = forms.CharField(
        max_length=SUMMARY_CHARACTERS, required=False, label=gettext_lazy("Summary")
    )
    keywords = forms.CharField(
        max_length=KEYWORDS_CHARACTERS, required=False, label=gettext_lazy("Keywords")
    )
    body = forms.CharField(
        max_length=BODY_CHARACTERS, strip=False, label=gettext_lazy("Text"), widget=forms.Textarea
    )
    audience = forms.ChoiceField(choices=Audience.choices, label=gettext_lazy("For"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=gettext_lazy("Language"))
    valid_until = forms.DateField(required=False, label=gettext_lazy("Valid until"))
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, article: Article | None, data: Any, initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.user = user
        mine = list(Company.objects.visible_to(user).order_by("name"))
        self.companies = {company.public_id: company for company in mine}
        choices = [(key, company.name) for key, company in self.companies.items()]
        self.fields["category"] = RowField(categories(), "", label=_("Category"))
        self.fields["companies"] = forms.MultipleChoiceField(
            choices=choices, required=not user.all_companies, label=_("Companies")
        )
        owner = article.owner_id if article else user.pk
        self.fields["owner"] = RowField(
            authors(mine, user, owner), required=False, label=_("Owner")
        )
        if article and article.is_published and not user.has_perm(PUBLISH):
            for name in ("audience", "companies"):  # Who reads it is settled at publishing.
                self.fields[name].disabled = True

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {**said, "companies": [self.companies[key] for key in said["companies"]]}


class FeedbackForm(forms.Form):
    helped = forms.TypedChoiceField(
        choices=[("yes", ""), ("no", "")], coerce=lambda said: said == "yes"
    )
    comment = forms.CharField(max_length=COMMENT_CHARACTERS, required=False)


def categories(rows: QuerySet[ArticleCategory] | None = None) -> list[ArticleCategory]:
    """All of them, or these, as their whole names are read."""
    found = ArticleCategory.objects.all() if rows is None else rows
    return sorted(found.select_related("parent"), key=str)


def authors(companies: list[Company], user: User, owner: int | None) -> Iterable[User]:
    """Who may be named as an owner: authors of these companies, and whoever it is now."""
    codename = WRITE.partition(".")[2]
    writes = Q(groups__permissions__codename=codename) | Q(user_permissions__codename=codename)
    here = Q(all_companies=True) | Q(companies__in=companies)
    found = User.objects.filter(Q(is_active=True) & writes & here | Q(pk__in=[user.pk, owner]))
    return found.distinct().order_by("name")
