"""The API map: one line per resource of every app."""

from rest_framework.routers import SimpleRouter

from livechat.api.articles import ArticleViewSet
from livechat.api.hours import HoursViewSet
from livechat.api.searching import ArticleSearchViewSet
from livechat.api.tickets import TicketViewSet
from livechat.api.views import ChatViewSet, CustomerViewSet

router = SimpleRouter()
router.register("articles", ArticleViewSet, basename="article")
router.register("articles", ArticleSearchViewSet, basename="article-search")
router.register("chats", ChatViewSet, basename="chat")
router.register("customers", CustomerViewSet, basename="customer")
router.register("hours", HoursViewSet, basename="hours")
router.register("tickets", TicketViewSet, basename="ticket")

urlpatterns = router.urls
