"""Pages of tickets."""

from django.urls import path

from tickets.console.views import choices, edit, ticket, tickets

app_name = "tickets"
urlpatterns = [
    path("", tickets.tickets, name="list"),
    path("rows/", tickets.rows, name="rows"),
    path("choices/<slug:company>/<slug:field>/", choices.choices, name="choices"),
    path("<slug:ticket>/", ticket.ticket, name="ticket"),
    path("<slug:ticket>/edit/", edit.edit, name="edit"),
    path("<slug:ticket>/activity/", ticket.activity, name="activity"),
    path("<slug:ticket>/files/", ticket.files, name="files"),
    path("<slug:ticket>/say/", ticket.say, name="say"),
    path("<slug:ticket>/resolve/", ticket.resolve, name="resolve"),
    path("<slug:ticket>/reopen/", ticket.reopen, name="reopen"),
]
