"""Staff, the companies they serve, and those companies' sites and customers."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tickets.models.keys import token_urlsafe_16


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone, such as Europe/Berlin."), params={"name": name}
        )


ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(?P<port>[1-9]\d{0,4}))?"
)
USUAL_PORTS = {"http": "80", "https": "443"}


def validate_origins(text: str) -> None:
    """One origin a line: scheme and host, as a browser would say it."""
    for line in text.split():
        found = ORIGIN.fullmatch(line)
        scheme, port = (found["scheme"], found["port"]) if found else ("", None)
        # A browser leaves the usual port out, so with it the page would never be known again.
        if not found or port == USUAL_PORTS[scheme] or (port and int(port) > 65_535):
            raise ValidationError(
                _("“%(line)s” is no origin. Write https://intranet.example.com, without a path."),
                params={"line": line},
            )


class UserManager(BaseUserManager["User"]):
    """Users are found by e-mail, however it is capitalised."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def working_for(self, company_id: int) -> models.QuerySet[User]:
        """Staff of this company, by name."""
        theirs = User.companies.through.objects.filter(company=company_id).values("user")
        here = models.Q(all_companies=True) | models.Q(pk__in=theirs)
        return self.filter(here, is_active=True).order_by("name", "pk")

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(
            email,
            password,
            **{"is_staff": True, "is_superuser": True, "all_companies": True, **fields},
        )


class User(AbstractUser):
    """A member of staff, or an integration. Customers are never users."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    email = models.EmailField(
        _("e-mail"),
        unique=True,
        help_text=_("Signs the person in."),
        error_messages={"unique": _("Somebody with this e-mail exists already.")},
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("First and last name."))
    language = models.CharField(
        _("language"), max_length=12, default="en", choices=settings.LANGUAGES
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Times in the console are shown in this zone, such as Europe/Berlin."),
    )
    theme = models.CharField(
        _("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM, blank=True
    )
    single_keys = models.BooleanField(
        _("single-key shortcuts"),
        default=True,
        help_text=_("Keys such as A and J act in the console when no text is being written."),
    )
    companies = models.ManyToManyField(
        "tickets.Company",
        verbose_name=_("companies"),
        blank=True,
        related_name="staff",
        help_text=_("Whose customers, tickets and reports this person sees."),
    )
    all_companies = models.BooleanField(
        _("all companies"), default=False, help_text=_("Sees every company, new ones too.")
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class CompanyQuerySet(models.QuerySet["Company"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def visible_to(self, user: User) -> Self:
        """The companies a member of staff works for."""
        return self if user.all_companies else self.filter(staff=user)


class Company(models.Model):
    """A company whose people ask for help."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    name = models.CharField(_("name"), max_length=120, unique=True)
    external_key = models.SlugField(
        _("external key"),
        max_length=60,
        unique=True,
        help_text=_("What other systems call this company. Letters, digits and hyphens."),
    )
    allowed_origins = models.TextField(
        _("allowed origins of the widget"),
        blank=True,
        validators=[validate_origins],
        help_text=_(
            "Pages that may show the widget, one origin a line, such as "
            "https://intranet.example.com. None listed: no page may."
        ),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(
        _("language"), max_length=12, default="en", choices=settings.LANGUAGES
    )
    identity_version = models.PositiveIntegerField(
        _("identification secret’s version"),
        default=1,
        editable=False,
        help_text=_("The secret of this version and of the one before are valid."),
    )
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on no new chats; the history stays."),
    )

    objects: ClassVar[models.Manager[Company]] = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def origins(self) -> list[str]:
        return self.allowed_origins.split()


class Site(models.Model):
    """A place where people of a company work."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="sites", verbose_name=_("company")
    )
    name = models.CharField(_("name"), max_length=120)
    region = models.CharField(_("region"), max_length=80, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering: ClassVar[list[str]] = ["company", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["company", "name"], name="site_name_unique_in_company"),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person who asks. Never a user; found by external id, never by e-mail."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="customers", verbose_name=_("company")
    )
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("site"),
    )
    external_id = models.CharField(_("external id"), max_length=120, null=True, blank=True)  # noqa: DJ001  # null: none
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    vip = models.BooleanField(_("VIP"), default=False)
    verified = models.BooleanField(
        _("verified"), default=False, help_text=_("The company's page said who this is, signed.")
    )
    token_epoch = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["company", "external_id"],
                condition=models.Q(external_id__isnull=False),
                name="customer_external_id_unique_in_company",
            ),
            models.CheckConstraint(
                condition=models.Q(verified=False) | models.Q(external_id__isnull=False),
                name="customer_verified_has_external_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Unnamed customer"))

    def clean(self) -> None:
        """He works at a site of his company, and stays known to whoever signed for him."""
        if self.site and self.site.company_id != self.company_id:
            raise ValidationError({"site": _("It belongs to another company.")})
        if self.verified and not self.external_id:
            text = _("The company’s page has said who this is: the external id has to stay.")
            raise ValidationError({"external_id": text})
