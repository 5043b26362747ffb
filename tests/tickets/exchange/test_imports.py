"""Files come in: tried first, confirmed, all or nothing; and go out as the list shows them."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.admin_pages import address, notices
from tests.factories import (
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    SiteFactory,
    TicketFactory,
    TicketTemplateFactory,
    UserFactory,
)
from tickets.admin.exchange.files import read
from tickets.clock import forget_imports
from tickets.models import (
    Asset,
    ChatOutcome,
    Customer,
    PendingImport,
    RequiredField,
    Status,
    StatusReason,
    Ticket,
    TicketTemplate,
)
from tickets.models.statuses import LAST_OPEN

pytestmark = pytest.mark.django_db
PEOPLE = "company,external_id,name,title,site,vip\n"


@pytest.fixture
def site(db):
    return SiteFactory(company=CompanyFactory(external_key="halden"), name="Harbour")


def tried(client, model, text):
    content = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile("people.csv", content)
    return client.post(f"/admin/tickets/{model}/import/", {"file": file})


def confirmed(client, model, page):
    data = {"pending": page.context["pending"].public_id}
    return client.post(f"/admin/tickets/{model}/import/confirm/", data, follow=True)


def fates(page):
    return [(fate.number, fate.what) for fate in page.context["fates"]]


def reasons(page):
    return " ".join(reason for fate in page.context["fates"] for reason in fate.reasons)


def refusal(page):
    return " ".join(page.context["form"].errors.get("file", []))


def test_the_trial_says_what_becomes_of_each_row_and_stores_nothing(client, site, announced):
    ada = CustomerFactory(company=site.company, external_id="ada", name="Ada", site=site)
    CustomerFactory(company=site.company, external_id="bea", name="Bea", site=site)

    page = tried(
        client,
        "customer",
        f"{PEOPLE}halden,ada,Ada Byron,,Harbour,no\nhalden,bea,Bea,,Harbour,no\n"
        "halden,cy,Cy,Clerk,Harbour,yes\n",
    )

    assert fates(page) == [(2, "changed"), (3, "unchanged"), (4, "new")]
    assert page.context["fates"][0].changes == [("name", "Ada", "Ada Byron")]
    assert "Ada Byron" in page.text
    ada.refresh_from_db()
    assert (ada.name, Customer.objects.count(), announced) == ("Ada", 2, [])


def test_what_is_confirmed_is_stored_announced_and_in_the_histories(
    client, administrator, site, announced
):
    ada = CustomerFactory(company=site.company, external_id="ada", name="Ada", phone="555")
    page = tried(
        client, "customer", f"{PEOPLE}halden,ada,Ada Byron,,,yes\nhalden,cy,Cy,Clerk,Harbour,no\n"
    )

    answer = confirmed(client, "customer", page)

    ada.refresh_from_db()
    cy = Customer.objects.get(external_id="cy")
    assert (ada.name, ada.vip, ada.phone) == ("Ada Byron", True, "555")
    assert (cy.title, cy.site) == ("Clerk", site)
    assert announced == [cy, ada]
    assert "1 new, 1 changed, 0 unchanged" in notices(answer)
    history = client.get(address("history", ada)).text
    assert all(word in history for word in ("Ada Byron", administrator.name, "Changed"))
    assert "Added" in client.get(address("history", cy)).text
    assert not PendingImport.objects.exists()


def test_one_refused_row_keeps_all_others_out_and_every_reason_is_said(client, site):
    page = tried(
        client,
        "customer",
        f"{PEOPLE}halden,ada,Ada,,Moon,maybe\nnobody,bea,Bea,,,no\nhalden,,Cy,,,no\n"
        "halden,di,,,,no\nhalden,ed,Ed,,,no\nhalden,ed,Ed again,,,no\n",
    )

    assert fates(page)[:5] == [(n, "refused") for n in (2, 3, 4, 5, 7)]
    said = reasons(page)
    assert "site: There is no “Moon”." in said
    assert "vip: Write yes or no." in said
    assert "company: There is no “nobody”." in said
    assert "external_id: It is needed." in said
    assert "name: It is needed." in said
    assert "Row 6 is about the same." in said
    assert page.context["pending"] is None
    assert 'value="Confirm"' not in page.text
    assert not Customer.objects.exists()


def test_a_file_that_changes_nothing_is_not_confirmed(client, site):
    CustomerFactory(company=site.company, external_id="ada", name="Ada")

    page = tried(client, "customer", "company,external_id,name\nhalden,ada,Ada\n")

    assert page.context["pending"] is None
    assert "There is nothing to store" in page.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("company,name\nhalden,Ada\n", "The heading has to have external_id"),
        ("company,external_id,shoe\nhalden,ada,41\n", "Unknown in the heading: shoe."),
        ("", "empty"),
        ("company,external_id\n", "no rows"),
        ("company,external_id\nhalden,é\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(client, site, text, said):
    assert said in refusal(tried(client, "customer", text))


def test_what_has_changed_since_the_trial_is_shown_first(client, site):
    CustomerFactory(company=site.company, external_id="ada", name="Ada")
    page = tried(client, "customer", "company,external_id,name\nhalden,ada,Ada Byron\n")
    Customer.objects.update(name="Countess")

    again = confirmed(client, "customer", page)

    assert "Something has changed since the trial" in again.text
    assert again.context["fates"][0].changes == [("name", "Countess", "Ada Byron")]
    assert Customer.objects.get().name == "Countess"
    confirmed(client, "customer", again)
    assert Customer.objects.get().name == "Ada Byron"


def test_nobody_confirms_anothers_trial_nor_one_of_another_list(client, site):
    page = tried(client, "customer", f"{PEOPLE}halden,cy,Cy,,,no\n")
    other = Client()
    other.force_login(UserFactory(administrator=True))

    answers = [confirmed(other, "customer", page), confirmed(client, "asset", page)]

    assert all("not there any more" in notices(answer) for answer in answers)
    assert not Customer.objects.exists()


def test_a_trial_is_forgotten_after_an_hour(client, site):
    page = tried(client, "customer", f"{PEOPLE}halden,cy,Cy,,,no\n")
    PendingImport.objects.update(made_at=timezone.now() - timedelta(hours=1))

    assert "not there any more" in notices(confirmed(client, "customer", page))
    forget_imports()
    assert not PendingImport.objects.exists()


def test_who_may_not_add_and_change_does_not_import(administrator, client):
    permissions = administrator.groups.get().permissions.filter(codename="view_customer")
    administrator.groups.clear()
    administrator.user_permissions.add(*permissions)

    assert tried(client, "customer", PEOPLE).status_code == 403
    assert client.get("/admin/tickets/customer/import/").status_code == 403
    assert client.get("/admin/tickets/customer/export/csv/").status_code == 200
    assert client.get("/admin/tickets/asset/export/csv/").status_code == 403


def test_assets_find_their_people_and_places(client, site):
    ada = CustomerFactory(company=site.company, external_id="ada")
    CustomerFactory(external_id="bea")
    heading = "company,tag,name,kind,status,used_by,site,in_use_since\n"

    refused = tried(client, "asset", f"{heading}halden,LT-1,Laptop,boat,,bea,,31.3.2026\n")
    page = tried(
        client, "asset", f"{heading}halden,LT-1,Laptop,phone,in_use,ada,Harbour,2026-03-31\n"
    )
    confirmed(client, "asset", page)

    assert "kind: “boat” is none of laptop" in reasons(refused)
    assert "used_by: There is no “bea”." in reasons(refused)
    assert "in_use_since: Write a date such as" in reasons(refused)
    asset = Asset.objects.get()
    assert (asset.customer, asset.site, asset.kind) == (ada, site, "phone")
    assert str(asset.in_use_since) == "2026-03-31"


def test_templates_come_with_what_they_fill_in_and_require(client, site):
    AssignmentGroupFactory(name="Network")
    vpn = CategoryFactory(
        tree="product", name="VPN", parent=CategoryFactory(tree="product", name="Network")
    )
    heading = "company,name,impact,product_category,group,required_fields\n"

    page = tried(client, "tickettemplate", (
        f"{heading}halden,VPN fault,2,Network › VPN,Network,incident: site; incident: asset\n"
    ))  # fmt: skip
    confirmed(client, "tickettemplate", page)

    template = TicketTemplate.objects.get()
    assert (template.impact, template.product_category, str(template.group)) == (2, vpn, "Network")
    assert RequiredField.objects.of("incident", template) == ["site", "asset"]
    assert "incident: Site" in client.get(address("history", template)).text


def test_what_forms_refuse_is_refused_here_in_the_same_words(client, site):
    theirs = AssignmentGroupFactory(company=site.company, name="Cranes")
    TicketTemplateFactory(name="Crane fault", company=site.company, group=theirs)
    heading = "company,name,for_incidents,group,required_fields\n"

    page = tried(client, "tickettemplate", (
        f"{heading}halden,A,no,,\n,B,yes,Cranes,\nhalden,C,yes,,work_order: site\nhalden,D,yes,,x\n"
    ))  # fmt: skip

    said = reasons(page)
    assert "for_incidents: Choose at least one kind of ticket." in said
    assert "group: There is no “Cranes”." in said
    assert "required_fields: The template is not for tickets of this kind" in said
    assert "“x” is not written as incident: impact." in said


def test_statuses_are_protected_from_files_too(client):
    Status.objects.create(kind="incident", name="Here", stage="open")
    TicketFactory(status="Here")

    page = tried(client, "status", (
        "kind,name,category,order,retired\nincident,Here,pending,5,no\n"
        "incident,Resolved,resolved,50,yes\nincident,Waiting,pending,x,no\n"
    ))  # fmt: skip

    said = reasons(page)
    assert "category: 1 ticket has it. Make a new one instead." in said
    assert "retired: Chats write it when the chat is ended" in said
    assert "order: Write a whole number." in said


def test_reasons_come_with_the_statuses_they_go_with(client):
    heading = "kind,name,goes_with,order\n"

    refused = tried(
        client, "statusreason", f"{heading}incident,By supplier,Resolved; Completed,5\n"
    )
    page = tried(client, "statusreason", f"{heading}incident,By supplier,Resolved; Closed,5\n")
    confirmed(client, "statusreason", page)

    assert "goes_with: Not a status of its kind: Completed." in reasons(refused)
    names = StatusReason.objects.get(name="By supplier").statuses.values_list("name", flat=True)
    assert sorted(names) == ["Closed", "Resolved"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("model", ["customer", "asset", "tickettemplate", "status", "statusreason"])
def test_what_goes_out_comes_in_unchanged(client, site, model, kind):
    ada = CustomerFactory(
        company=site.company, external_id="=ada", name="+Ada", phone="+44 20", site=site
    )
    AssetFactory(company=site.company, customer=ada, site=site, in_use_since="2026-03-31")
    template = TicketTemplateFactory(active_from=timezone.now(), impact=2)
    template.required_fields.create(kind="incident", field="site")

    content = client.get(f"/admin/tickets/{model}/export/{kind}/").content
    page = tried(client, model, content)

    assert {what for _number, what in fates(page)} == {"unchanged"}


def test_a_list_goes_out_as_it_is_filtered_and_searched(client, site):
    CustomerFactory(company=site.company, external_id="a", name="Ada", vip=True)
    CustomerFactory(company=site.company, external_id="b", name="Bea")
    CustomerFactory(company=site.company, name="Passer-by")

    out = client.get("/admin/tickets/customer/export/csv/?q=ada&vip__exact=1")

    assert [cells[1] for _number, cells in read(out.content).rows] == ["a"]
    assert out["Content-Disposition"].startswith('attachment; filename="customer-')
    assert "private" in out["Cache-Control"] or "no-store" in out["Cache-Control"]
    assert client.get("/admin/tickets/customer/export/csv/?vip__exact=maybe").status_code == 302


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("model", "heading", "row"),
    [
        ("customer", PEOPLE, "halden,p{n},Person {n},,Harbour,no"),
        ("asset", "company,tag,name,used_by,site\n", "halden,T{n},Laptop,ada,Harbour"),
        ("tickettemplate", "company,name,group\n", "halden,Fault {n},Network"),
        ("status", "kind,name,category\n", "incident,Here {n},open"),
    ],
)
def test_a_trial_takes_as_many_queries_for_all_rows(
    client, site, django_assert_max_num_queries, model, heading, row, rows
):
    CustomerFactory(company=site.company, external_id="ada")
    AssignmentGroupFactory(name="Network")
    text = heading + "".join(f"{row.format(n=n)}\n" for n in range(rows))
    client.get(f"/admin/tickets/{model}/import/")

    with django_assert_max_num_queries(22):
        page = tried(client, model, text)

    assert len(page.context["fates"]) == rows


def test_a_file_that_is_too_large_is_not_read(client, monkeypatch):
    file = io.BytesIO(b"x" * (5 * 1024 * 1024 + 1))
    file.name = "large.csv"

    answer = client.post("/admin/tickets/customer/import/", {"file": file})

    assert "larger than 5 MB" in refusal(answer)


def test_what_reads_alike_stays_as_it_was(client, site):
    """Of two groups of one name the row's own, and the seconds that no cell shows."""
    AssignmentGroupFactory(name="Network", company=site.company)
    everybodys = AssignmentGroupFactory(name="Network", company=None)
    from_then = timezone.now().replace(second=37, microsecond=0)
    template = TicketTemplateFactory(
        company=site.company, group=everybodys, active_from=from_then, purpose="Old"
    )
    out = client.get("/admin/tickets/tickettemplate/export/csv/").content

    page = tried(client, "tickettemplate", out.decode("utf-8-sig").replace("Old", "New"))
    [fate] = [fate for fate in page.context["fates"] if fate.what == "changed"]
    assert fate.changes == [("purpose", "Old", "New")]
    confirmed(client, "tickettemplate", page)

    template.refresh_from_db()
    stands = (template.purpose, template.group, template.active_from)
    assert stands == ("New", everybodys, from_then)


