"""Which chats a list holds."""

from django_filters import rest_framework as filters

from livechat.models import Chat


class ChatFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=Chat.Status.choices)

    class Meta:
        model = Chat
        fields = ["status"]  # noqa: RUF012  # django-filter's class attribute
