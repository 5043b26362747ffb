"""Who may no longer listen is told and closed; who comes and goes is noted."""

import asyncio
from datetime import datetime
from importlib import import_module

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from livechat import events, realtime
from livechat.consumers.process import process
from livechat.models import Agent, Lease
from livechat.services import configuration
from tests.factories import QueueFactory
from tests.livechat.consumers.conftest import agents, customers
from tests.livechat.consumers.pages import eventually, in_thread
from tickets.models import Company, Customer, User
from tickets.services.identity import revoke_tokens

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


async def test_a_revoked_customer_is_told_and_closed(open_page, chat, token):
    page = customers(open_page, token)
    await page.next("welcome")

    await in_thread(revoke_tokens, chat.customer_id)

    assert (await page.next("bye"))["code"] == 4401
    assert await page.closed() == 4401


async def test_who_signs_out_is_told_and_closed(open_page, cookie):
    page = agents(open_page, cookie)
    await page.next("welcome")

    await in_thread(Session.objects.all().delete)

    assert (await page.next("bye"))["code"] == 4401
    assert await page.closed() == 4401


async def test_who_is_deactivated_is_told_and_closed(open_page, cookie):
    page = agents(open_page, cookie)
    await page.next("welcome")

    await in_thread(User.objects.update, is_active=False)

    assert await page.closed() == 4403


async def test_who_may_hear_something_else_is_told_and_stays(open_page, chat, cookie):
    page = agents(open_page, cookie)
    await page.next("welcome")
    queue = await in_thread(QueueFactory)

    await in_thread(chat.agent.queues.set, [queue])

    await page.next("access.changed")
    assert events.queue_topic(queue.pk) in realtime.hub.listeners
    assert events.queue_topic(chat.queue_id) not in realtime.hub.listeners


async def test_a_changed_access_is_heard_at_once(open_page, chat, cookie, monkeypatch):
    monkeypatch.setattr(import_module("livechat.consumers.process"), "REVOCATION_TICK_SECONDS", 99)
    page = agents(open_page, cookie)
    await page.next("welcome")
    queue = await in_thread(QueueFactory)
    await in_thread(chat.agent.queues.add, queue)

    await in_thread(configuration.announce, chat.agent)

    await page.next("access.changed")
    assert events.queue_topic(queue.pk) in realtime.hub.listeners


async def test_others_are_left_alone(open_page, chat, token, cookie):
    page = agents(open_page, cookie)
    await page.next("welcome")

    await in_thread(revoke_tokens, chat.customer_id)
    await in_thread(Customer.objects.update, name="X")
    await in_thread(Company.objects.update, retired_at=timezone.now())
    await asyncio.sleep(0.3)

    assert page.close_code is None
    assert "access.changed" not in {frame["type"] for frame in page.frames}


async def test_an_open_page_keeps_its_agent_reachable(open_page, chat, cookie):
    page = agents(open_page, cookie)
    await page.next("welcome")

    (socket,) = process.sockets

    def expires_at() -> datetime:
        return Lease.objects.get(page=socket.lease).expires_at

    await eventually(lambda: Agent.objects.filter(pk=chat.agent_id, online=True).exists())
    await eventually(lambda: socket.lease)
    opened_until = await in_thread(expires_at)
    await eventually(lambda: expires_at() > opened_until)

    page.close()
    await page.task
    await eventually(lambda: expires_at() < opened_until)


async def test_everybody_is_told_of_a_restart_and_when_to_come_back(open_page, token):
    page = customers(open_page, token)
    await page.next("welcome")

    await process.leave()

    bye = await page.next("bye")
    assert (bye["code"], bye["reason"], await page.closed()) == (1012, "restart", 1012)
    assert bye["retry_in"][0] < bye["retry_in"][1]


async def test_while_it_leaves_nobody_is_let_in(open_page, token):
    page = customers(open_page, token)
    await page.next("welcome")
    await process.leave()

    assert await open_page("/ws/customer/").closed() == 4403