@pytest.mark.parametrize(("column", "value"), [("retired", "yes"), ("category", "pending")])
def test_not_all_open_statuses_can_go_in_one_file(client, column, value):
    Status.objects.create(kind="incident", name="Here", stage="open")
    pending = Status.objects.get(kind="incident", name="Pending")
    opening = ChatOutcome.objects.filter(kind="incident", status__stage="open")
    opening.update(status=pending, reason=None)
    names = Status.objects.filter(kind="incident", stage="open").values_list("name", flat=True)
    lines = [f"incident,{name},{value}" for name in names]

    page = tried(client, "status", "\n".join([f"kind,name,{column}", *lines]))

    assert len(lines) > 1
    assert [fate.what for fate in page.context["fates"]].count("refused") == 1
    assert str(LAST_OPEN) in reasons(page)


def test_people_of_a_new_name_are_found_on_their_tickets(client, site):
    customer = CustomerFactory(company=site.company, external_id="ada", name="Amara Okafor")
    ticket = TicketFactory(customer=customer)
    page = tried(client, "customer", PEOPLE + "halden,ada,Zelda Quist,,,\n")

    confirmed(client, "customer", page)

    assert [*Ticket.objects.search("zelda")] == [ticket]
    assert not Ticket.objects.search("amara")


def test_a_text_that_no_workbook_can_hold_is_not_cut_off(client):
    TicketTemplateFactory(description="x" * 32_768)

    refused = client.get("/admin/tickets/tickettemplate/export/xlsx/", follow=True)

    assert "longer than the 32767 characters" in refused.text
    assert "x" * 32_768 in client.get("/admin/tickets/tickettemplate/export/csv/").content.decode()
