"""Addresses of the customers' door."""

from django.urls import path

from livechat.widget import articles, demo, views

app_name = "widget"
urlpatterns = [
    path("embed.js", views.embed, name="embed"),
    path("widget.js", views.script, name="script"),
    path("widget/<slug:company>/", views.frame, name="frame"),
    path("widget/<slug:company>/articles/<slug:article>/", articles.article, name="article"),
    path("widget/<slug:company>/images/<slug:file>/", articles.image, name="image"),
    path("demo/", demo.page, name="demo"),
]
