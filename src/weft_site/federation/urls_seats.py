"""Addresses of elections, draws, seats, recalls, mandates and fractions, each below the body whose places they are."""

from django.urls import path

from weft_site.federation.views import draws, elections, hustings, mandates, observing, recalls, seats

BODY = "f/<slug:slug>/b/<slug:ref>/"

urlpatterns = [
    path(BODY + "elections/", elections.elections, name="elections"),
    path(BODY + "elections/call/", elections.call, name="election_call"),
    path(BODY + "elections/<slug:election>/", elections.election, name="election"),
    path(BODY + "elections/<slug:election>/observe/", observing.observe, name="election_observe"),
    path(BODY + "elections/<slug:election>/papers.<slug:kind>", observing.papers, name="election_papers"),
    path(BODY + "elections/<slug:election>/contest/<slug:act>/", hustings.contest_act, name="election_contest"),
    path(BODY + "elections/<slug:election>/<slug:act>/", elections.act, name="election_act"),
    path(BODY + "turns/", elections.pass_on, name="office_rotate"),
    path(BODY + "draws/call/", draws.call, name="draw_call"),
    path(BODY + "draws/<slug:draw>/", draws.draw, name="draw"),
    path(BODY + "draws/<slug:draw>/<slug:act>/", draws.act, name="draw_act"),
    path(BODY + "seats/<slug:seat>/", seats.seat, name="seat"),
    path(BODY + "seats/<slug:seat>/<slug:act>/", seats.act, name="seat_act"),
    path(BODY + "recalls/<slug:recall>/", recalls.recall, name="recall"),
    path(BODY + "recalls/<slug:recall>/<slug:act>/", recalls.act, name="recall_act"),
    path(BODY + "mandates/", mandates.mandates, name="mandates"),
    path(BODY + "mandates/<slug:mandate>/", mandates.mandate, name="mandate"),
    path(BODY + "mandates/<slug:mandate>/<slug:act>/", mandates.act, name="mandate_act"),
    path(BODY + "fractions/", seats.fractions, name="fractions"),
    path(BODY + "fractions/<slug:act>/", seats.fraction_act, name="fraction_act"),
]
