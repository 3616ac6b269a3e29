"""Addresses of the keys that a body's trustees make, below that body."""

from django.urls import path

from weft_site.federation.urls_seats import BODY
from weft_site.federation.views import keys

urlpatterns = [
    path(BODY + "keys/", keys.keys, name="keys"),
    path(BODY + "keys/open/", keys.open_ceremony, name="key_open"),
    path(BODY + "keys/<slug:key>/", keys.key, name="key"),
    path(BODY + "keys/<slug:key>/<slug:act>/", keys.act, name="key_act"),
]
