"""Addresses of the founding meeting. The code in them is the invitation: whoever has it may come."""

from django.urls import path

from weft_site.deliberation.views import founding

urlpatterns = [
    path("founding/", founding.new, name="founding_new"),
    path("founding/<slug:code>/", founding.founding, name="founding"),
    path("founding/<slug:code>/draft/<int:draft_id>/", founding.draft, name="founding_draft"),
    path("founding/<slug:code>/draft/<int:draft_id>/put/", founding.put, name="founding_put"),
    path("founding/<slug:code>/propose/", founding.propose, name="founding_propose"),
    path("founding/<slug:code>/leave/", founding.leave, name="founding_leave"),
    path("founding/<slug:code>/vote/", founding.vote, name="founding_vote"),
    path("founding/<slug:code>/close/", founding.close, name="founding_close"),
    path("founding/<slug:code>/cards/", founding.cards, name="founding_cards"),
]
