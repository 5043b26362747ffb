"""Topics in the admin."""

import pytest

from livechat.events import STAFF, SettingChanged
from livechat.models import Topic
from tests.admin_pages import act, address, errors, filled_in, notices, save
from tests.factories import ChatFactory, QueueFactory, SiteFactory


@pytest.fixture
def topic(db):
    return Topic.objects.create(queue=QueueFactory(), name="Printers", words="printer")


def news(topic):
    return SettingChanged((STAFF,), "topic", topic.public_id, 1)


def test_a_topic_is_made_and_announced(client, published):
    queue = QueueFactory()
    page = "/admin/livechat/topic/add/"

    client.post(page, {**filled_in(client.get(page)), "name": "Network", "queue": queue.pk})

    topic = Topic.objects.get()
    assert (topic.name, topic.queue) == ("Network", queue)
    assert published == [news(topic)]


def test_its_words_are_kept_each_once_in_their_order(client, topic, published):
    save(client, topic, words=" Toner \n\nprinter\r\ntoner\nout  of paper", regions="North\nnorth ")

    topic.refresh_from_db()
    assert topic.words == "Toner\nprinter\nout of paper"
    assert topic.regions == "North"
    assert published == [news(topic)]


def test_a_region_that_no_site_has_is_pointed_out(client, topic):
    SiteFactory(company=topic.queue.company, region="North")
    SiteFactory(region="South")
    page = address("change", topic)

    data = {**filled_in(client.get(page)), "regions": "north\nSouth"}
    said = notices(client.post(page, data, follow=True))

    assert "No site has the region “South”" in said
    assert "“north”" not in said


def test_two_of_a_queue_have_different_names(client, topic):
    other = Topic.objects.create(queue=topic.queue, name="Paper")

    assert "already exists" in errors(save(client, other, name="Printers"))


def test_a_retired_queue_is_not_offered_but_kept(client, topic):
    retired = QueueFactory(retired_at="2026-01-01T00:00Z")

    assert "valid choice" in errors(save(client, topic, queue=retired.pk))

    topic.queue = retired
    topic.save()
    assert errors(save(client, topic, name="Paper")) == ""


@pytest.mark.parametrize("how", ["page", "action"])
def test_a_topic_is_retired_and_announced(client, topic, published, how):
    if how == "page":
        save(client, topic, retired="on")
    else:
        act(client, "retire", topic)

    assert Topic.objects.get().retired_at
    assert published == [news(topic)]


def test_a_topic_that_chats_had_is_not_deleted(client, topic):
    ChatFactory(queue=topic.queue, topic=topic)

    answer = client.post(address("delete", topic), {"post": "yes"})

    assert "1 chat" in answer.text
    assert Topic.objects.exists()


def test_its_history_says_what_changed(client, topic):
    save(client, topic, words="printer\ntoner")

    assert "toner" in client.get(address("history", topic)).text


def test_it_is_found_by_a_word_and_by_its_queue(client, topic):
    Topic.objects.create(queue=QueueFactory(), name="Paper", words="toner")

    def found(query):
        page = client.get(f"/admin/livechat/topic/?{query}")
        return [each.name for each in page.context["cl"].result_list]

    assert found("q=printer") == ["Printers"]
    assert found(f"queue={topic.queue_id}") == ["Printers"]
