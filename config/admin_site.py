"""The configuration surface: Django's admin under Parley's name."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.signing_in import SignOutView

ORDER = ["livechat", "knowledge", "tickets"]
#: Of apps that are not ours.
NAMES = {"auth": _("Rights")}
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class ParleyAdminSite(AdminSite):
    site_header = _("Parley administration")
    site_title = _("Parley administration")
    index_title = _("Configuration")
    site_url = "/console/"
    enable_nav_sidebar = True
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who may at least look at one kind of setting."""
        return super().has_permission(request) and any(
            admin.has_view_or_change_permission(request) for admin in self._registry.values()
        )

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What is set most often comes first."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = NAMES.get(app["app_label"], app["name"])
        return sorted(apps, key=lambda app: [*ORDER, app["app_label"]].index(app["app_label"]))

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One sign-in page, one throttle. Who is signed in and has no business here is told so."""
        there = request.GET.get("next", reverse("admin:index"))
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(there, reverse("sign-in"))

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """One way out, as in the console."""
        return cast(TemplateResponse, SignOutView.as_view()(request))

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        return super().admin_view(in_own_time_zone(view), cacheable)


def in_own_time_zone(view: V) -> V:
    """Times are shown, and read, as the clock of whoever looks says them."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(ZoneInfo(getattr(request.user, "time_zone", "UTC"))):
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, TemplateResponse) else response

    return cast(V, inner)
