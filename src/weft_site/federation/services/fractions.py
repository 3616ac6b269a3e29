"""Fractions: delegates of a body declare themselves a group; from the charter's number on it counts as one.

Charter: body.fractions.
"""

from datetime import datetime

from weft.errors import RuleBroken
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.models import Fraction, FractionMember, Term
from weft_site.people.models import Person
from weft_site.record.acts import formal_act
from weft_site.texts import clean_line

LONGEST_TITLE = 80


@formal_act("federation.fraction_declared")
def declare_fraction(*, actor: Person, now: datetime, body_id: int, title: str) -> str:
    """Declare a fraction; its first member is whoever declares it. Answers with its reference."""
    acting = begin(body_id, actor, now)
    term = _own_seat(acting)
    title = clean_line(title, most=LONGEST_TITLE)
    if not title:
        raise RuleBroken("fraction.title", longest=LONGEST_TITLE)
    if Fraction.objects.filter(body=acting.body, title=title, ended_at__isnull=True).exists():
        raise RuleBroken("fraction.title_taken")
    _require_none(term)
    fraction = Fraction.objects.create(body=acting.body, ref=f"k{acting.index}", title=title, declared_at=now)
    FractionMember.objects.create(fraction=fraction, term=term)
    _record(acting, "federation.fraction_declared", fraction, term, title=title)
    return fraction.ref


@formal_act("federation.fraction_joined")
def join_fraction(*, actor: Person, now: datetime, fraction_id: int) -> str:
    """Join a fraction of the body in which one is a delegate."""
    acting, fraction = _begin(fraction_id, actor, now)
    term = _own_seat(acting)
    _require_none(term)
    FractionMember.objects.create(fraction=fraction, term=term)
    _record(acting, "federation.fraction_joined", fraction, term)
    return fraction.ref


@formal_act("federation.fraction_left")
def leave_fraction(*, actor: Person, now: datetime, fraction_id: int) -> str:
    """Leave a fraction; the last to leave ends it."""
    acting, fraction = _begin(fraction_id, actor, now)
    term = _own_seat(acting)
    gone, _ = FractionMember.objects.filter(fraction=fraction, term=term).delete()
    if not gone:
        raise RuleBroken("fraction.member")
    if not fraction.members.filter(term__in=Term.objects.filter(facts.running(now))).exists():
        fraction.ended_at = now
        fraction.save(update_fields=["ended_at"])
    _record(acting, "federation.fraction_left", fraction, term)
    return fraction.ref


def _begin(fraction_id: int, actor: Person, now: datetime) -> tuple[Acting, Fraction]:
    body_id = Fraction.objects.values_list("body_id", flat=True).get(pk=fraction_id)
    acting = begin(body_id, actor, now)
    fraction = Fraction.objects.get(pk=fraction_id)
    if fraction.ended_at is not None:
        raise RuleBroken("fraction.ended")
    return acting, fraction


def _own_seat(acting: Acting) -> Term:
    acting.require("fraction.declare")
    if facts.rule_of_body(acting.body).fractions is None:
        raise RuleBroken("body.fractions")
    return facts.terms(acting.body, acting.now).get(person=acting.actor)


def _require_none(term: Term) -> None:
    if FractionMember.objects.filter(term=term, fraction__ended_at__isnull=True).exists():
        raise RuleBroken("fraction.already")


def _record(acting: Acting, act: str, fraction: Fraction, term: Term, **more: str) -> None:
    """The number of members now and the number from which the charter gives a fraction its rights."""
    rule = facts.rule_of_body(acting.body).fractions
    size = fraction.members.filter(term__in=Term.objects.filter(facts.running(acting.now))).count()
    acting.record(
        act,
        data={"fraction": fraction.ref, "seat": term.seat.ref, **more},
        finding={"members": size, "at_least": rule.at_least},
    )
