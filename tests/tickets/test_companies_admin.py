"""Companies in the admin: what is announced, what is refused, what their developers get."""

import html
import re
import subprocess

import pytest

from tests.admin_pages import act, address, errors, notices, save
from tests.factories import ChatFactory, CompanyFactory, CustomerFactory, SiteFactory, UserFactory
from tickets.models import Company
from tickets.services.identity import identity_secret, read_identity


def identification(company):
    return address("identification", company)


def recipe(page, language):
    found = re.search(rf'<pre data-recipe="{language}">(.*?)</pre>', page.text, re.DOTALL)
    return html.unescape(found[1])


def test_saving_announces_the_company(client, announced):
    company = CompanyFactory()

    save(client, company, name="Halden Freight")

    assert announced == [company]
    assert Company.objects.get(pk=company.pk).name == "Halden Freight"


def test_its_sites_are_saved_and_announced_with_it(client, announced):
    site = SiteFactory()

    save(client, site.company, **{"sites-0-time_zone": "Europe/Warsaw"})

    site.refresh_from_db()
    assert site.time_zone == "Europe/Warsaw"
    assert announced == [site.company, site]


def test_a_site_is_retired(client):
    site = SiteFactory()

    save(client, site.company, **{"sites-0-retired": "on"})

    site.refresh_from_db()
    assert site.retired_at


def test_a_site_where_customers_are_is_not_deleted(client):
    site = SiteFactory()
    CustomerFactory(company=site.company, site=site)

    answer = save(client, site.company, **{"sites-0-DELETE": "on"})

    assert answer.status_code == 200
    assert site.company.sites.count() == 1


@pytest.mark.parametrize(
    "line",
    ["https://a.example/path", "https://*.example", "javascript:alert(1)", "a.example", "'self'"],
)
def test_what_is_no_origin_is_refused_by_name(client, line):
    company = CompanyFactory()

    answer = save(client, company, allowed_origins=f"https://a.example\n{line}")

    assert html.escape(line) in errors(answer)


def test_origins_are_kept_one_a_line_each_once(client):
    company = CompanyFactory()

    save(
        client,
        company,
        allowed_origins=" https://a.example  https://b.example\r\n https://a.example",
    )

    assert Company.objects.get(pk=company.pk).origins == ["https://a.example", "https://b.example"]


def test_a_time_zone_that_is_none_is_refused(client):
    assert "is no time zone" in errors(save(client, CompanyFactory(), time_zone="Berlin"))


def test_the_page_has_the_line_to_paste(client):
    company = CompanyFactory()

    page = client.get(address("change", company))

    line = f'<script src="http://testserver/embed.js" data-company="{company.public_id}" async>'
    assert html.escape(line) in page.text.replace('"', "&quot;")


@pytest.mark.parametrize("how", ["its form", "the list"])
@pytest.mark.parametrize("status", ["queued", "assigned", "transferred"])
def test_a_company_whose_customers_are_in_chats_is_not_retired(client, announced, status, how):
    company = ChatFactory(**({} if status == "queued" else {status: True})).customer.company

    if how == "its form":
        said = errors(save(client, company, retired="on"))
    else:
        said = notices(act(client, "retire", company))

    assert "1 chat of its customers is still open. It has to end first." in said
    assert Company.objects.get(pk=company.pk).retired_at is None
    assert announced == []


def test_a_company_whose_chats_are_over_or_left_is_retired(client, announced):
    company = ChatFactory(ended=True).customer.company
    ChatFactory(left=True, customer=CustomerFactory(company=company))

    act(client, "retire", company)

    assert Company.objects.get(pk=company.pk).retired_at
    assert announced == [company]


def test_a_company_that_others_point_to_is_not_deleted(client):
    company = ChatFactory().customer.company

    answer = client.post(address("delete", company), {"post": "yes"})

    assert "1 customer" in answer.text
    assert "1 queue" in answer.text
    assert Company.objects.filter(pk=company.pk).exists()


def test_a_company_that_nothing_points_to_is_deleted_and_announced(client, announced):
    company = CompanyFactory()

    act(client, "delete_selected", company)
    client.post("/admin/tickets/company/", {
        "action": "delete_selected", "_selected_action": [company.pk], "post": "yes",
    })  # fmt: skip

    assert not Company.objects.filter(pk=company.pk).exists()
    assert [row.name for row in announced] == [company.name]


def test_the_secret_is_shown_only_when_asked_for(client):
    company = CompanyFactory()
    secret = identity_secret(company)

    assert secret not in client.get(address("change", company)).text
    assert secret not in client.get(identification(company)).text
    assert secret in client.post(identification(company), {"show": "1"}).text


def test_that_somebody_looked_at_it_is_in_the_history(client, administrator):
    company = CompanyFactory()
    client.post(identification(company), {"show": "1"})

    history = client.get(address("history", company)).text

    assert "Looked at the identification secret" in history
    assert administrator.name in history
    assert identity_secret(company) not in history


def test_rotating_makes_a_new_secret_and_keeps_the_one_before(client, announced):
    company = CompanyFactory()
    before = identity_secret(company)

    client.post(identification(company), {"rotate": "1"})

    company.refresh_from_db()
    assert company.identity_version == 2
    assert identity_secret(company) != before == identity_secret(company, 1)
    assert announced == [company]


def test_who_may_only_look_does_not_get_the_secret(client, administrator):
    company = CompanyFactory()
    administrator.groups.clear()
    administrator.user_permissions.add(*permissions("view_company"))

    assert client.get(address("change", company)).status_code == 200
    assert client.post(identification(company), {"show": "1"}).status_code == 403


def permissions(*codenames):
    model = UserFactory._meta.model._meta.get_field("user_permissions").related_model
    return model.objects.filter(codename__in=codenames)


def test_the_recipe_in_python_works(client):
    company = CompanyFactory()
    names = {}
    exec(recipe(client.get(identification(company)), "python"), names)

    token = names["identity"](identity_secret(company), "p-1", "ada@a.example", "Ada Byron")

    identity = read_identity(company, token)
    assert (identity.external_id, identity.email, identity.name) == (
        "p-1",
        "ada@a.example",
        "Ada Byron",
    )


def test_the_recipe_in_javascript_works(client):
    company = CompanyFactory()
    arguments = f'"{identity_secret(company)}", "p-1", "ada@a.example", "Ünal Ö"'
    code = recipe(client.get(identification(company)), "node")
    code += f"console.log(identity({arguments}))"

    token = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True).stdout

    assert read_identity(company, token.strip()).name == "Ünal Ö"
