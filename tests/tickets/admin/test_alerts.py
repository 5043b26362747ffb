"""Service alerts in the admin."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.admin_pages import act, address, errors, filled_in, notices, save
from tests.factories import CompanyFactory, ServiceAlertFactory, ServiceFactory, UserFactory
from tickets.models import ServiceAlert

pytestmark = pytest.mark.django_db
LIST = "/admin/tickets/servicealert/"
HOUR = timedelta(hours=1)


@pytest.fixture
def herald():
    """Who tells of outages, and may do nothing else."""
    client = Client()
    client.force_login(UserFactory(alert_administrator=True))
    return client


def titles(page):
    return {alert.title for alert in page.context["cl"].result_list}


def test_who_tells_of_outages_writes_one(herald, announced):
    page, company = f"{LIST}add/", CompanyFactory()

    herald.post(page, {**filled_in(herald.get(page)), "title": "VPN is slow",
                       "companies": [company.pk]})  # fmt: skip

    alert = ServiceAlert.objects.get()
    assert (alert.title, [*alert.companies.all()], announced) == ("VPN is slow", [company], [alert])


def test_a_change_raises_its_version_and_stands_in_its_history(client, announced):
    alert, company = ServiceAlertFactory(), CompanyFactory(name="Halden")

    save(client, alert, title="VPN is down", companies=[company.pk])

    alert.refresh_from_db()
    assert (alert.version, announced) == (2, [alert])
    history = client.get(address("history", alert)).text
    assert "VPN is down" in history
    assert "Halden" in history


def test_those_in_effect_are_found_and_marked(client):
    now = timezone.now()
    ServiceAlertFactory(title="now", ends_at=now + HOUR)
    ServiceAlertFactory(title="over", starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    ServiceAlertFactory(title="ahead", starts_at=now + HOUR)

    assert titles(client.get(f"{LIST}?in_effect=now")) == {"now"}
    assert titles(client.get(f"{LIST}?in_effect=ahead")) == {"ahead"}
    assert titles(client.get(f"{LIST}?in_effect=over")) == {"over"}
    assert client.get(LIST).text.count('alt="True"') == 1


def test_it_is_ended_by_one_action(client, announced):
    alert, ahead = ServiceAlertFactory(), ServiceAlertFactory(starts_at=timezone.now() + HOUR)

    answer = act(client, "end_now", alert, ahead)

    alert.refresh_from_db()
    assert alert.ends_at <= timezone.now()
    assert (alert.version, announced) == (2, [alert])
    assert "1 alert is over. 1 is not in effect: it is left alone." in notices(answer)
    assert ServiceAlert.objects.get(pk=ahead.pk).ends_at is None


def test_its_end_comes_after_its_beginning(client):
    alert = ServiceAlertFactory()

    said = errors(save(client, alert, ends_at_0="2020-01-01", ends_at_1="08:00"))

    assert "later than the first" in said


def test_a_companys_own_service_concerns_that_company_alone(client):
    service = ServiceFactory(company=CompanyFactory(), name="Crane radio")
    alert = ServiceAlertFactory()

    refused = save(client, alert, service=service.pk)

    assert "Crane radio is a service of" in errors(refused)
    assert errors(save(client, alert, service=service.pk, companies=[service.company.pk])) == ""


def test_what_customers_see_is_shown_beforehand(client):
    alert = ServiceAlertFactory(text="<b>We are on it</b>", shown_to_customers=True)

    assert "&lt;b&gt;We are on it&lt;/b&gt;" in client.get(address("change", alert)).text

    save(client, alert, shown_to_customers=None)
    assert "Customers do not see it." in client.get(address("change", alert)).text
