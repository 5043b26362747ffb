"""What customers are told, in the administrator's words."""

import pytest
from django.urls import reverse

from livechat.models import SystemMessage
from livechat.models.wording import SENTENCES
from tests.admin_pages import list_address
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/livechat/systemmessage/add/"
JOINED = {"code": "accepted", "language": "en", "text": "{agent} is here for you"}


def frame(client, **fields):
    company = CompanyFactory(**fields)
    return client.get(reverse("widget:frame", args=[company.public_id])).content.decode()


def test_without_any_the_sentences_are_ours(client):
    page = frame(client)

    assert '<b data-slot="agent"></b> joined' in page
    assert "You can leave this page, we will keep your place." in page


def test_a_sentence_takes_the_place_of_ours(client):
    client.post(ADD, JOINED)

    assert '<b data-slot="agent"></b> is here for you' in frame(client)


def test_in_its_language_alone(client):
    client.post(ADD, {**JOINED, "language": "de"})

    assert "is here for you" not in frame(client)
    assert "is here for you" in frame(client, language="de")


def test_what_is_written_is_text(client):
    client.post(ADD, {**JOINED, "text": "<i>{agent}</i> & co"})

    assert '&lt;i&gt;<b data-slot="agent"></b>&lt;/i&gt; &amp; co' in frame(client)


def test_a_field_that_nothing_fills_in_is_refused(client):
    page = client.post(ADD, {**JOINED, "text": "{agent} from {company} joined"})

    errors = page.context["adminform"].form.errors
    assert "{company} is not filled in here. Fields of this sentence: {agent}." in errors["text"]
    assert not SystemMessage.objects.exists()


def test_there_is_one_per_language(client):
    for _ in range(2):
        page = client.post(ADD, JOINED)

    assert page.status_code == 200
    assert SystemMessage.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 12])
def test_its_list_takes_as_many_queries_for_all(client, django_assert_num_queries, rows):
    for code in list(SENTENCES)[:rows]:
        SystemMessage.objects.create(code=code, text=str(SENTENCES[code].text))
    client.get(list_address(SystemMessage))

    with django_assert_num_queries(8):
        page = client.get(list_address(SystemMessage))

    assert len(page.context["cl"].result_list) == rows
