"""The site's addresses as a demonstration has them; tests are no demonstration, so the site itself leaves these out."""

from django.urls import include, path

from weft_site.urls import urlpatterns as site

urlpatterns = [*site, path("", include("weft_site.demo.urls"))]
