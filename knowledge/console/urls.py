"""Pages of articles."""

from django.urls import path

from knowledge.console.views import articles, citations, images, versions, wanted, write

app_name = "knowledge"
urlpatterns = [
    path("", articles.articles, name="list"),
    path("new/", write.new, name="new"),
    path("images/", images.upload, name="images"),
    path("preview/", write.preview, name="preview"),
    path("wanted/", wanted.wanted, name="wanted"),
    path("wanted/dismiss/", wanted.dismiss, name="dismiss"),
    path("of-ticket/<slug:ticket>/", citations.of_ticket, name="ticket-articles"),
    path("of-ticket/<slug:ticket>/pin/", citations.pin, name="pin"),
    path("<slug:article>/", articles.article, name="article"),
    path("<slug:article>/edit/", write.edit, name="edit"),
    path("<slug:article>/step/", write.step, name="step"),
    path("<slug:article>/feedback/", articles.feedback, name="feedback"),
    path("<slug:article>/versions/", versions.versions, name="versions"),
    path("<slug:article>/restore/", versions.restore, name="restore"),
]
