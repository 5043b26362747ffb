"""Addresses of the public help pages."""

from django.urls import path

from knowledge.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("images/<slug:file>/", views.image, name="image"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("category/<str:category>/", views.category, name="category"),
    path("feedback/<slug:article>/", views.feedback, name="feedback"),
    path("<slug:article>/", views.article, name="article-short"),
    path("<slug:article>/<str:slug>/", views.article, name="article"),
]
