"""Addresses of founding meetings, meetings, motions and votes."""

from importlib.util import find_spec

from django.urls import include, path

_PARTS = [
    "weft_site.deliberation.urls_founding",
    "weft_site.deliberation.urls_meetings",
    "weft_site.deliberation.urls_secret",
]
urlpatterns = [path("", include(part)) for part in _PARTS if find_spec(part)]
