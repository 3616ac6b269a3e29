"""The first page: what needs me now."""

from django.urls import path

from weft_site.home import views

urlpatterns = [path("", views.home, name="home")]
