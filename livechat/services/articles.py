"""Articles in chats: shared with the customer, opened by him, pinned for the ticket."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from knowledge.models import Article
from knowledge.services import citing
from knowledge.services.use import record_going_on, record_opened
from livechat.exceptions import ArticleNotSharedError
from livechat.models import Chat, ChatArticle, Draft, Message, Sender
from livechat.models.articles import told_of_article
from livechat.models.drafts import ARTICLE, REPLY
from livechat.services.conversation import Outcome, Posted, post_messages
from livechat.services.ownership import say
from tickets.models import User

#: One reply after an article may be thanks; from so many on the chat went on.
WENT_ON = 2


@transaction.atomic
def share_article(
    article: Article,
    *,
    chat: str,
    sender: Sender,
    by: User,
    client_id: str,
    epoch: int | None = None,
) -> Outcome:
    """Post it in the chat; the ticket, if there is one, is told.

    The same client id again is answered as it was then. Raises ArticleNotForThemError when the
    customer may not read it.
    """
    data = told_of_article(article)
    draft = Draft(chat, sender, client_id, ARTICLE, article.title, data, epoch)
    outcome = post_messages([draft])[0]
    if isinstance(outcome, Posted) and not outcome.repeat:
        # Asked once the chat is locked: it may have become a ticket a moment ago.
        row = Chat.objects.select_related("customer").get(public_id=chat)
        company = row.customer.company_id
        _note(row, article, shared_at=outcome.posted_at, shared_by=by)
        citing.share_article(article, ticket=row.ticket_id, company=company, by=by)
    return outcome


@transaction.atomic
def open_article(chat_id: int, *, article: int) -> None:
    """The customer looked at what was shared with him; his agent sees it. Again changes nothing."""
    chat = Chat.objects.locked(chat_id)
    row = chat.articles.filter(article=article, shared_at__isnull=False).first()
    if row is None:
        raise ArticleNotSharedError
    if row.opened_at is None:
        row.opened_at = max(timezone.now(), row.shared_at or timezone.now())
        row.save(update_fields=["opened_at"])
        record_opened(row.article)
        _changed(chat)


@transaction.atomic
def pin_article(chat_id: int, *, article: Article, by: int) -> None:
    """Flag it on the ticket of agent `by`'s chat, or on the chat until there is a ticket."""
    chat = _own(chat_id, by)
    assert chat.agent is not None  # require_owner
    _note(chat, article, pinned_at=timezone.now(), pinned_by=chat.agent.user)
    if chat.ticket_id is not None:
        citing.pin_article(article, ticket=chat.ticket_id, by=chat.agent.user)
    _changed(chat)


@transaction.atomic
def unpin_article(chat_id: int, *, article: Article, by: int) -> None:
    """Take the flag off again."""
    chat = _own(chat_id, by)
    assert chat.agent is not None  # require_owner
    rows = chat.articles.filter(article=article)
    rows.filter(shared_at=None).delete()
    rows.update(pinned_at=None, pinned_by=None)
    if chat.ticket_id is not None:
        citing.unpin_article(article, ticket=chat.ticket_id, by=chat.agent.user)
    _changed(chat)


@transaction.atomic(savepoint=False)
def hand_in_articles(chat: Chat) -> None:
    """What the locked chat has gathered stands on its new ticket too."""
    assert chat.ticket_id is not None
    for row in chat.articles.select_related("article", "shared_by", "pinned_by").order_by("pk"):
        if row.shared_at:
            citing.cite(row.article, ticket=chat.ticket_id, kind=citing.SHARED, by=row.shared_by)
        if row.pinned_at:
            citing.cite(row.article, ticket=chat.ticket_id, kind=citing.PINNED, by=row.pinned_by)


@transaction.atomic(savepoint=False)
def judge_articles(chat: Chat) -> None:
    """Of the closed chat: after which articles its customer wrote more than thanks."""
    shared = dict(
        chat.articles.filter(shared_at__isnull=False)
        .order_by("article")
        .values_list("article", "shared_at")
    )
    if not shared:
        return
    theirs = Message.objects.filter(chat=chat, kind=REPLY, sender="c")
    said = list(theirs.values_list("posted_at", flat=True))
    for article, at in shared.items():
        if sum(moment > at for moment in said) >= WENT_ON:
            record_going_on(article)


def _own(chat_id: int, by: int) -> Chat:
    chat = Chat.objects.locked(chat_id)
    chat.require_owner(by)
    return chat


def _note(chat: Chat, article: Article, **first: object) -> None:
    """The chat's row of this article. What it says already stays: the first time counts."""
    row, _made = ChatArticle.objects.get_or_create(chat=chat, article=article, defaults=first)
    missing = [name for name in first if getattr(row, name) is None]
    for name in missing:
        setattr(row, name, first[name])
    row.save(update_fields=missing)


def _changed(chat: Chat) -> None:
    chat.version += 1
    chat.updated_at = timezone.now()
    chat.save(update_fields=["version", "updated_at"])
    say(chat)
