"""What a list holds, by what is asked."""

from typing import ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from livechat.models import Agent, Chat, Queue
from tickets.models import Asset, Kind, Stage, Ticket
from tickets.models.moments import read_moment

AnyRow = TypeVar("AnyRow", bound=Model)


class ChatFilter(filters.FilterSet):
    status = filters.MultipleChoiceFilter(choices=Chat.Status.choices)

    class Meta:
        model = Chat
        fields = ["status"]  # noqa: RUF012  # django-filter's class attribute


class TicketFilter(filters.FilterSet):
    """People by public id; moments with their offset."""

    number = filters.CharFilter(lookup_expr="iexact")
    kind = filters.ChoiceFilter(choices=Kind.choices)
    stage = filters.MultipleChoiceFilter(field_name="status__stage", choices=Stage.choices)
    customer = filters.CharFilter(field_name="customer__public_id")
    assignee = filters.CharFilter(field_name="assignee__public_id")
    company = filters.CharFilter(field_name="company__public_id")
    updated_after = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gt")

    class Meta:
        model = Ticket
        fields: ClassVar[list[str]] = []

    @classmethod
    def narrowed(cls, rows: QuerySet[Ticket], request: Request) -> QuerySet[Ticket]:
        """The rows that fit what is asked; 400 for what makes no sense."""
        since = request.query_params.get("updated_after")
        if since is not None and read_moment(since) is None:
            raise ValidationError({"updated_after": ["A moment with its offset, please."]})
        return narrowed(cls, rows, request)


class CompanyFilter(filters.FilterSet):
    external_key = filters.CharFilter()


class CustomerFilter(filters.FilterSet):
    company = filters.CharFilter(field_name="company__public_id")
    external_id = filters.CharFilter()
    email = filters.CharFilter(lookup_expr="iexact")


class AssetFilter(filters.FilterSet):
    company = filters.CharFilter(field_name="company__public_id")
    customer = filters.CharFilter(field_name="customer__public_id")
    tag = filters.CharFilter(lookup_expr="iexact")
    hostname = filters.CharFilter(lookup_expr="iexact")
    kind = filters.ChoiceFilter(choices=Asset.Kind.choices)
    status = filters.MultipleChoiceFilter(choices=Asset.Status.choices)


class QueueFilter(filters.FilterSet):
    company = filters.CharFilter(field_name="company__public_id")


class AgentFilter(filters.FilterSet):
    """`queue`: one that the reader serves too; of others he is not told who does."""

    queue = filters.CharFilter(method="in_shared_queue")
    available = filters.BooleanFilter()
    online = filters.BooleanFilter()

    def in_shared_queue(self, rows: QuerySet[Agent], _name: str, queue: str) -> QuerySet[Agent]:
        shared = Queue.objects.served_by(self.request.user).filter(public_id=queue)
        return rows.filter(queues__in=shared.values("pk"))


class AlertFilter(filters.FilterSet):
    shown_to_customers = filters.BooleanFilter()


class StatusFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=Kind.choices)
    stage = filters.MultipleChoiceFilter(choices=Stage.choices)


def narrowed(
    kind: type[filters.FilterSet], rows: QuerySet[AnyRow], request: Request
) -> QuerySet[AnyRow]:
    """The rows that fit what is asked; 400 for what makes no sense."""
    asked = kind(request.query_params, queryset=rows, request=request)
    if not asked.is_valid():
        raise ValidationError({name: list(why) for name, why in asked.errors.items()})
    return cast(QuerySet[AnyRow], asked.qs)
