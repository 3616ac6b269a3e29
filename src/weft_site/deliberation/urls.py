"""Addresses of founding meetings, meetings, motions and votes."""

from django.urls import include, path

urlpatterns = [
    path("", include("weft_site.deliberation.urls_founding")),
    path("", include("weft_site.deliberation.urls_meetings")),
    path("", include("weft_site.deliberation.urls_secret")),
]
