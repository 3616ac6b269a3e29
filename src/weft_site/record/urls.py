"""Addresses of records. Below /f/<slug>/log/ lie the files of c2sp.org/tlog-tiles, for mirrors and verifiers."""

from django.urls import path

from weft_site.record import views

urlpatterns = [
    path("records/", views.records, name="records"),
    path("f/<slug:slug>/record/", views.record, name="record_of"),
    path("f/<slug:slug>/record/<int:index>/", views.entry, name="entry"),
    path("f/<slug:slug>/record/<int:index>/receipt", views.receipt, name="receipt"),
    path("f/<slug:slug>/record/<int:index>/leaf", views.leaf, name="leaf"),
    path("f/<slug:slug>/record/documents/<slug:digest>", views.document, name="document"),
    path("f/<slug:slug>/log/checkpoint", views.checkpoint, name="checkpoint"),
    path("f/<slug:slug>/log/tile/<path:path>", views.tile, name="tile"),
]
