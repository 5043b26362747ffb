"""Pages of the console."""

from django.urls import path

from livechat.console.views import (
    articles,
    availability,
    chat,
    handing,
    inbox,
    notifications,
    profile,
    tickets,
    together,
)

app_name = "console"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("lists/", inbox.lists, name="lists"),
    path("availability/", availability.availability, name="availability"),
    path("profile/", profile.profile, name="profile"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("chats/<slug:public_id>/", chat.chat, name="chat"),
    path("chats/<slug:public_id>/accept/", chat.accept, name="accept"),
    path("chats/<slug:public_id>/end/", chat.end, name="end"),
    path("chats/<slug:public_id>/abandon/", chat.abandon, name="abandon"),
    path("chats/<slug:public_id>/resources/", tickets.resources, name="resources"),
    path("chats/<slug:public_id>/picks/", articles.picks, name="picks"),
    path("chats/<slug:public_id>/article/", articles.draft, name="draft"),
    path("chats/<slug:public_id>/pin/", articles.pin, name="pin"),
    path("chats/<slug:public_id>/ticket/", tickets.ticket, name="ticket"),
    path("of-ticket/<slug:ticket>/", tickets.of_ticket, name="chat_of_ticket"),
    path("chats/<slug:public_id>/transfer/", handing.transfer, name="transfer"),
    path("chats/<slug:public_id>/release/", handing.release, name="release"),
    path("chats/<slug:public_id>/invite/", together.invite, name="invite"),
    path("chats/<slug:public_id>/answer/", together.answer, name="answer"),
    path("chats/<slug:public_id>/withdraw/", together.withdraw, name="withdraw"),
    path("chats/<slug:public_id>/leave/", together.leave, name="leave"),
    path("chats/<slug:public_id>/assistance/", together.assistance, name="assistance"),
    path(
        "chats/<slug:public_id>/clear-assistance/",
        together.clear_assistance,
        name="clear-assistance",
    ),
    path("chats/<slug:public_id>/decline/", handing.decline, name="decline"),
]
