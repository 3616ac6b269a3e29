"""The site's addresses, and beside them the bare view."""

from benchmarks.bare.views import vote
from django.urls import include, path

urlpatterns = [
    path("bare/<int:question>/", vote),
    path("", include("weft_site.urls")),
]
