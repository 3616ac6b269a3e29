"""Addresses of meetings, motions, votes, amendments and ratifications."""

from django.urls import path

from weft_site.deliberation.views import counting, meetings, motions, voting

BODY = "f/<slug:slug>/b/<slug:ref>/"
MEETING, MOTION = BODY + "meetings/<slug:meeting>/", BODY + "motions/<slug:motion>/"
RATIFICATION = BODY + "ratifications/<slug:motion>/"

urlpatterns = [
    path(BODY + "meetings/", meetings.meetings, name="meetings"),
    path(BODY + "meetings/convene/", meetings.convene, name="meeting_convene"),
    path(BODY + "meetings/call/", meetings.call, name="meeting_call"),
    path(BODY + "meetings/calls/<int:call_id>/", meetings.call_page, name="meeting_called"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(MEETING + "gauge/", meetings.gauge, name="meeting_gauge"),
    path(MEETING + "calendar.ics", meetings.calendar, name="meeting_calendar"),
    path(MEETING + "sheet/", meetings.sheet, name="meeting_sheet"),
    path(MEETING + "roll/", meetings.roll, name="meeting_roll"),
    path(MEETING + "agenda/", meetings.agenda, name="meeting_agenda"),
    path(MEETING + "<slug:act>/", meetings.act, name="meeting_act"),
    path(BODY + "motions/", motions.motions, name="motions"),
    path(BODY + "motions/new/", motions.new, name="motion_new"),
    path(BODY + "motions/table/", motions.table, name="motion_table"),
    path(MOTION, motions.motion, name="motion"),
    path(MOTION + "put/", motions.put, name="motion_put"),
    path(MOTION + "object/", motions.object_to, name="motion_object"),
    path(MOTION + "mandates/", motions.mandates, name="motion_mandates"),
    path(MOTION + "<slug:act>/", motions.act, name="motion_act"),
    path(BODY + "amend/", motions.amend, name="amend"),
    path(RATIFICATION, voting.ratification, name="ratification"),
    path("vote/<int:ballot_id>/", voting.vote, name="vote"),
    path("vote/<int:ballot_id>/count/", counting.count, name="vote_count"),
]
