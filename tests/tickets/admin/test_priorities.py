"""The matrix of priorities: one page, saved together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets.models import PriorityRule

pytestmark = pytest.mark.django_db
MATRIX = "/admin/tickets/priorityrule/"


def filled(**changes):
    cells = {f"cell-{r.impact}-{r.urgency}": r.priority for r in PriorityRule.objects.all()}
    return {**cells, **{name.replace("_", "-"): value for name, value in changes.items()}}


def test_all_sixteen_stand_on_one_page(client):
    page = client.get(MATRIX)

    assert page.text.count("<select") == 16
    assert "Priority for impact 1 Extensive and urgency 3 Medium" in page.text


def test_they_are_saved_together_and_what_changed_is_announced(client, announced):
    answer = client.post(MATRIX, filled(cell_1_1=2, cell_4_4=3), follow=True)

    assert PriorityRule.objects.priority_of(1, 1) == 2
    assert PriorityRule.objects.priority_of(4, 4) == 3
    assert "The priorities are saved." in answer.text
    assert [(rule.impact, rule.urgency) for rule in announced] == [(1, 1), (4, 4)]


@pytest.mark.parametrize("value", ["", "5", "high"])
def test_one_wrong_cell_saves_none(client, announced, value):
    answer = client.post(MATRIX, filled(cell_1_1=2, cell_4_4=value))

    assert "Nothing is saved" in answer.text
    assert (PriorityRule.objects.priority_of(1, 1), announced) == (1, [])


def test_its_history_names_the_cell(client, administrator):
    client.post(MATRIX, filled(cell_1_1=2))

    page = client.get(f"{MATRIX}history/")

    assert "1 Extensive × 1 Critical: Changed" in page.text
    assert administrator.name in page.text


def test_cells_are_neither_added_nor_deleted_nor_opened_alone(client):
    rule = PriorityRule.objects.first()

    assert client.get(f"{MATRIX}add/").status_code == 403
    assert client.post(f"{MATRIX}{rule.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{MATRIX}{rule.pk}/change/").url == MATRIX


def test_who_may_only_look_saves_nothing(client, administrator, django_user_model):
    permission = administrator.groups.get().permissions.get(codename="view_priorityrule")
    administrator.groups.clear()
    administrator.user_permissions.add(permission)

    assert client.post(MATRIX, filled(cell_1_1=2)).status_code == 403
    assert 'type="submit" value="Save"' not in client.get(MATRIX).text


def test_the_page_takes_few_queries(client):
    client.get(MATRIX)

    with CaptureQueriesContext(connection) as taken:
        client.get(MATRIX)

    assert len([each for each in taken if "priorityrule" in each["sql"]]) == 1
