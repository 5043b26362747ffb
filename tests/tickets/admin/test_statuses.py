"""Statuses, status reasons and what chats write, in the admin and below it."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from tests.admin_pages import act, address, errors, filled_in, list_address, notices, save
from tests.factories import TicketFactory
from tickets.models import ChatOutcome, Status, StatusReason

pytestmark = pytest.mark.django_db
ADD = "/admin/tickets/chatoutcome/add/"


def status(name, kind="incident"):
    return Status.objects.get(kind=kind, name=name)


def reason(name, kind="incident"):
    return StatusReason.objects.get(kind=kind, name=name)


def usual(outcome, kind="incident"):
    return ChatOutcome.objects.usual(kind, outcome)


def test_a_new_name_shows_on_tickets_and_in_what_chats_write(client, announced):
    ticket = TicketFactory(status="Resolved")

    save(client, status("Resolved"), name="Solved")

    ticket.refresh_from_db()
    assert ticket.status.name == "Solved"
    assert "Solved, No Further Action Required" in str(usual("ended"))
    assert announced == [ticket.status]
    assert "Solved" in client.get(list_address(ChatOutcome)).text


def test_the_order_is_edited_in_the_list_and_announced(client, announced):
    page = client.get("/admin/tickets/status/")
    rows = list(page.context["cl"].result_list)
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for place, row in enumerate(rows):
        data |= {f"form-{place}-id": row.pk, f"form-{place}-order": row.order}
    data["form-0-order"] = 5

    client.post("/admin/tickets/status/", data)

    rows[0].refresh_from_db()
    assert (rows[0].order, announced) == (5, [rows[0]])


def test_the_list_says_what_chats_write(client):
    page = client.get("/admin/tickets/status/?written=yes&kind__exact=incident")

    names = {row.name for row in page.context["cl"].result_list}
    assert names == {"New", "In Progress", "Resolved", "Closed", "Cancelled"}
    assert "the chat is abandoned" in page.text


@pytest.mark.parametrize("row", ["Resolved", "No Further Action Required"])
def test_what_chats_write_is_not_deleted_and_the_page_says_which_row(client, row):
    protected = status(row) if row == "Resolved" else reason(row)

    answer = client.post(address("delete", protected), {"post": "yes"})

    assert "Chats write it when the chat is ended" in answer.text
    assert "incident: Resolved, No Further Action Required" in answer.text
    with pytest.raises(ProtectedError), transaction.atomic():
        type(protected).objects.filter(pk=protected.pk).delete()


@pytest.mark.parametrize("how", ["page", "action"])
@pytest.mark.parametrize("row", ["Resolved", "No Further Action Required"])
def test_nor_is_it_retired(client, row, how):
    protected = status(row) if row == "Resolved" else reason(row)

    if how == "page":
        said = errors(save(client, protected, retired="on"))
    else:
        said = notices(act(client, "retire", protected))

    assert "Chats write it when the chat is ended" in said
    protected.refresh_from_db()
    assert protected.retired_at is None


def test_a_status_of_nobody_is_retired_and_deleted(client):
    waiting = Status.objects.create(kind="incident", name="With supplier", stage="pending")

    act(client, "retire", waiting)
    client.post(address("delete", waiting), {"post": "yes"})

    assert not Status.objects.filter(pk=waiting.pk).exists()


def test_one_open_status_of_each_kind_stays(client):
    last = Status.objects.create(kind="incident", name="Here", stage="open")
    ChatOutcome.objects.filter(kind="incident", outcome__in=["opened", "left"]).update(
        status=status("Pending")
    )
    Status.objects.filter(kind="incident", stage="open").exclude(pk=last.pk).update(stage="pending")

    assert "It is the last open status" in errors(save(client, last, retired="on"))
    assert "It is the last open status" in errors(save(client, last, stage="pending"))
    assert "It is the last open status" in client.get(address("delete", last)).text


@pytest.mark.parametrize("change", [{"stage": "pending"}, {"kind": "work_order"}])
def test_what_tickets_have_keeps_its_meaning(client, change):
    here = Status.objects.create(kind="incident", name="Here", stage="open")
    TicketFactory(status="Here")

    assert "1 ticket has it" in errors(save(client, here, **change))


def test_what_chats_write_keeps_its_category(client):
    said = errors(save(client, status("Cancelled"), stage="closed"))

    assert "Chats write it when the chat is abandoned" in said


def test_a_reason_goes_with_statuses_of_its_own_kind(client):
    row = reason("Successful", "work_order")
    chosen = [each.pk for each in row.statuses.all()]

    said = errors(save(client, row, statuses=[*chosen, status("Resolved").pk]))

    assert "Of the other kind: Resolved." in said


def test_and_with_those_that_chats_write_it_with(client):
    row = reason("Successful", "work_order")

    said = errors(save(client, row, statuses=[status("Closed", "work_order").pk]))

    assert "Completed, Successful" in said


def test_a_new_reason_goes_with_its_status(client):
    page = client.get("/admin/tickets/statusreason/add/")
    data = {**filled_in(page), "kind": "incident", "name": "Fixed by supplier", "order": 5}

    client.post("/admin/tickets/statusreason/add/", {**data, "statuses": [status("Resolved").pk]})

    assert [*reason("Fixed by supplier").statuses.all()] == [status("Resolved")]


def test_what_chats_write_without_it_is_named(client):
    page = client.get("/admin/tickets/statusreason/add/")
    data = {**filled_in(page), "kind": "incident", "name": "By phone", "order": 5}

    answer = client.post(
        "/admin/tickets/statusreason/add/",
        {**data, "statuses": [status("In Progress").pk]},
        follow=True,
    )

    assert "Chats write “incident: In Progress” without a reason" in answer.text


def add(client, **fields):
    page = client.get(ADD)
    return client.post(ADD, {**filled_in(page), **fields})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("incident", "opened", "Resolved", "No Further Action Required"), "does not suit"),
        (("incident", "left", "Cancelled", "No Further Action Required"), "does not suit"),
        (("incident", "ended", "Pending", ""), "does not suit"),
        (("incident", "abandoned", "Closed", "No Further Action Required"), "does not suit"),
        (("incident", "ended", "Closed", ""), "Choose a status reason."),
        (("incident", "opened", "Assigned", "No Further Action Required"), "does not go with"),
    ],
)
def test_what_does_not_fit_together_is_not_written(client, fields, said):
    kind, outcome, name, why = fields

    answer = add(
        client,
        kind=kind,
        outcome=outcome,
        status=status(name).pk,
        reason=reason(why).pk if why else "",
    )

    assert said in errors(answer)


def test_nor_a_status_of_the_other_kind(client):
    answer = add(
        client, kind="incident", outcome="opened", status=status("Assigned", "work_order").pk
    )

    assert "of the other kind" in errors(answer)


def test_one_more_row_is_offered_to_agents(client, announced):
    add(client, kind="incident", outcome="opened", status=status("Assigned").pk)

    rows = ChatOutcome.objects.choices_for("incident", "opened")
    assert [str(row.status) for row in rows] == ["In Progress", "Assigned"]
    assert announced == [rows[1]]
    said = add(client, kind="incident", outcome="opened", status=status("Assigned").pk)
    assert "There is such a row already." in errors(said)


def test_the_mark_goes_from_one_row_to_another(client, announced):
    before = usual("ended")
    other = ChatOutcome.objects.filter(kind="incident", outcome="ended", is_usual=False).first()

    answer = act(client, "make_usual", other)

    assert usual("ended") == other
    assert announced == [before, other]
    assert "is chosen beforehand" in notices(answer)


def test_two_rows_are_not_usual(client):
    rows = ChatOutcome.objects.filter(kind="incident", outcome="ended")[:2]

    assert "Choose one row." in notices(act(client, "make_usual", *rows))


def test_the_usual_row_is_not_deleted_others_are(client):
    other = ChatOutcome.objects.filter(kind="incident", outcome="ended", is_usual=False).first()

    refused = client.post(address("delete", usual("ended")), {"post": "yes"})
    client.post(address("delete", other), {"post": "yes"})

    assert "It is the usual one." in refused.text
    assert usual("ended")
    assert not ChatOutcome.objects.filter(pk=other.pk).exists()


def test_a_row_keeps_its_kind_and_moment(client):
    row = usual("ended")

    save(client, row, kind="work_order", outcome="abandoned")

    row.refresh_from_db()
    assert (row.kind, row.outcome) == ("incident", "ended")
