"""API tokens: which systems call, as whom, for what, and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from tickets.models import ApiToken, Scope, User
from tickets.services.tokens import make_secret

#: How long the secret before may stay good, in hours.
OVERLAPS = {
    "0": gettext_lazy("Ends at once"),
    "1": gettext_lazy("Good for another hour"),
    "24": gettext_lazy("Good for another day"),
    "168": gettext_lazy("Good for another week"),
}


class ApiTokenForm(RetirableForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Within what its user may do. Nothing else is open to it."),
    )

    class Meta:
        model = ApiToken
        fields: ClassVar[list[str]] = ["name", "user", "scopes", "expires_at"]
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("Which system calls with it, such as Monitoring, Harbour."),
            "user": gettext_lazy(
                "Its groups and companies say what the system reaches. Make a user of its own for "
                "each system; to act in chats it has to be an agent too."
            ),
            "expires_at": gettext_lazy("By your own clock. Empty: it is good until it is revoked."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].label = _("Revoked")
        self.fields["retired"].help_text = _("Refused from the next call on.")
        if user := self.fields.get("user"):
            assert isinstance(user, forms.ModelChoiceField)
            usable = Q(is_active=True, is_superuser=False) | Q(pk=self.instance.user_id)
            user.queryset = User.objects.filter(usable).order_by("name", "pk")

    def clean_expires_at(self) -> Any:
        moment = self.cleaned_data["expires_at"]
        if moment and "expires_at" in self.changed_data and moment <= timezone.now():
            raise ValidationError(_("That is over. Choose a later moment, or revoke the token."))
        return moment


@admin.register(ApiToken)
class ApiTokenAdmin(RetirableAdmin[ApiToken]):
    form = ApiTokenForm
    fields = ("name", "user", "scopes", "expires_at", "retired", "last_used_at")
    readonly_fields = ("last_used_at",)
    list_display = (
        "name",
        "beginning",
        "user",
        "scope_names",
        "expires_at",
        "last_used_at",
        "state",
    )
    list_filter = (InUseFilter, "user")
    list_select_related = ("user",)
    search_fields = ("name", "user__name", "user__email", "public_id")
    search_help_text = gettext_lazy("Name, user, or what the token begins with after “parley_”")

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """What it did stands in histories under its name."""
        return False

    @admin.display(description=gettext_lazy("begins with"))
    def beginning(self, token: ApiToken) -> str:
        return token.beginning

    @admin.display(description=gettext_lazy("scopes"))
    def scope_names(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.display(description=gettext_lazy("state"))
    def state(self, token: ApiToken) -> str:
        if token.retired_at:
            return _("revoked")
        if token.expires_at and token.expires_at <= timezone.now():
            return _("expired")
        if not token.user.is_active:
            return _("its user is switched off")
        return _("in use") if token.digest else _("has no secret yet")

    def get_urls(self) -> list[URLPattern]:
        page = require_http_methods(["GET", "POST"])(self.secret_view)
        name = "tickets_apitoken_secret"
        view = self.admin_site.admin_view(page)
        return [path("<path:object_id>/secret/", view, name=name), *super().get_urls()]

    def response_add(self, request: HttpRequest, obj: ApiToken, *_: Any, **__: Any) -> HttpResponse:
        """A token without a secret is of no use: that is the next step."""
        return HttpResponseRedirect(self.secret_address(obj))

    def secret_address(self, token: ApiToken) -> str:
        return reverse("admin:tickets_apitoken_secret", args=[quote(token.pk)])

    def secret_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A new secret, shown this once; what becomes of the one before."""
        token = self.get_object(request, unquote(object_id))
        if token is None:
            raise Http404
        if not self.has_change_permission(request, token):
            raise PermissionDenied
        overlap = request.POST.get("overlap", "0")
        secret = ""
        if request.method == "POST" and overlap in OVERLAPS:
            secret = make_secret(token.pk, overlap=timedelta(hours=int(overlap)))
            token.refresh_from_db()
            messages.success(request, _("There is a new secret. Copy it now."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Secret of %(name)s") % {"name": token},
            "opts": self.opts,
            "object": token,
            "secret": secret,
            "overlaps": OVERLAPS,
            "now": timezone.now(),
        }
        return TemplateResponse(request, "admin/tickets/apitoken/secret.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        return super().get_queryset(request).select_related("user")
