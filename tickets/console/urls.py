"""Pages of tickets."""

from django.urls import path

from tickets.console.views import choices

app_name = "tickets"
urlpatterns = [
    path("choices/<slug:company>/<slug:field>/", choices.choices, name="choices"),
]
