"""Draws: an office filled by public lot, which anybody can draw again.

The seed is chosen and its hash recorded when the draw is called, together with the frozen list. Then members
add words. When two besides the caller have, anybody entitled opens the seed, and the order follows from seed,
words and list alone. Charter: office.draw. The lot itself: `weft.ballots.draw_lots`.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext_noop

from weft.ballots import draw_lots, lot_commitment, roll_hash, words_contribution
from weft.errors import RuleBroken
from weft.federation.elections import check_fill, check_words, words_needed
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import Electors, electors_document, electors_of, path, people_of
from weft_site.federation.facts import Voter
from weft_site.federation.models import Draw, DrawWord, Membership, Seat, Term
from weft_site.federation.services.seats import (
    check_eligible,
    holders,
    places,
    places_up,
    rule_of,
    take_place,
    term_data,
)
from weft_site.people.models import Person
from weft_site.people.services.notices import notify_many
from weft_site.record.acts import formal_act
from weft_site.texts import clean_line

LONGEST_WORD = 60
SHOWN = 50  # so much of the order the page shows; all of it follows from seed, words and list


@formal_act("federation.draw_called")
def call_draw(*, actor: Person, now: datetime, body_id: int, office: str) -> str:
    """Call a draw for the vacant places of an office: commit to a seed and freeze the list. Answers its reference."""
    acting = begin(body_id, actor, now)
    electors = electors_of(acting.body, None, office)
    rule = rule_of(electors)
    acting.require("draw.call")
    check_fill(rule, "draw")
    if running := Draw.objects.filter(body=acting.body, office=office, drawn_at__isnull=True).first():
        raise RuleBroken("draw.running", draw=running.ref)
    up = places_up(electors, now)
    if not up:
        raise RuleBroken("election.no_places")
    voters = electors.voters(now)
    serving = _serving(electors, up, now)
    candidates = [voter.ref for voter in voters if voter.person_id and voter.person_id not in serving]
    if not candidates:
        raise RuleBroken("draw.nobody")
    seed = secrets.token_bytes(32)
    draw = Draw.objects.create(
        body=acting.body,
        office=office,
        ref=f"w{acting.index}",
        places=len(up),
        seed=seed.hex(),
        commitment=lot_commitment(seed),
        called_by=actor,
        candidates=candidates,
        opened_at=now,
    )
    acting.record(
        "federation.draw_called",
        data={
            "draw": draw.ref,
            "office": office,
            "places": draw.places,
            "commitment": draw.commitment,
            "candidates": len(candidates),
            "list": roll_hash(candidates),
        },
        finding={"words_needed": words_needed(len(voters))},
        documents={"list": electors_document(acting, electors, "list", "".join(f"{ref}\n" for ref in candidates))},
    )
    notify_many(
        people_of(voters),
        "draw.called",
        sentence=gettext_noop("A draw by lot has been called. Add a word of your own."),
        values={},
        path=path(acting.body, "draws", draw.ref),
        now=now,
    )
    return draw.ref


def _serving(electors: Electors, up: list[Seat], now: datetime) -> set[int]:
    """Who holds a place of this office that is not to be filled now; everybody else is on the list.

    Whoever the lot then falls on and who may not serve (rotation, another office) is passed over, and named so.
    """
    vacating = {seat.pk for seat in up}
    held = holders(places(electors), now)
    return {term.person_id for seat_id, term in held.items() if seat_id not in vacating}


@formal_act("federation.draw_word")
def add_word(*, actor: Person, now: datetime, draw_id: int, word: str) -> int:
    """Add a word to the lot; one a person, and it stands. Whoever called the draw may, but it is not counted."""
    acting, draw = _begin(draw_id, actor, now)
    acting.require("draw.word")
    word = clean_line(word, most=LONGEST_WORD)
    if not word:
        raise RuleBroken("draw.word", longest=LONGEST_WORD)
    row, is_new = DrawWord.objects.get_or_create(draw=draw, person=actor, defaults={"word": word})
    if not is_new:
        raise RuleBroken("draw.word_twice")
    return row.pk


@formal_act("federation.drawn")
def open_draw(*, actor: Person, now: datetime, draw_id: int) -> str:
    """Open the seed and draw; those drawn take their places at this instant. Anybody entitled may do it."""
    acting, draw = _begin(draw_id, actor, now)
    acting.require("draw.open")
    electors = electors_of(acting.body, None, draw.office)
    voters = electors.voters(now)
    words = list(draw.words.all())
    others = sum(row.person_id != draw.called_by_id for row in words)
    check_words(given=others, entitled=len(voters))
    contribution = words_contribution([row.word for row in words])
    order = draw_lots(bytes.fromhex(draw.seed), contribution, draw.candidates, commitment=draw.commitment)
    terms, passed_over = fill_in_order(acting, electors, order, voters)
    draw.drawn_at = now
    draw.result = {
        "order": list(order[:SHOWN]),
        "drawn": [term.membership.ref for term in terms],
        "names": [term.name for term in terms],
        "passed_over": passed_over,
    }
    draw.save(update_fields=["drawn_at", "result"])
    acting.record(
        "federation.drawn",
        data={
            "draw": draw.ref,
            "office": draw.office,
            "seed": draw.seed,
            "contribution": sha256(contribution).hexdigest(),
            "words": len(words),
            "terms": [term_data(electors, term) for term in terms],
        },
        finding={"passed_over": passed_over, "list": roll_hash(draw.candidates)},
        documents={
            "words": electors_document(acting, electors, "words", "".join(f"{row.word}\n" for row in words)),
            "list": electors_document(acting, electors, "list", "".join(f"{ref}\n" for ref in draw.candidates)),
        },
    )
    notify_many(
        [term.person for term in terms],
        "draw.drawn",
        sentence=gettext_noop("The lot has fallen on you for a task. If you cannot do it, you can resign."),
        values={},
        path=path(acting.body, "draws", draw.ref),
        now=now,
    )
    return draw.ref


def fill_in_order(
    acting: Acting, electors: Electors, order: Sequence[str], voters: Sequence[Voter]
) -> tuple[list[Term], list[str]]:
    """Terms for the first who may serve, in the order of a lot or of turns. Passed over: who may not serve now."""
    people = {voter.ref: voter.person_id for voter in voters}
    seats = places_up(electors, acting.now)
    drawn: list[tuple[Membership, str]] = []
    passed_over: list[str] = []
    for ref in order:
        if len(drawn) == len(seats):
            break
        person = Person.objects.filter(pk=people.get(ref)).first()
        try:
            if person is None:
                raise RuleBroken("candidate.elector")  # noqa: TRY301 - left the body since the list was frozen
            membership = check_eligible(electors, person, acting.now)
        except RuleBroken:
            passed_over.append(ref)
        else:
            drawn.append((membership, person.name))
    terms = [
        take_place(acting, electors, seat, membership=membership, name=name, number=number)
        for number, (seat, (membership, name)) in enumerate(zip(seats, drawn, strict=False), start=1)
    ]
    return terms, passed_over


def _begin(draw_id: int, actor: Person, now: datetime) -> tuple[Acting, Draw]:
    body_id = Draw.objects.values_list("body_id", flat=True).get(pk=draw_id)
    acting = begin(body_id, actor, now)
    draw = Draw.objects.get(pk=draw_id)
    if draw.drawn_at is not None:
        raise RuleBroken("draw.done")
    return acting, draw
