"""Every address of the site, by domain."""

from django.urls import include, path

urlpatterns = [
    path("", include("weft_site.people.urls")),
    path("", include("weft_site.record.urls")),
    path("", include("weft_site.charter.urls")),
    path("", include("weft_site.federation.urls")),
    path("", include("weft_site.deliberation.urls")),
]
