"""Addresses of voting keys, and the one to which a device sends an encrypted ballot."""

from django.urls import path

from weft_site.ballots import views

urlpatterns = [
    path("settings/voting-key/", views.voting_key, name="voting_key"),
    path("secret/<str:uuid>/cast/", views.cast, name="secret_cast"),
]
