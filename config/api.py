"""The API map: one line per resource of every app."""

from rest_framework.routers import SimpleRouter

from livechat.api.agents import AgentViewSet
from livechat.api.articles import ArticleViewSet
from livechat.api.customers import CustomerViewSet
from livechat.api.directory import (
    AlertViewSet,
    AssetViewSet,
    CompanyViewSet,
    QueueViewSet,
    StatusViewSet,
)
from livechat.api.hours import HoursViewSet
from livechat.api.searching import ArticleSearchViewSet
from livechat.api.tickets import TicketViewSet
from livechat.api.views import ChatViewSet

router = SimpleRouter()
router.register("agents", AgentViewSet, basename="agent")
router.register("alerts", AlertViewSet, basename="alert")
router.register("articles", ArticleViewSet, basename="article")
router.register("articles", ArticleSearchViewSet, basename="article-search")
router.register("assets", AssetViewSet, basename="asset")
router.register("chats", ChatViewSet, basename="chat")
router.register("companies", CompanyViewSet, basename="company")
router.register("customers", CustomerViewSet, basename="customer")
router.register("hours", HoursViewSet, basename="hours")
router.register("queues", QueueViewSet, basename="queue")
router.register("statuses", StatusViewSet, basename="status")
router.register("tickets", TicketViewSet, basename="ticket")

urlpatterns = router.urls
