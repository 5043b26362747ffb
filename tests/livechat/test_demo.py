"""The demo command fills an empty installation, once, and says who can sign in."""

import io
import shutil
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, F, Max, Q
from django.test import Client
from django.utils import timezone

from knowledge.models import Article, KnowledgeSettings, SynonymGroup
from livechat.management import demo_knowledge
from livechat.models import (
    Agent,
    AvailabilityReason,
    Chat,
    ChatHours,
    ChatSettings,
    Message,
    Queue,
    Topic,
)
from tests.factories import CompanyFactory
from tickets.models import (
    Activity,
    Asset,
    Company,
    Customer,
    RequiredField,
    ServiceAlert,
    Site,
    Stage,
    Ticket,
    TicketTemplate,
    User,
)

pytestmark = pytest.mark.django_db


SHELF = demo_knowledge.ARTICLES
SOME = ("vpn-connects-but-is-slow.md", "prepare-for-a-new-starter.md")


@pytest.fixture(autouse=True)
def installation(tmp_path, settings, monkeypatch):
    """An empty one, with a shelf of two articles: all of them take seconds."""
    (tmp_path / "shelf").mkdir()
    for name in SOME:
        shutil.copy(SHELF / name, tmp_path / "shelf")
    monkeypatch.setattr(demo_knowledge, "ARTICLES", tmp_path / "shelf")
    settings.VAR, settings.PORT = tmp_path, 8123
    settings.PUBLIC_ORIGIN, settings.DEMO, settings.DEMO_PASSWORD = "", False, ""
    return tmp_path


def demo():
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def password_of(installation):
    return (installation / "demo-password").read_text()


def test_everybody_it_names_can_sign_in(installation):
    said = demo()

    password = password_of(installation)
    assert said.count(password) == User.objects.count()
    for user in User.objects.all():
        assert user.email in said
        assert user.check_password(password)


def test_the_password_is_for_the_owner_of_the_files_alone(installation):
    demo()

    assert (installation / "demo-password").stat().st_mode & 0o777 == 0o600
    assert len(password_of(installation)) >= 12


def test_the_password_can_be_given(installation, settings):
    settings.DEMO_PASSWORD = "parley parley"

    assert "parley parley" in demo()
    assert not (installation / "demo-password").exists()
    assert User.objects.first().check_password("parley parley")


def test_once_more_it_changes_nothing_and_says_the_same():
    first = demo()
    chats = Chat.objects.count()

    assert demo() == first
    assert Chat.objects.count() == chats


def test_it_keeps_quiet_when_the_password_is_another_by_now():
    demo()
    noor = User.objects.get(email="noor@parley.example")
    noor.set_password("something else")
    noor.save()

    assert demo() == ""


def test_an_installation_in_use_is_left_alone():
    CompanyFactory()

    assert demo() == ""
    assert (Company.objects.count(), User.objects.count()) == (1, 0)


def test_an_installation_with_a_public_address_gets_no_demo_accounts(settings):
    settings.PUBLIC_ORIGIN = "https://desk.example"

    assert "createsuperuser" in demo()
    assert not User.objects.exists()


def test_unless_it_is_asked_for(settings):
    settings.PUBLIC_ORIGIN, settings.DEMO = "https://desk.example", True

    assert "https://desk.example/demo/" in demo()


def test_the_demo_page_may_show_the_widget_on_whatever_port(settings):
    demo()
    settings.PORT = 9000
    demo()

    origins = Company.objects.get(external_key="halden").origins
    assert {"http://localhost:8123", "http://localhost:9000", "http://127.0.0.1:9000"} <= set(
        origins
    )


def test_its_chats_are_numbered_and_counted_as_services_do_it():
    demo()

    for chat in Chat.objects.annotate(top=Max("messages__seq"), lines=Count("messages")):
        assert chat.last_seq == chat.top == chat.lines
    load = Count("chats", filter=Q(chats__status="assigned", chats__left_at=None))
    assert not Agent.objects.annotate(load=load).exclude(open_chats=F("load")).exists()


def test_its_chats_are_of_all_kinds_and_ages():
    demo()

    kinds = set(Chat.objects.values_list("status", flat=True))
    assert kinds == set(Chat.Status)
    assert Chat.objects.filter(status="assigned", left_at__isnull=False).exists()
    target = ChatSettings.objects.current().target_seconds
    waits = [timezone_age(chat) for chat in Chat.objects.waiting()]
    assert len(waits) >= 4
    assert max(waits) > target / 2 > min(waits)


def test_one_queue_gives_its_chats_away_and_the_others_wait_for_a_hand():
    said = demo()

    settings = ChatSettings.objects.current()
    by_itself = [q for q in Queue.objects.all() if settings.for_queue(q).auto_accept]
    (queue,) = by_itself
    assert f"Chats of {queue} go to a free agent by themselves" in said
    assert queue.company.external_key == "halden"
    assert not queue.is_default
    # Who signs in first is not given one before he has seen the page.
    assert not Chat.objects.live().filter(queue=queue).exists()


