"""The site map: one include per door."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import api, health, signing_in
from tickets.api.files import FileView

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", signing_in.HomeView.as_view(), name="home"),
    path("sign-in/", signing_in.SignInView.as_view(), name="sign-in"),
    path("sign-out/", signing_in.SignOutView.as_view(), name="sign-out"),
    path("console/tickets/", include("tickets.console.urls")),
    path("console/articles/", include("knowledge.console.urls")),
    path("console/", include("livechat.console.urls")),
    path("", include("livechat.widget.urls")),
    path("api/v1/", include(api.urlpatterns)),
    path("help/<slug:company>/", include("knowledge.portal.urls")),
    path("files/<slug:file>/", FileView.as_view(), name="file"),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
