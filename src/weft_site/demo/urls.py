"""Addresses of the demonstration."""

from django.urls import path

from weft_site.demo import views

urlpatterns = [
    path("demo/", views.choose, name="demo"),
    path("demo/figures/", views.figures, name="demo_figures"),
    path("demo/as/<int:person_id>/", views.become, name="demo_as"),
    path("demo/next-day/", views.next_day, name="demo_next_day"),
    path("demo/others/<slug:what>/<int:number>/", views.ask_others, name="demo_others"),
]
