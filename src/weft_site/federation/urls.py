"""Addresses of federations and bodies. Seats, elections, recalls and mandates: `urls_seats`."""

from importlib.util import find_spec

from django.urls import include, path

from weft_site.federation.views import bodies

urlpatterns = [
    path("councils/", bodies.federations, name="federations"),
    path("f/<slug:slug>/", bodies.federation, name="federation"),
    path("f/<slug:slug>/b/<slug:ref>/", bodies.body, name="body"),
    *([path("", include("weft_site.federation.urls_seats"))] if find_spec("weft_site.federation.urls_seats") else []),
]