def test_there_are_topics_for_two_companies_and_reasons_to_be_away():
    demo()

    assert Topic.objects.values("queue__company").distinct().count() == 2
    assert all(topic.words for topic in Topic.objects.all())
    regions = {region for topic in Topic.objects.all() for region in topic.regions.splitlines()}
    assert regions <= set(Site.objects.values_list("region", flat=True))
    assert AvailabilityReason.objects.count() >= 5
    assert Agent.objects.filter(available=False, reason__isnull=False).count() == 1
    assert Agent.objects.filter(screen_name_locked=True).count() == 1


def test_who_is_to_take_over_reads_why():
    demo()

    chat = Chat.objects.get(status="transferred")
    assert chat.transferred_to.queues.filter(pk=chat.queue_id).exists()
    note, step = chat.messages.order_by("seq")[chat.last_seq - 2 :]
    assert (note.kind, step.data["code"]) == ("note", "transferred")


def timezone_age(chat):
    newest = Chat.objects.aggregate(newest=Max("created_at"))["newest"]
    return (newest - chat.queued_at).total_seconds()


def test_its_times_follow_each_other():
    demo()

    for chat in Chat.objects.prefetch_related("messages"):
        lines = sorted(chat.messages.all(), key=lambda line: line.seq)
        times = [line.posted_at for line in lines]
        assert times == sorted(times)
        assert times[0] == chat.created_at == chat.queued_at == chat.rank_time
        assert chat.last_message_at == times[-1]
        assert not chat.ended_at or chat.ended_at == times[-1]
        assert not chat.accepted_at or chat.created_at < chat.accepted_at <= times[-1]


def test_agents_serve_the_queues_of_their_chats():
    demo()

    assert not Chat.objects.exclude(agent=None).exclude(agent__queues=F("queue")).exists()
    assert not Queue.objects.filter(agents=None).exists()


def test_everybody_who_asks_is_known():
    demo()

    people = Customer.objects.all()
    assert len(people) >= 19
    assert all(p.verified and p.title and p.phone and p.site_id for p in people)
    assert not Message.objects.filter(kind="reply", author_name="").exists()


def test_its_pages_open():
    demo()

    pages = [("/console/", "noor"), ("/admin/", "admin"), ("/admin/", "alerts")]
    for page, email in pages:
        client = Client()
        client.force_login(User.objects.get(email=f"{email}@parley.example"))
        assert client.get(page).status_code == 200


def test_its_tickets_are_of_both_kinds_in_every_stage_but_closed():
    demo()

    stages = set(Ticket.objects.values_list("status__stage", flat=True))
    assert stages == set(Stage) - {Stage.CLOSED}
    assert set(Ticket.objects.values_list("kind", flat=True)) == {"incident", "work_order"}
    assert Ticket.objects.count() >= 12
    assert not Ticket.objects.filter(asset=None, company__external_key="fernlea", kind="incident")


def test_what_was_done_on_a_ticket_follows_its_opening():
    demo()

    for ticket in Ticket.objects.prefetch_related("activities"):
        entries = sorted(ticket.activities.all(), key=lambda entry: entry.pk)
        times = [entry.created_at for entry in entries]
        assert times == sorted(times)
        assert times[0] == ticket.created_at <= ticket.updated_at <= timezone.now()
        assert entries[0].code == "opened"
    assert Activity.objects.filter(kind="work_note").exists()


def test_an_alert_is_in_effect_another_planned_and_one_over():
    demo()

    now = timezone.now()
    assert ServiceAlert.objects.in_effect(now).get().shown_to_customers
    assert ServiceAlert.objects.filter(starts_at__gt=now).exists()
    assert ServiceAlert.objects.filter(ends_at__lt=now).exists()


def test_a_template_leaves_blank_what_it_requires():
    demo()

    template = TicketTemplate.objects.get(name="Remote access fault")
    required = RequiredField.objects.of("incident", template)
    assert required == ["impact", "operational_category"]
    assert not set(required) & template.presets.keys()
    for each in TicketTemplate.objects.with_presets():
        each.full_clean()
    for asset in Asset.objects.select_related("customer", "site"):
        asset.full_clean()


def test_its_hours_never_close_the_demo(installation):
    demo()

    halden, now = Company.objects.get(external_key="halden"), timezone.now()

    for days in range(0, 400, 13):  # Each looks two weeks ahead.
        state = ChatHours.objects.of_new_chats(halden, now + timedelta(days=days))
        assert (state.is_open, state.until) == (True, None)
    assert ChatHours.objects.count() == 2


def test_its_shelf_is_full_and_some_of_it_is_public(monkeypatch):
    monkeypatch.setattr(demo_knowledge, "ARTICLES", SHELF)
    demo()

    states = dict(Article.objects.values_list("state").annotate(Count("pk")))
    assert states == {"published": 58, "draft": 3, "in_review": 3, "retired": 2}
    assert SynonymGroup.objects.count() == 25
    assert KnowledgeSettings.objects.current().portal_companies.count() == 2
