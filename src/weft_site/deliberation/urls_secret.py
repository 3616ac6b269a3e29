"""Addresses of secret votes on devices: booth, board, files, and the trustees' opening."""

from django.urls import path

from weft_site.deliberation.views import secret

VOTE = "vote/<int:ballot_id>/"

urlpatterns = [
    path(VOTE + "booth/", secret.booth, name="booth"),
    path(VOTE + "board/", secret.show_board, name="board"),
    path(VOTE + "open/", secret.open_sum, name="open_sum"),
    path(VOTE + "election.json", secret.election_file, name="election_file"),
    path(VOTE + "credentials.json", secret.credentials_file, name="credentials_file"),
    path(VOTE + "archive.bel", secret.archive_file, name="archive_file"),
    path(VOTE + "strong.json", secret.strong_file, name="strong_file"),
]
