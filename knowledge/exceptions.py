"""Refusals of the knowledge app."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


class ArticleError(Exception):
    """The domain says no. `code` is for machines, the text for people."""

    code = "article_error"


class ArticleFieldsError(ArticleError):
    """Some fields are blank that must not be, or do not fit. `fields`: a sentence for each."""

    code = "fields_wrong"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(
            _("The article is not saved. %(why)s") % {"why": " ".join(fields.values())}
        )
        self.fields = dict(fields)


class ArticleChangedError(ArticleError):
    """Somebody saved it meanwhile. `version` is the newest."""

    code = "version_conflict"

    def __init__(self, number: str, version: int) -> None:
        text = _("%(number)s was changed meanwhile. Look at it again, then save.")
        super().__init__(text % {"number": number})
        self.version = version


class IllegalArticleStepError(ArticleError):
    """The article cannot take this step from where it is."""

    code = "illegal_step"

    def __init__(self, number: str, now: str, wanted: str) -> None:
        values = {"number": number, "now": now, "wanted": wanted}
        super().__init__(_("%(number)s is %(now)s and cannot become %(wanted)s.") % values)


class NoCompanyError(ArticleError):
    """Whoever stores an image works for no company that it could count for."""

    code = "no_company"

    def __init__(self) -> None:
        super().__init__(_("You work for no company yet: an image cannot be stored."))


class ArticleNotForThemError(ArticleError):
    """The customer of this ticket or chat may not read the article."""

    code = "article_not_for_them"

    def __init__(self, number: str) -> None:
        text = _("%(number)s is not for this customer. It can be pinned, not shared.")
        super().__init__(text % {"number": number})
