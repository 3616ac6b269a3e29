"""Every address of the site, by domain."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("weft_site.home.urls")),
    path("", include("weft_site.people.urls")),
    path("", include("weft_site.record.urls")),
    path("", include("weft_site.charter.urls")),
    path("", include("weft_site.ballots.urls")),
    path("", include("weft_site.federation.urls")),
    path("", include("weft_site.deliberation.urls")),
]
if settings.WEFT_DEMO:
    urlpatterns.append(path("", include("weft_site.demo.urls")))
