"""A member's voting key, and the slot into which a device puts an encrypted ballot."""

import json
from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.ballots.models import Board
from weft_site.ballots.services import boards
from weft_site.ballots.services.credentials import AHEAD, GROUP, hand_in, waiting_credentials
from weft_site.refusals import for_scripts, sentence

LONGEST = 2_000_000  # bytes of a ballot with very many questions


def refusal_answer(refusal: RuleBroken) -> JsonResponse:
    """A refusal for a page's own script: the stable code, its numbers, and the sentence to show."""
    return JsonResponse({"code": refusal.rule, "numbers": refusal.numbers, "sentence": sentence(refusal)}, status=409)


def _sent(request: HttpRequest) -> bytes:
    """The bytes that were sent; none where they came as a form, which has been read already."""
    try:
        return request.body
    except RawPostDataException:
        return b""


@login_required
@require_http_methods(["GET", "POST"])
def voting_key(request: HttpRequest):
    """Show how far this person's voting key is, and take in what the device has made: {"credentials", "anew"}."""
    if request.method == "GET":
        state = waiting_credentials(request.user)
        context = {"state": state, "ahead": AHEAD, "group": GROUP.name, "refusals": for_scripts()}
        return render(request, "ballots/voting_key.html", context)
    try:
        given = _credentials(_sent(request))
        hand_in(person=request.user, credentials=given[0], anew=given[1])
    except RuleBroken as refusal:
        return refusal_answer(refusal)
    return JsonResponse(waiting_credentials(request.user))


def _credentials(raw: bytes) -> tuple[list[tuple[int, str]], bool]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise RuleBroken("secret.format", what="credentials") from None
    listed = value.get("credentials") if isinstance(value, Mapping) else None
    if not isinstance(listed, list) or len(listed) > AHEAD:
        raise RuleBroken("secret.format", what="credentials")
    for row in listed:
        if not isinstance(row, list) or [type(part) for part in row] != [int, str]:
            raise RuleBroken("secret.format", what="credentials")
    return [(number, public) for number, public in listed], value.get("anew") is True


@csrf_exempt
@require_POST
def cast(request: HttpRequest, uuid: str):
    """Put an encrypted ballot on its board. The credential signs it: no session is read, nobody is asked who sent it.

    Without a session there is nothing that another site could make a browser do in somebody's name.
    """
    board = Board.objects.select_related("ballot", "key").filter(uuid=uuid).first()
    if board is None:
        return JsonResponse({"code": "secret.unknown", "numbers": {}, "sentence": ""}, status=404)
    if int(request.headers.get("Content-Length") or 0) > LONGEST:
        return refusal_answer(RuleBroken("secret.format", what="ballot"))
    try:
        tracker, height = boards.cast(board, _sent(request), now=clock.now())
    except RuleBroken as refusal:
        return refusal_answer(refusal)
    return JsonResponse({"tracker": tracker, "height": height})
