"""Offices that pass on in turn: to whoever has had no turn yet, then to whose turn is longest ago.

Charter: office.rotate, office.rotation. Who is next: `weft.federation.elections.in_turn`.
"""

from datetime import datetime

from django.utils.translation import gettext_noop

from weft.errors import RuleBroken
from weft.federation.elections import check_fill, in_turn
from weft_site.federation import facts
from weft_site.federation.acting import begin
from weft_site.federation.electing import Electors, electors_of
from weft_site.federation.models import Body, Seat, Term
from weft_site.federation.services.draws import fill_in_order
from weft_site.federation.services.questions import attempt
from weft_site.federation.services.seats import places, places_up, rule_of, tell, term_data
from weft_site.people.models import Person
from weft_site.record.acts import formal_act


@formal_act("federation.rotated")
def rotate(*, actor: Person | None, now: datetime, body_id: int, office: str) -> str:
    """Pass an office on to the next in turn; answers with the first new term's reference.

    Anybody who votes in the body fills an empty place so; a turn that has run out, time alone passes on.
    Refusals: ``standing.…``, ``office.elect``, ``office.draw``, ``turn.runs``, ``turn.nobody``.
    """
    acting = begin(body_id, actor, now)
    electors = electors_of(acting.body, None, office)
    rule = rule_of(electors)
    if actor is not None:
        acting.require("office.rotate")
    check_fill(rule, "rotate")
    if not places_up(electors, now) or (actor is None and not _run_out(electors, now)):
        raise RuleBroken("turn.runs")
    voters = electors.voters(now)
    order = in_turn(_members(electors, voters, now), _began(electors))
    terms, passed_over = fill_in_order(acting, electors, order, voters)
    if not terms:
        raise RuleBroken("turn.nobody")
    acting.record(
        "federation.rotated",
        data={"office": office, "terms": [term_data(electors, term) for term in terms]},
        finding={"passed_over": passed_over},
    )
    sentence = gettext_noop("It is your turn in an office. If you cannot do it, you can resign.")
    for term in terms:
        tell(term.person, "office.rotated", sentence, acting, term.seat)
    return terms[0].ref


def _run_out(electors: Electors, now: datetime) -> bool:
    return Term.objects.filter(seat__in=places(electors), ended_at__isnull=True, ends_at__lte=now).exists()


def _members(electors: Electors, voters: list[facts.Voter], now: datetime) -> dict[str, str]:
    """Voter -> the member who votes so: the same in a council of members, whoever sits there in one of delegates."""
    if not electors.by_seats:
        return {voter.ref: voter.ref for voter in voters}
    rows = facts.terms(electors.body, now).values_list("seat__ref", "membership__ref")
    sits = dict(rows)
    return {voter.ref: sits[voter.ref] for voter in voters}


def _began(electors: Electors) -> dict[str, datetime]:
    rows = Term.objects.filter(seat__in=places(electors)).order_by("starts_at")
    return dict(rows.values_list("membership__ref", "starts_at"))


def due(now: datetime) -> int:
    """Pass on every office of which a turn has run out. Safe to repeat; answers how many were passed on."""
    over = Term.objects.filter(ended_at__isnull=True, ends_at__lte=now).values("seat")
    rows = Seat.objects.filter(pk__in=over, ended_at__isnull=True, body__ended_at__isnull=True).exclude(office="")
    waiting = sorted(set(rows.values_list("body_id", "office")))
    bodies = Body.objects.select_related("federation__charter").in_bulk({body for body, _office in waiting})
    turns = [(pk, office) for pk, office in waiting if _rotates(bodies[pk], office)]
    return attempt(turns, lambda turn: rotate(actor=None, now=now, body_id=turn[0], office=turn[1]))


def _rotates(body: Body, office: str) -> bool:
    rule = facts.rule_of_body(body).offices.get(office)
    return rule is not None and rule.fill == "rotate"
