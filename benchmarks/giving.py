"""Chats given away by one worker: by the product, and by one that reads all, picks and saves."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta

import orjson
from django.utils import timezone

from benchmarks import seed  # First of the product: it sets Django up.
from livechat.models import Agent, Chat, Lease, Queue
from livechat.services.drain import route_next


def naive(queue_id: int) -> None:
    """As it is often written: right as long as nobody else does the same."""
    chats = list(Chat.objects.filter(queue=queue_id, status="queued").order_by("queued_at"))
    agents = [
        agent
        for agent in Agent.objects.filter(queues=queue_id, available=True, online=True)
        if Chat.objects.filter(agent=agent, status="assigned").count() < seed.MOST
    ]
    chat, agent = chats[0], min(agents, key=lambda agent: (agent.open_chats, agent.pk))
    chat.status, chat.agent, chat.accepted_at = "assigned", agent, timezone.now()
    chat.save()
    agent.open_chats += 1
    agent.save()


def rate(give: Callable[[int], object], queue: Queue, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        give(queue.pk)
    return count / (time.perf_counter() - began)


def main(agents: int, waiting: int, given: int) -> dict[str, float]:
    """As many wait before each of the two."""
    queue = seed.make_queue()
    queue.auto_accept, queue.capacity = True, seed.MOST
    queue.save()
    seed.ChatSettings.objects.update(largest_capacity=seed.MOST)
    made = seed.make_agents(queue, agents)
    Agent.objects.update(online=True)
    expiry = timezone.now() + timedelta(hours=1)
    Lease.objects.bulk_create(Lease(agent=agent, expires_at=expiry) for agent in made)
    found = {}
    for name, give in (("product", route_next), ("naive", naive)):
        Chat.objects.filter(status="queued").update(
            status="cancelled",
            ended_at=timezone.now(),
            next_action="",
            next_action_at=None,
            target_at=None,
            target_told=0,
        )
        seed.wait_in(queue, seed.make_customers(queue.company, waiting + given))
        found[name] = rate(give, queue, given)
    return found


if __name__ == "__main__":
    print(orjson.dumps(main(**orjson.loads(sys.stdin.buffer.read()))).decode())
