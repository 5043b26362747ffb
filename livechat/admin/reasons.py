"""Why agents are unavailable, in the administrator's words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from livechat.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from livechat.models import AvailabilityReason


class AvailabilityReasonForm(RetirableForm):
    class Meta:
        model = AvailabilityReason
        fields: ClassVar[list[str]] = ["label", "is_work", "order"]
        help_texts: ClassVar[dict[str, Any]] = {
            "label": gettext_lazy("What agents choose, such as Break."),
            "is_work": gettext_lazy(
                "Reports count it as work: a call, follow-up work. Off: a break."
            ),
            "order": gettext_lazy("The lowest number stands first in the agents’ list."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].help_text = gettext_lazy(
            "Nobody can choose it any more. Whoever is unavailable for it stays so."
        )


@admin.register(AvailabilityReason)
class AvailabilityReasonAdmin(RetirableAdmin[AvailabilityReason]):
    form = AvailabilityReasonForm
    fields = ("label", "is_work", "order", "retired")
    list_display = ("label", "is_work", "order", "agent_count", "retired_at")
    list_filter = (InUseFilter, "is_work")
    search_fields = ("label",)
    search_help_text = gettext_lazy("Label")
    ordering = ("order", "label")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AvailabilityReason]:
        has_it = Count("agents", filter=Q(agents__retired_at=None))
        return super().get_queryset(request).annotate(agent_count=has_it)

    @admin.display(description=gettext_lazy("agents now"), ordering="agent_count")
    def agent_count(self, reason: AvailabilityReason) -> int:
        return int(reason.agent_count)  # type: ignore[attr-defined]  # annotated above
