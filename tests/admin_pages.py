"""The admin's pages in tests: open one, change some fields, save."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm, BoundField, MultiWidget
from django.test import Client
from django.urls import reverse


def address(page: str, row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def list_address(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def save(client: Client, row: Any, **changes: Any) -> Any:
    """Post the row's page with these fields changed; None leaves a field out, like an empty box."""
    page = address("change", row)
    return client.post(page, {**filled_in(client.get(page)), **without_none(changes)})


def act(client: Client, action: str, *rows: Any) -> Any:
    """Choose an action for these rows in their list."""
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(list_address(rows[0]), data, follow=True)


def filled_in(response: Any) -> dict[str, Any]:
    """What a browser would send if nothing were changed."""
    data = fields_of(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        for form in [inline.formset.management_form, *inline.formset.forms]:
            data |= fields_of(form)
    return data


def fields_of(form: BaseForm) -> dict[str, Any]:
    values = {name: value for field in form for name, value in parts_of(field)}
    return {name: value for name, value in values.items() if value is not False}


def parts_of(field: BoundField) -> Iterator[tuple[str, Any]]:
    """A moment is sent as a date and a time."""
    widget = field.field.widget
    if not isinstance(widget, MultiWidget):
        yield field.html_name, plain(field.value())
        return
    for end, part, value in zip(
        widget.widgets_names, widget.widgets, widget.decompress(field.value()), strict=True
    ):
        yield f"{field.html_name}{end}", plain(part.format_value(value))


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [getattr(each, "pk", each) for each in value]
    return "" if value is None else value


def without_none(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: "" if value is None else value for name, value in changes.items()}


def notices(response: Any) -> str:
    return " ".join(str(each) for each in response.context["messages"])


def errors(response: Any) -> str:
    """What the page complains about, in one text."""
    if response.status_code == 302:
        return ""
    return str(response.context["adminform"].form.errors)
