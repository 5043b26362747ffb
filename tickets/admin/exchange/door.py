"""The pages of a list that goes out and comes in: trial, confirmation, files."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets.admin.configuration import ConfigurationAdmin, M
from tickets.admin.exchange.files import (
    LARGEST_FILE,
    LARGEST_ROWS,
    MEDIA_TYPES,
    Table,
    read,
    written,
)
from tickets.admin.exchange.resource import Fate, RowResource, digest_of
from tickets.models import PendingImport
from tickets.services.imports import keep_import, store_import

WORDS = {
    "new": gettext_lazy("new"),
    "changed": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "refused": gettext_lazy("refused"),
}
MEANWHILE = gettext_lazy("Something has changed since the trial. Look again, then confirm.")


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV in UTF-8, or a workbook (.xlsx) whose first sheet is read."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            values = {"limit": LARGEST_FILE // 1024 // 1024}
            raise ValidationError(_("The file is larger than %(limit)s MB.") % values)
        return file


class ExchangeAdmin(ConfigurationAdmin[M]):
    """A list with files: a class of rows, and the pages."""

    resource: ClassVar[type[RowResource]]
    change_list_template = "admin/tickets/exchange/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        trial = require_http_methods(["GET", "HEAD", "POST"])(self.import_view)
        return [
            path("import/", view(trial), name=f"{name}_import"),
            path("import/confirm/", view(require_POST(self.confirm_view)), name=f"{name}_confirm"),
            path("export/csv/", view(require_safe(self.csv_view)), name=f"{name}_csv"),
            path("export/xlsx/", view(require_safe(self.xlsx_view)), name=f"{name}_xlsx"),
            *super().get_urls(),
        ]

    # --- out -----------------------------------------------------------------------------------

    def csv_view(self, request: HttpRequest) -> HttpResponse:
        return self.export(request, "csv")

    def xlsx_view(self, request: HttpRequest) -> HttpResponse:
        return self.export(request, "xlsx")

    def export(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The rows that the list shows, on all its pages: searched and filtered alike."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        resource = self.resource()
        try:
            listed = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self.page("changelist"))
        rows = resource.stored_rows(None).filter(pk__in=listed.order_by().values("pk"))
        data = resource.export(queryset=rows.order_by("pk"))
        try:
            content = written(data, kind)
        except ValidationError as refused:
            messages.error(request, f"{refused.message} {_('Export it as CSV.')}")
            return HttpResponseRedirect(self.page("changelist"))
        response = HttpResponse(content, content_type=MEDIA_TYPES[kind])
        name = f"{self.opts.model_name}-{timezone.localdate().isoformat()}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    # --- in ------------------------------------------------------------------------------------

    def require_import(self, request: HttpRequest) -> None:
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The form; with a file, what would become of its rows."""
        self.require_import(request)
        form = FileForm(request.POST or None, request.FILES or None)
        if not form.is_valid():
            return self.import_page(request, form)
        content = form.cleaned_data["file"].read()
        try:
            fates = self.resource().judge(read(content))
        except ValidationError as error:
            form.add_error("file", error)
            return self.import_page(request, form)
        name = form.cleaned_data["file"].name
        return self.fates_page(request, fates, self.keep_trial(request, name, content, fates), name)

    def keep_trial(
        self, request: HttpRequest, name: str, content: bytes, fates: list[Fate]
    ) -> PendingImport | None:
        """What can be confirmed: something to store, nothing refused."""
        found = {fate.what for fate in fates}
        if "refused" in found or not found & {"new", "changed"}:
            return None
        user: Any = request.user
        digest = digest_of(fates)
        return keep_import(
            user, model=self.opts.label_lower, name=name, content=content, digest=digest
        )

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """All rows, or none. What has changed since the trial is shown first."""
        self.require_import(request)
        user: Any = request.user
        mine = PendingImport.objects.of(user, self.opts.label_lower, timezone.now())
        pending = mine.filter(public_id=request.POST.get("pending", "")).first()
        if pending is None:
            messages.error(request, _("The file is not there any more. Choose it again."))
            return HttpResponseRedirect(self.page("import"))
        resource, table = self.resource(), read(bytes(pending.content))
        fates = resource.judge(table)
        if digest_of(fates) != pending.digest or not self.store(request, pending, resource, table):
            return self.ask_again(request, pending)
        counts = Counter(fate.what for fate in fates)
        text = _("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
        values = {what: counts[what] for what in ("new", "changed", "unchanged")}
        messages.success(request, text % values)
        return HttpResponseRedirect(self.page("changelist"))

    def store(
        self, request: HttpRequest, pending: PendingImport, resource: RowResource, table: Table
    ) -> bool:
        """Whether it went well: not when somebody made one of the rows in this very moment."""
        user: Any = request.user
        fields = resource.stored_columns(table)
        try:
            store_import(pending, rows=resource.incoming, fields=fields, by=user)
        except IntegrityError:
            return False
        return True

    def ask_again(self, request: HttpRequest, pending: PendingImport) -> HttpResponse:
        content, name = bytes(pending.content), pending.file_name
        messages.warning(request, MEANWHILE)
        fates = self.resource().judge(read(content))
        return self.fates_page(request, fates, self.keep_trial(request, name, content, fates), name)

    def page(self, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}")

    def import_page(self, request: HttpRequest, form: FileForm) -> HttpResponse:
        context = {**self.context(request), "form": form, "limit": LARGEST_ROWS}
        return TemplateResponse(request, "admin/tickets/exchange/import.html", context)

    def fates_page(
        self, request: HttpRequest, fates: list[Fate], pending: PendingImport | None, name: str
    ) -> HttpResponse:
        counts = Counter(fate.what for fate in fates)
        context = {
            **self.context(request),
            "file_name": name,
            "pending": pending,
            "counts": [(what, word, counts[what]) for what, word in WORDS.items()],
            "refused": counts["refused"],
            "fates": sorted(fates, key=lambda fate: fate.what != "refused"),
            "confirm_url": self.page("confirm"),
            "import_url": self.page("import"),
        }
        return TemplateResponse(request, "admin/tickets/exchange/fates.html", context)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        resource = self.resource()
        keys = {resource.fields[name].column_name for name in resource._meta.import_id_fields}
        plural = self.opts.verbose_name_plural
        return {
            **self.admin_site.each_context(request),
            "title": _("Import %(names)s") % {"names": plural},
            "module_name": capfirst(plural),
            "opts": self.opts,
            "list_url": self.page("changelist"),
            "columns": [
                (column.column_name, column.about, column.column_name in keys, column.needed)
                for column in resource.columns
            ],
        }
