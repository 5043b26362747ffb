"""Topics: what customers pick, or say, to get to a queue."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from livechat.models import Queue, Topic
from tickets.models import Site

LINES = {"rows": 5, "cols": 40, "spellcheck": "false"}


def each_once(text: str) -> list[str]:
    """The lines, trimmed; of those that differ by case alone the first."""
    kept: dict[str, str] = {}
    for line in text.splitlines():
        if words := " ".join(line.split()):
            kept.setdefault(words.casefold(), words)
    return list(kept.values())


class TopicForm(RetirableForm):
    class Meta:
        model = Topic
        fields: ClassVar[list[str]] = ["name", "queue", "words", "regions", "order"]
        widgets: ClassVar[dict[str, Any]] = {
            "words": forms.Textarea(attrs=LINES),
            "regions": forms.Textarea(attrs=LINES),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("What customers pick, such as Network and printers."),
            "queue": gettext_lazy(
                "Where chats about it wait. A queue of one company: its customers alone see it."
            ),
            "order": gettext_lazy(
                "The lowest number stands first, and wins when a question has words of several."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        queue = self.fields.get("queue")
        if queue:
            assert isinstance(queue, forms.ModelChoiceField)
            usable = Q(retired_at=None) | Q(pk=self.instance.queue_id)
            queue.queryset = Queue.objects.filter(usable).select_related("company")

    def clean_words(self) -> str:
        return "\n".join(each_once(self.cleaned_data["words"]))

    def clean_regions(self) -> str:
        return "\n".join(each_once(self.cleaned_data["regions"]))


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        queues = Queue.objects.filter(topics__isnull=False).distinct().select_related("company")
        return [(str(queue.pk), str(queue)) for queue in queues]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> QuerySet[Topic]:
        chosen = self.value()
        if chosen is None or not chosen.isdecimal():
            return queryset
        return queryset.filter(queue=int(chosen))


@admin.register(Topic)
class TopicAdmin(RetirableAdmin[Topic]):
    form = TopicForm
    fields = ("name", "queue", "words", "regions", "order", "retired")
    list_display = ("name", "queue", "words_shown", "regions_shown", "order", "retired_at")
    list_filter = (InUseFilter, QueueFilter)
    list_select_related = ("queue__company",)
    search_fields = ("name", "words", "queue__name", "queue__company__name")
    search_help_text = gettext_lazy("Name, word, queue or company")
    ordering = ("order", "name", "pk")

    @admin.display(description=gettext_lazy("words"))
    def words_shown(self, topic: Topic) -> str:
        return ", ".join(topic.words.splitlines())

    @admin.display(description=gettext_lazy("regions"))
    def regions_shown(self, topic: Topic) -> str:
        return ", ".join(topic.regions.splitlines()) or _("all")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for region in unknown_regions(form.instance):
            text = _("No site has the region “%(region)s”: nobody there sees this topic.")
            messages.warning(request, text % {"region": region})


def unknown_regions(topic: Topic) -> list[str]:
    """Regions of the topic that no site of its queue's company has."""
    sites = Site.objects.filter(retired_at=None)
    if company := topic.queue.company_id:
        sites = sites.filter(company=company)
    known = {region.casefold() for region in sites.values_list("region", flat=True)}
    return [region for region in topic.regions.splitlines() if region.casefold() not in known]
