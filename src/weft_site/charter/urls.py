"""Addresses of the charters that Weft ships. A federation's own charter is a page of the federation."""

from django.urls import path

from weft_site.charter import views

urlpatterns = [
    path("charters/", views.charters, name="charters"),
    path("charters/<slug:name>/", views.library_page, name="library_charter"),
    path("charters/<slug:name>/file", views.library_file, name="library_file"),
]
