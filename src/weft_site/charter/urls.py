"""Addresses of charters."""

urlpatterns = []
