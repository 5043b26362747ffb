"""How members of staff sign in and out."""

import time
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import FormView, RedirectView

from tickets.exceptions import ThrottledError
from tickets.models import User, network_of
from tickets.services.people import sign_in_user


class SignInForm(forms.Form):
    username = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(
            attrs={"class": "ctl", "autocomplete": "username", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"class": "ctl", "autocomplete": "current-password"}),
    )


#: Where somebody begins: the first of these that he may use.
BEGINNINGS = (
    ("livechat.use_console", "console:inbox"),
    ("knowledge.write_articles", "knowledge:list"),
)


def beginning_of(user: User) -> str:
    """The address where this person begins; of administrators of all else, the admin."""
    for permission, name in BEGINNINGS:
        if user.has_perm(permission):
            return reverse(name)
    return reverse("admin:index" if user.is_staff else "console:inbox")


class HomeView(RedirectView):
    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        return beginning_of(cast(User, self.request.user))


@method_decorator(login_not_required, name="dispatch")
class SignInView(RedirectURLMixin, FormView[SignInForm]):
    """One answer for an unknown account and a wrong password."""

    template_name = "sign_in.html"
    form_class = SignInForm

    def get_default_redirect_url(self) -> str:
        return beginning_of(cast(User, self.request.user))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and request.method == "GET":
            return HttpResponseRedirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        try:
            user = sign_in_user(
                email=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                address=network_of(self.request.META.get("REMOTE_ADDR")),
            )
        except ThrottledError as refused:
            minutes = -(-refused.wait // 60)
            text = ngettext(
                "Too many attempts. Try again in %(minutes)s minute.",
                "Too many attempts. Try again in %(minutes)s minutes.",
                minutes,
            )
            form.add_error(None, text % {"minutes": minutes})
            return self.render_to_response(self.get_context_data(form=form), status=429)
        if user is None:
            form.add_error(None, _("E-mail or password is wrong."))
            return self.form_invalid(form)
        login(self.request, user)
        self.request.session.cycle_key()  # Also of somebody who was signed in already.
        self.request.session["seen_at"] = int(time.time())
        # A moment, not a span: no request moves the end.
        end = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        self.request.session.set_expiry(end)
        return super().form_valid(form)

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, next=self.get_redirect_url())


class SignOutView(LogoutView):
    """By POST alone."""

    http_method_names = ["post", "options"]  # noqa: RUF012  # Django's class attribute
