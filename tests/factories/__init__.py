"""Rows for tests, as the services make them; nothing is announced."""

from tests.factories.articles import ArticleCategoryFactory, ArticleFactory
from tests.factories.chats import (
    NEXT_ACTIONS,
    AgentFactory,
    ChatFactory,
    ChatHoursFactory,
    InvitationFactory,
    MessageFactory,
    QueueFactory,
)
from tests.factories.people import (
    PASSWORD,
    ApiTokenFactory,
    CompanyFactory,
    CustomerFactory,
    SiteFactory,
    UserFactory,
    seeded_group,
    seeded_statuses,
)
from tests.factories.tickets import (
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    ServiceAlertFactory,
    ServiceFactory,
    StoredFileFactory,
    TicketFactory,
    TicketFileFactory,
    TicketTemplateFactory,
)

__all__ = [
    "NEXT_ACTIONS",
    "PASSWORD",
    "AgentFactory",
    "ApiTokenFactory",
    "ArticleCategoryFactory",
    "ArticleFactory",
    "AssetFactory",
    "AssignmentGroupFactory",
    "CategoryFactory",
    "ChatFactory",
    "ChatHoursFactory",
    "CompanyFactory",
    "CustomerFactory",
    "InvitationFactory",
    "MessageFactory",
    "QueueFactory",
    "ServiceAlertFactory",
    "ServiceFactory",
    "SiteFactory",
    "StoredFileFactory",
    "TicketFactory",
    "TicketFileFactory",
    "TicketTemplateFactory",
    "UserFactory",
    "seeded_group",
    "seeded_statuses",
]
