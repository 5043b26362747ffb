"""The admin as a whole: who gets in, that lists stay cheap, that each field is explained."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from knowledge.models import MissedSearch, SynonymGroup
from livechat.models import AvailabilityReason, RoutingDecision, Topic
from livechat.policy import Code, Verdict
from tests.admin_pages import address, list_address
from tests.factories import (
    AgentFactory,
    ArticleCategoryFactory,
    ArticleFactory,
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    ChatFactory,
    ChatHoursFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
    ServiceAlertFactory,
    ServiceFactory,
    SiteFactory,
    TicketFactory,
    TicketTemplateFactory,
    UserFactory,
)
from tickets.models import ChatOutcome, RequiredField, Status, StatusReason

pytestmark = pytest.mark.django_db

STYLES = Path(__file__).parents[1] / "config/static/parley"
REGISTERED = [apps.get_model(name) for name in (
    "auth.Group", "knowledge.ArticleCategory", "knowledge.KnowledgeSettings",
    "knowledge.MissedSearch", "knowledge.SynonymGroup", "livechat.Agent",
    "livechat.AvailabilityReason", "livechat.ChatHours",
    "livechat.ChatSettings", "livechat.Queue", "livechat.RoutingDecision", "livechat.Topic",
    "tickets.Asset", "tickets.AssignmentGroup", "tickets.Category", "tickets.ChatOutcome",
    "tickets.Company", "tickets.Customer", "tickets.PriorityRule", "tickets.RequiredField",
    "tickets.Service", "tickets.ServiceAlert", "tickets.Status", "tickets.StatusReason",
    "tickets.TicketTemplate", "tickets.User",
)]  # fmt: skip
#: One page for all rows, without a list.
MATRIX = "tickets.PriorityRule"


def signed_in(**traits):
    client = Client()
    client.force_login(UserFactory(**traits))
    return client


def companies(count):
    for company in CompanyFactory.create_batch(count):
        SiteFactory.create_batch(2, company=company)
        CustomerFactory(company=company)


def queues(count):
    for queue in QueueFactory.create_batch(count):
        AgentFactory(queues=[queue])
        ChatFactory(queue=queue)


def hours(count):
    for queue in QueueFactory.create_batch(count):
        holidays = {date(2026, 12, 25): "Christmas Day"}
        ChatHoursFactory(queue=queue, company=queue.company, week={0: (8, 18)}, holidays=holidays)


def agents(count):
    for _ in range(count):
        AgentFactory(queues=QueueFactory.create_batch(2))


def users(count):
    for user in UserFactory.create_batch(count, agent=True):
        user.companies.add(CompanyFactory())


def groups(count):
    UserFactory.create_batch(count, agent=True)


def topics(count):
    for queue in QueueFactory.create_batch(count):
        Topic.objects.create(queue=queue, name="Printers", words="printer\ntoner")


def reasons(count):
    for _ in range(count):
        reason = AvailabilityReason.objects.create(label=f"Lunch {uuid4()}")
        AgentFactory(available=False, reason=reason)


def decisions(count):
    now = timezone.now()
    for chat in ChatFactory.create_batch(count):
        asked = [AgentFactory(queues=[chat.queue], online=True) for _ in range(2)]
        full = [Verdict(agent.pk, Code.FULL, 3, 3) for agent in asked]
        RoutingDecision.objects.note(chat, full, now)
        RoutingDecision.objects.settle(chat, asked[0], "auto", full, now)


def assets(count):
    for asset in AssetFactory.create_batch(count):
        asset.customer = CustomerFactory(company=asset.company)
        asset.site = SiteFactory(company=asset.company)
        asset.save()
        TicketFactory(customer=asset.customer, asset=asset)


def assigned_groups(count):
    for group in AssignmentGroupFactory.create_batch(count, company=CompanyFactory()):
        group.members.add(*UserFactory.create_batch(2))
        TicketFactory(customer__company=group.company, group=group)


def services(count):
    for service in ServiceFactory.create_batch(count, company=CompanyFactory()):
        ServiceAlertFactory(service=service)


def categories(count):
    for _ in range(count):
        above = None
        for _level in range(4):
            above = CategoryFactory(parent=above)
        TicketFactory(operational_category=above)


def outcomes(count):
    reason = StatusReason.objects.get(name="Successful")
    for _ in range(count):
        status = Status.objects.create(kind="work_order", stage="closed", name=f"Done {uuid4()}")
        reason.statuses.add(status)
        ChatOutcome.objects.create(kind="work_order", outcome="ended", status=status, reason=reason)


def statuses(count):
    for _ in range(count):
        status = Status.objects.create(kind="incident", stage="open", name=f"Here {uuid4()}")
        StatusReason.objects.create(kind="incident", name=f"So {uuid4()}").statuses.add(status)
        ChatOutcome.objects.create(kind="incident", outcome="opened", status=status)


def templates(count):
    for template in TicketTemplateFactory.create_batch(count, company=CompanyFactory()):
        template.required_fields.create(kind="incident", field="impact")
        TicketFactory(customer__company=template.company, impact=2, urgency=2)


def alerts(count):
    for alert in ServiceAlertFactory.create_batch(count, service=ServiceFactory()):
        alert.companies.add(*CompanyFactory.create_batch(2))


def customers(count):
    for company in CompanyFactory.create_batch(count):
        site = SiteFactory(company=company)
        customer = CustomerFactory(company=company, site=site, verified=True)
        TicketFactory(customer=customer)


def article_categories(count):
    for category in ArticleCategoryFactory.create_batch(count, parent=ArticleCategoryFactory()):
        ArticleFactory(category=category)


def synonyms(count):
    for _ in range(count):
        SynonymGroup.objects.create(words=f"wifi, {uuid4()}")


def missed(count):
    for company in CompanyFactory.create_batch(count):
        MissedSearch.objects.create(words="drive", company=company)


LISTS = {
    "knowledge.ArticleCategory": article_categories,
    "knowledge.MissedSearch": missed,
    "knowledge.SynonymGroup": synonyms,
    "tickets.Asset": assets,
    "tickets.AssignmentGroup": assigned_groups,
    "tickets.Category": categories,
    "tickets.ChatOutcome": outcomes,
    "tickets.Customer": customers,
    "tickets.RequiredField": templates,
    "tickets.Service": services,
    "tickets.ServiceAlert": alerts,
    "tickets.Status": statuses,
    "tickets.StatusReason": statuses,
    "tickets.TicketTemplate": templates,
    "tickets.Company": companies,
    "tickets.User": users,
    "livechat.Queue": queues,
    "livechat.Agent": agents,
    "livechat.ChatHours": hours,
    "livechat.Topic": topics,
    "livechat.AvailabilityReason": reasons,
    "livechat.RoutingDecision": decisions,
    "auth.Group": groups,
}


def test_a_stranger_is_sent_to_sign_in():
    answer = Client().get("/admin/livechat/queue/")

    assert answer.url == "/sign-in/?next=/admin/livechat/queue/"


@pytest.mark.parametrize("traits", [{"agent": True}, {"supervisor": True}, {"is_staff": True}])
def test_who_configures_nothing_is_told_so(traits):
    client = signed_in(**traits)

    answer = client.get("/admin/", follow=True)

    assert answer.status_code == 403
    assert client.get("/admin/livechat/queue/", follow=True).status_code == 403


def test_an_administrator_sees_all_that_is_configured():
    page = signed_in(administrator=True).get("/admin/").text

    assert "Parley administration" in page
    assert all(list_address(model) in page for model in REGISTERED)


def test_the_admins_sign_in_page_is_the_one_of_all():
    client = signed_in(administrator=True)

    assert client.get("/admin/login/").url == reverse("admin:index")
    assert client.post("/admin/logout/").url == "/sign-in/"
    assert "_auth_user_id" not in client.session


def test_looking_at_a_page_writes_nothing():
    queue, client = QueueFactory(), signed_in(administrator=True)
    client.get("/admin/")

    for page in ("change", "history", "delete"):
        with CaptureQueriesContext(connection) as taken:
            client.get(address(page, queue))
        assert not [q["sql"] for q in taken if re.match("INSERT|UPDATE|DELETE", q["sql"])]


@pytest.mark.parametrize("name", LISTS)
def test_a_lists_queries_do_not_grow_with_its_rows(name):
    client, page = signed_in(administrator=True), list_address(apps.get_model(name))
    LISTS[name](1)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)

    LISTS[name](19)

    with CaptureQueriesContext(connection) as many:
        assert client.get(page).status_code == 200
    assert len(many) == len(few)


def test_what_is_now_needs_no_more_queries_for_more_queues():
    client, page = signed_in(administrator=True), "/admin/livechat/routingdecision/now/"
    decisions(1)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)

    decisions(19)

    with CaptureQueriesContext(connection) as many:
        assert len(client.get(page).context["rows"]) == 21
    assert len(many) == len(few)


def test_who_tells_of_outages_sees_service_alerts_and_nothing_else():
    client, alert = signed_in(alert_administrator=True), ServiceAlertFactory()

    page = client.get("/admin/")

    shown = {model["object_name"] for app in page.context["app_list"] for model in app["models"]}
    assert shown == {"ServiceAlert"}
    assert client.get(address("change", alert)).status_code == 200
    for model in REGISTERED:
        wanted = 200 if model is type(alert) else 403
        assert client.get(list_address(model), follow=True).status_code == wanted


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_searched_and_filtered(name):
    client, page = signed_in(administrator=True), list_address(apps.get_model(name))
    LISTS[name](2)

    assert client.get(f"{page}?q=zzz").context["cl"].result_count == 0
    for shown in client.get(page).context["cl"].filter_specs:
        for choice in shown.choices(client.get(page).context["cl"]):
            assert client.get(page + choice["query_string"]).status_code == 200


def forms_of(client):
    queue = QueueFactory()
    rows = [
        queue,
        Topic.objects.create(queue=queue, name="Printers"),
        AvailabilityReason.objects.first(),
        AgentFactory(),
        ChatHoursFactory(),
        SiteFactory().company,
        UserFactory(),
        AssetFactory(),
        AssignmentGroupFactory(),
        CategoryFactory(),
        ChatOutcome.objects.first(),
        CustomerFactory(verified=True),
        RequiredField.objects.create(kind="incident", field="impact"),
        ServiceFactory(),
        ServiceAlertFactory(),
        Status.objects.first(),
        StatusReason.objects.first(),
        TicketTemplateFactory(),
    ]
    pages = [address("change", row) for row in rows] + [
        "/admin/livechat/chatsettings/1/change/",
        "/admin/knowledge/knowledgesettings/1/change/",
    ]
    pages += [
        f"{list_address(model)}add/"
        for model in REGISTERED
        if model._meta.app_label != "auth" and model._meta.label != MATRIX
    ]
    for page in pages:
        answer = client.get(page)
        if answer.status_code == 200:
            yield page, answer.context["adminform"].form
            for inline in answer.context["inline_admin_formsets"]:
                yield page, inline.formset.empty_form


def test_each_field_is_explained():
    silent = [
        f"{page} {field.name}"
        for page, form in forms_of(signed_in(superuser=True))
        for field in form
        if not field.is_hidden and not field.help_text and field.name != "DELETE"
    ]

    assert not silent


def test_the_admin_has_the_consoles_accent():
    """base.css has an --accent outside of layers, so that admin.css has to say ours again."""
    accent = re.compile(r"--accent:\s*(light-dark\(.*\));")

    said = [accent.search((STYLES / name).read_text())[1] for name in ("admin.css", "tokens.css")]

    assert said[0] == said[1]


def test_the_theme_of_the_profile_holds_here_too():
    assert "theme-dark" in signed_in(administrator=True, theme="dark").get("/admin/").text
