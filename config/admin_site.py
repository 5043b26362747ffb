"""The configuration surface: Django's admin under Parley's name."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ParleyAdminSite(AdminSite):
    site_header = _("Parley administration")
    site_title = _("Parley administration")
    index_title = _("Configuration")
    site_url = "/console/"
    enable_nav_sidebar = True

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One sign-in page, one throttle."""
        return redirect_to_login(
            request.GET.get("next", reverse("admin:index")), reverse("sign-in")
        )
