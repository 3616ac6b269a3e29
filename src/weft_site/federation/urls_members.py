"""Addresses of rolls, admission, lists of people, associations and accession."""

from django.urls import path

from weft_site.federation.views import accession, applications, roll

BODY = "f/<slug:slug>/b/<slug:ref>/"

urlpatterns = [
    path(BODY + "roll/", roll.roll, name="roll"),
    path(BODY + "roll.csv", roll.roll_file, {"kind": "csv"}, name="roll_csv"),
    path(BODY + "roll.xlsx", roll.roll_file, {"kind": "xlsx"}, name="roll_xlsx"),
    path(BODY + "roll/invite/", roll.invite, name="invite"),
    path(BODY + "roll/import/", applications.import_roll, name="import_roll"),
    path(BODY + "roll/import/confirm/", applications.import_confirm, name="import_confirm"),
    path(BODY + "roll/cards/", applications.cards, name="roll_cards"),
    path(BODY + "roll/<slug:member>/lapse/", roll.lapse, name="member_lapse"),
    path(BODY + "membership/", roll.membership, name="membership"),
    path(BODY + "leave/", roll.leave, name="leave"),
    path(BODY + "numbers/", roll.state_number, name="numbers"),
    path(BODY + "apply/", applications.apply, name="apply"),
    path(BODY + "lists/<slug:list_ref>/", applications.list_page, name="list"),
    path(BODY + "lists/<slug:list_ref>/withdraw/", applications.withdraw_list, name="list_withdraw"),
    path(BODY + "applications/<slug:application>/", applications.application, name="application"),
    path(BODY + "applications/<slug:application>/<slug:act>/", applications.application_act, name="application_act"),
    path(BODY + "accessions/", accession.accessions, name="accessions"),
    path(BODY + "accessions/join/", accession.join, name="accession_join"),
    path(BODY + "accessions/found/", accession.found, name="accession_found"),
    path(BODY + "accessions/leave/", accession.leave, name="accession_leave"),
    path(BODY + "accessions/<slug:accession>/", accession.accession, name="accession"),
    path(BODY + "accessions/<slug:accession>/<slug:act>/", accession.accession_act, name="accession_act"),
    path("f/<slug:slug>/associations/new/", accession.association, name="association_new"),
]
