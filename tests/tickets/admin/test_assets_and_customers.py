"""Assets and customers in the admin."""

import pytest

from tests.admin_pages import address, errors, filled_in, save
from tests.factories import (
    AssetFactory,
    ChatFactory,
    CompanyFactory,
    CustomerFactory,
    SiteFactory,
    TicketFactory,
)
from tickets.models import Asset, Customer

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/tickets/customer/"


def names(page):
    return {str(row) for row in page.context["cl"].result_list}


def test_an_asset_is_made_for_somebody(client, announced):
    site = SiteFactory()
    amara = CustomerFactory(company=site.company)
    page = "/admin/tickets/asset/add/"

    client.post(page, {
        **filled_in(client.get(page)), "company": site.company.pk, "tag": "LT-20417",
        "name": "Laptop", "customer": amara.pk, "site": site.pk,
    })  # fmt: skip

    asset = Asset.objects.get()
    assert (asset.customer, asset.site, announced) == (amara, site, [asset])
    assert "LT-20417" in client.get(address("history", asset)).text


@pytest.mark.parametrize("made", [CustomerFactory, SiteFactory])
def test_who_uses_it_and_where_are_its_companys(client, made):
    name = "customer" if made is CustomerFactory else "site"

    said = errors(save(client, AssetFactory(), **{name: made().pk}))

    assert "It belongs to another company." in said


def test_a_tag_is_known_once_in_a_company(client):
    first = AssetFactory()
    second = AssetFactory(company=first.company)

    assert "already exists" in errors(save(client, second, tag=first.tag))


def test_an_asset_with_tickets_stays_with_its_company_and_is_not_deleted(client):
    asset = AssetFactory()
    TicketFactory(asset=asset, customer__company=asset.company)

    assert "Tickets of its company name it" in errors(
        save(client, asset, company=CompanyFactory().pk)
    )
    assert "1 tickets" in client.post(address("delete", asset), {"post": "yes"}).text


def test_people_are_offered_while_one_types(client):
    CustomerFactory(name="Amara Okafor", verified=True)

    found = client.get("/admin/autocomplete/", {
        "term": "amara", "app_label": "tickets", "model_name": "asset", "field_name": "customer",
    })  # fmt: skip

    assert [each["text"] for each in found.json()["results"]] == ["Amara Okafor"]


def test_people_with_an_external_id_are_listed_others_when_asked_for(client):
    CustomerFactory(name="Amara", verified=True)
    CustomerFactory(name="Passer-by")

    assert names(client.get(PEOPLE)) == {"Amara"}
    assert names(client.get(f"{PEOPLE}?who=anonymous")) == {"Passer-by"}
    assert names(client.get(f"{PEOPLE}?who=all")) == {"Amara", "Passer-by"}


def test_they_are_found_and_filtered(client):
    elif_ = CustomerFactory(name="Elif", vip=True, phone="555 0109", verified=True)
    CustomerFactory(name="Bea", verified=True)

    assert names(client.get(f"{PEOPLE}?q=0109")) == {"Elif"}
    assert names(client.get(f"{PEOPLE}?vip__exact=1")) == {"Elif"}
    assert names(client.get(f"{PEOPLE}?company__id__exact={elif_.company_id}")) == {"Elif"}


def test_a_change_is_announced_and_in_its_history(client, administrator, announced):
    site = SiteFactory(name="Rotterdam Yard")
    person = CustomerFactory(company=site.company, verified=True)

    save(client, person, title="Customs agent", site=site.pk, vip="on")

    person.refresh_from_db()
    assert (person.title, person.site, person.vip, announced) == (
        "Customs agent", site, True, [person],
    )  # fmt: skip
    history = client.get(address("history", person)).text
    assert all(word in history for word in ("Customs agent", "Rotterdam Yard", "VIP", "Changed"))
    assert administrator.name in history


def test_what_a_chat_writes_of_somebody_is_no_history(client):
    person = ChatFactory().customer

    assert "Nobody has changed this yet" in client.get(address("history", person)).text


def test_a_new_person_has_a_history_from_the_start(client):
    page, company = f"{PEOPLE}add/", CompanyFactory()

    client.post(page, {**filled_in(client.get(page)), "company": company.pk, "name": "Rosa"})

    history = client.get(address("history", Customer.objects.get())).text
    assert "Added" in history
    assert "Rosa" in history


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"external_id": None}, "the external id has to stay"),
        ({"site": "foreign"}, "It belongs to another company."),
    ],
)
def test_what_does_not_fit_a_person_is_refused(client, changes, said):
    if "site" in changes:
        changes = {"site": SiteFactory().pk}

    assert said in errors(save(client, CustomerFactory(verified=True), **changes))


def test_whoever_has_chats_keeps_his_company_and_is_not_deleted(client):
    person = ChatFactory().customer
    TicketFactory(customer=person)

    moved = errors(save(client, person, company=CompanyFactory().pk))
    deleted = client.post(address("delete", person), {"post": "yes"}).text

    assert "belong to him and to his company" in moved
    assert "1 chats" in deleted
    assert "1 tickets" in deleted
    assert Customer.objects.filter(pk=person.pk).exists()
