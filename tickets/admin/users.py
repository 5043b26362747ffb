"""Staff: who may sign in, and with which rights."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from auditlog.models import LogEntry
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import (
    BaseUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.configuration import ConfigurationAdmin, warn
from tickets.admin.forms import TimeZoneInput
from tickets.models import User
from tickets.services.history import record_deed

#: The stock ones: history is shown with each row, and groups are made by migrations.
admin.site.unregister(LogEntry)
admin.site.unregister(Group)

ACTIVE = gettext_lazy("May sign in. Switch it off instead of deleting somebody who has left.")
LOCKED_OUT = gettext_lazy("You would lock yourself out. Ask a colleague to do it.")
STAFF = gettext_lazy(
    "May open this administration, with the rights of his groups (Chat or Alert administrator)."
)


class EmailOnce(forms.ModelForm[User]):
    def clean_email(self) -> str:
        """Known in any case of its letters."""
        email = str(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody with this e-mail exists already."), code="unique")
        return email


class UserAddForm(EmailOnce, BaseUserCreationForm[User]):
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name"]


class PasswordState(ReadOnlyPasswordHashWidget):
    """Whether there is one. How it is hashed says nothing to an administrator."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        state = _("A password is set.") if is_password_usable(value) else _("None is set.")
        return {**context, "summary": [{"label": state}]}


class UserForm(EmailOnce, UserChangeForm[User]):
    password = ReadOnlyPasswordHashField(
        label=gettext_lazy("Password"),
        widget=PasswordState,
        help_text=gettext_lazy("Nobody can read it. A new one signs the person out everywhere."),
    )
    #: Who edits; set by the admin.
    editor: User

    class Meta:
        model = User
        fields = "__all__"  # noqa: DJ007  # the admin's fieldsets choose
        widgets: ClassVar[dict[str, Any]] = {"time_zone": TimeZoneInput}
        help_texts: ClassVar[dict[str, Any]] = {
            "is_active": ACTIVE,
            "is_staff": STAFF,
            "is_superuser": gettext_lazy("Has every right, now and in future versions."),
            "groups": gettext_lazy(
                "What the person may do. Agent: the console. Chat administrator: these pages."
            ),
            "language": gettext_lazy("Of the console and of these pages."),
            "theme": gettext_lazy("Light or dark colours; the person may change it."),
        }

    def clean(self) -> dict[str, Any]:
        """Nobody locks himself out."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk == self.editor.pk:
            for name in ("is_active", "is_staff"):
                if not cleaned.get(name, True):
                    self.add_error(name, LOCKED_OUT)
            if "groups" in cleaned and not self.may_change_users(cleaned):
                rights = ("is_superuser", "groups")
                taken = (name for name in rights if name in self.changed_data)
                self.add_error(next(taken, "groups"), LOCKED_OUT)
        return cleaned

    def may_change_users(self, cleaned: dict[str, Any]) -> bool:
        """Whether what is chosen leaves the right to undo it."""
        if cleaned.get("is_superuser", self.instance.is_superuser):
            return True
        right = Q(content_type__app_label="tickets", codename="change_user")
        held = Q(group__in=cleaned["groups"]) | Q(user=self.instance)
        return Permission.objects.filter(right & held).exists()


@admin.register(User)
class UserAdmin(ConfigurationAdmin[User], StockUserAdmin[User]):
    form = UserForm
    add_form = UserAddForm
    add_form_template = "admin/tickets/user/add_form.html"
    list_display = ("name", "email", "group_names", "company_names", "is_active", "last_login")
    list_filter = ("is_active", "groups", "all_companies", "companies", "is_staff")
    search_fields = ("name", "email")
    search_help_text = gettext_lazy("Name or e-mail")
    ordering = ("name", "pk")
    filter_horizontal = ("groups", "companies")
    readonly_fields = ("last_login",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "is_active", "last_login")}),
        (gettext_lazy("Rights"), {"fields": ("groups", "is_staff")}),
        (gettext_lazy("Companies"), {"fields": ("all_companies", "companies")}),
        (
            gettext_lazy("The console"),
            {"fields": ("language", "time_zone", "theme", "single_keys")},
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "password1", "password2"),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups", "companies")

    @admin.display(description=gettext_lazy("groups"))
    def group_names(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return ", ".join([_("every right"), *names] if user.is_superuser else names)

    @admin.display(description=gettext_lazy("companies"))
    def company_names(self, user: User) -> str:
        if user.all_companies:
            return _("all")
        return ", ".join(company.name for company in user.companies.all())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only who has every right gives it."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return fieldsets
        return [
            (title, {**options, "fields": (*options["fields"], "is_superuser")})
            if "is_staff" in options["fields"]
            else (title, options)
            for title, options in fieldsets
        ]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.editor = request.user
        return form

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Who has every right is changed by his like alone."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_delete_permission(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        extra = {"time_zones": sorted(available_timezones()), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "is_active" in form.changed_data and not form.instance.is_active:
            warn(request, form.instance)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002  # Django's
        """A new password signs the person out everywhere."""
        answer = super().user_change_password(request, id, form_url)
        user = self.get_object(request, id)
        if request.method == "POST" and answer.status_code == 302 and user is not None:
            record_deed(user, code="password_set")
            self.announce(user)
        return answer


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin[Group]):
    """What the groups may do, to look at. Versions of Parley make and change them."""

    list_display = ("name", "user_count")
    search_fields = ("name",)
    fields = ("name", "permission_names")
    readonly_fields = ("permission_names",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(user_count=Count("user"))

    @admin.display(description=gettext_lazy("users"), ordering="user_count")
    def user_count(self, group: Group) -> int:
        return int(group.user_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("its members"))
    def permission_names(self, group: Group) -> str:
        permissions = group.permissions.order_by("content_type__app_label", "name")
        return ", ".join(str(_(permission.name)) for permission in permissions)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False
