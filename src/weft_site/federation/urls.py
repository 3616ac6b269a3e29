"""Addresses of federations and bodies. Seats, elections, recalls and mandates: `urls_seats`."""

from django.urls import include, path

from weft_site.federation.views import bodies, charters

urlpatterns = [
    path("councils/", bodies.federations, name="federations"),
    path("f/<slug:slug>/", bodies.federation, name="federation"),
    path("f/<slug:slug>/b/<slug:ref>/", bodies.body, name="body"),
    path("f/<slug:slug>/charter/", charters.charter_page, name="charter"),
    path("f/<slug:slug>/charter/<slug:digest>/", charters.charter_version, name="charter_version"),
    path("f/<slug:slug>/charter/<slug:digest>/file", charters.charter_file, name="charter_file"),
    path("", include("weft_site.federation.urls_keys")),
    path("", include("weft_site.federation.urls_seats")),
    path("", include("weft_site.federation.urls_members")),
]
