"""Places and those who fill them: taking a place, giving it up, and who steps up when it falls vacant."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import Max, Q
from django.utils.translation import gettext_noop

from weft.charter.model import Office, SeatRule
from weft.errors import RuleBroken
from weft.federation.elections import is_up
from weft.federation.seats import PastTerm, check_incompatible, check_rotation, term_end
from weft_site.federation import facts
from weft_site.federation.acting import Acting, begin
from weft_site.federation.electing import Electors, credential_for, electors_of_seat, membership_of, path
from weft_site.federation.models import Alternate, FractionMember, Membership, Seat, Term
from weft_site.federation.services import vacancies
from weft_site.people.models import Person
from weft_site.people.names import clean_name
from weft_site.people.services.notices import notify
from weft_site.record.acts import formal_act
from weft_site.texts import clean_line

LONGEST_NAME = 100


def rule_of(electors: Electors) -> SeatRule | Office:
    """The rule of a place: of the seats of a constituency, or of an office."""
    if electors.constituency is not None:
        return facts.seat_rule(electors.constituency)
    offices = facts.rule_of_body(electors.body).offices
    if electors.office not in offices:
        raise RuleBroken("office.unknown", office=electors.office)
    return offices[electors.office]


def places(electors: Electors) -> list[Seat]:
    """The places that exist, in order of their numbers."""
    mine = Q(constituency=electors.constituency) if electors.constituency else Q(office=electors.office)
    return list(Seat.objects.filter(mine, body=electors.body, ended_at__isnull=True).order_by("number", "pk"))


def holders(seats: Sequence[Seat], now: datetime) -> dict[int, Term]:
    """Seat id -> the term that holds there now."""
    rows = Term.objects.filter(facts.running(now), seat__in=seats).exclude(credential=Term.Credential.REFUSED)
    return {term.seat_id: term for term in rows.select_related("person", "membership")}


def places_up(electors: Electors, now: datetime) -> list[Seat]:
    """Places to be filled now: vacant ones first, then those whose term is about to end."""
    seats = places(electors)
    held = holders(seats, now)
    vacant = [seat for seat in seats if seat.pk not in held]
    rule = {"rule": rule_of(electors), "procedure": facts.charter_of(electors.body.federation).procedure, "now": now}
    ending = [seat for seat in seats if seat.pk in held and is_up(held[seat.pk].ends_at, **rule)]
    return [*vacant, *ending]


def check_eligible(electors: Electors, person: Person, now: datetime) -> Membership:
    """May this person take a place here now? Answers the membership by which they serve.

    Refusals: ``candidate.elector``, ``candidate.serves`` (holds a place that is not up), ``seat.rotation``,
    ``office.rotation``, ``office.incompatible``.
    """
    membership = membership_of(person, electors, now)
    if membership is None:
        raise RuleBroken("candidate.elector")
    rule = rule_of(electors)
    same = Q(seat__constituency__rule=rule.index) if isinstance(rule, SeatRule) else Q(seat__office=rule.id)
    here = Term.objects.filter(person=person, seat__body=electors.body).exclude(credential=Term.Credential.REFUSED)
    past = [PastTerm(term.starts_at, _ended(term, now)) for term in here.filter(same)]
    check_rotation(rule.rotation, past, starts_at=now, of=electors.of)
    current = list(here.filter(facts.running(now)).select_related("seat"))
    _check_serves(electors, current, now)
    if isinstance(rule, Office):
        offices = facts.rule_of_body(electors.body).offices
        held = [offices[t.seat.office] for t in current if t.seat.office in offices and t.seat.office != rule.id]
        check_incompatible(rule, held)
    return membership


def _ended(term: Term, now: datetime) -> datetime:
    return min(end for end in (term.ended_at, term.ends_at, now) if end is not None)


def _check_serves(electors: Electors, current: Sequence[Term], now: datetime) -> None:
    """One delegate's seat, and one place of an office, a person: another only if the present one is up."""
    of_seat = electors.constituency is not None
    alike = [t for t in current if (t.seat.constituency_id if of_seat else t.seat.office == electors.office)]
    up = {seat.pk for seat in places_up(electors, now)} if alike else set()
    for term in alike:
        if term.seat_id not in up:
            raise RuleBroken("candidate.serves", seat=term.seat.ref)


def public_name(name: str, person: Person) -> str:
    """The name under which somebody serves: the one they chose, else that of their account."""
    chosen = clean_line(name, most=LONGEST_NAME)
    return clean_name(chosen) if chosen else person.name


def take_place(
    acting: Acting,
    electors: Electors,
    seat: Seat,
    *,
    membership: Membership,
    name: str,
    number: int,
    ends_at="rule",
    by_election: str = "",
) -> Term:
    """Write a term that begins now; whoever held the place until now has served out. Part of an act.

    number: the how-manieth term of this entry. ends_at: given where somebody steps up for the remaining term.
    by_election: the election it comes from, if one.
    """
    unended = Term.objects.filter(seat=seat, ended_at__isnull=True)
    for old in unended:
        ran_out = old.ends_at is not None and old.ends_at <= acting.now
        old.ended_at = old.ends_at if ran_out else acting.now
        old.ended_by = Term.EndedBy.EXPIRED if ran_out else Term.EndedBy.SUCCEEDED
        old.ended_index = None if ran_out else acting.index
        old.save(update_fields=["ended_at", "ended_by", "ended_index"])
    return Term.objects.create(
        seat=seat,
        person=membership.person,
        membership=membership,
        name=name,
        ref=f"t{acting.index}-{number}",
        starts_at=acting.now,
        ends_at=term_end(rule_of(electors), acting.now) if ends_at == "rule" else ends_at,
        credential=credential_for(electors, acting.now),
        by_election=by_election,
    )


def shown_name(electors: Electors, name: str) -> dict[str, str]:
    """A delegate serves under a public name; an officer's stands in the entry where the body is public."""
    public = electors.constituency is not None or facts.rule_of_body(electors.body).visibility == "public"
    return {"name": name} if public else {}


def term_data(electors: Electors, term: Term) -> dict[str, object]:
    """A new term as its entry shows it."""
    return {
        "term": term.ref,
        "seat": term.seat.ref,
        "holder": term.membership.ref,
        "ends": term.ends_at.isoformat() if term.ends_at else None,
        **shown_name(electors, term.name),
    }


def keep_alternates(
    electors: Electors, ranked: Sequence[tuple[Membership, str]], ends_at: datetime | None, *, by_election: str = ""
) -> None:
    """Append those who step up next, in recorded order, after those from earlier elections who still may."""
    mine = _alternates(electors)
    last = mine.aggregate(last=Max("order"))["last"] or 0
    Alternate.objects.bulk_create(
        Alternate(
            body=electors.body,
            constituency=electors.constituency,
            office=electors.office,
            membership=membership,
            person=membership.person,
            name=name,
            order=last + place,
            ends_at=ends_at,
            by_election=by_election,
        )
        for place, (membership, name) in enumerate(ranked, start=1)
    )


def _alternates(electors: Electors):
    return Alternate.objects.filter(
        body=electors.body, constituency=electors.constituency, office=electors.office
    ).select_related("membership__person", "person")


def end_term(acting: Acting, term: Term, how: str) -> None:
    """End a term at this instant, by the entry that comes next. Its fraction loses a member."""
    term.ended_at, term.ended_by, term.ended_index = acting.now, how, acting.index
    term.save(update_fields=["ended_at", "ended_by", "ended_index", "credential"])
    FractionMember.objects.filter(term=term).delete()


def step_up(acting: Acting, electors: Electors, ended: Term) -> str | None:
    """Fill a place that has just fallen vacant with the next alternate who still may; one entry of its own.

    Next is who comes first, or, where the election says more, whom the papers of the place name: `vacancies`. The
    alternate serves the remaining term. Answers the new term's reference, or None where nobody is left.
    """
    seat = ended.seat
    if seat.ended_at is not None:
        return None
    now = acting.now
    waiting = _alternates(electors).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), used_at__isnull=True)
    able = list(_who_may(electors, waiting, now))
    if not able:
        return None
    papers = vacancies.by_papers(electors, ended, [alternate for alternate, _ in able])
    chosen = papers.chosen if papers else able[0][0]
    membership = dict(able)[chosen]
    chosen.used_at = now
    chosen.save(update_fields=["used_at"])
    term = take_place(
        acting,
        electors,
        seat,
        membership=membership,
        name=chosen.name,
        number=1,
        ends_at=ended.ends_at,
        by_election=chosen.by_election,
    )
    acting.record(
        "federation.stepped_up",
        by=(),
        data={
            **electors.data(),
            "after": ended.ref,
            **term_data(electors, term),
        },
        finding={
            "order": chosen.order,
            "credential": term.credential,
            **({"countback": papers.finding} if papers else {}),
        },
        documents={"votes": papers.votes} if papers else None,
    )
    tell(term.person, "seat.stepped_up", gettext_noop("A place that fell vacant is now yours."), acting, seat)
    return term.ref


def _who_may(
    electors: Electors, waiting: Iterable[Alternate], now: datetime
) -> Iterator[tuple[Alternate, Membership]]:  # fmt: skip
    for alternate in waiting:
        try:
            yield alternate, check_eligible(electors, alternate.person, now)
        except RuleBroken:
            continue


def tell(person: Person, kind: str, sentence: str, acting: Acting, seat: Seat) -> None:
    """A notice about a seat, to one person."""
    notify(person, kind, sentence=sentence, values={}, path=path(acting.body, "seats", seat.ref), now=acting.now)


@formal_act("federation.resigned")
def resign(*, actor: Person, now: datetime, term_id: int) -> str:
    """Give up one's own seat or office; the next alternate steps up at the same instant."""
    term = Term.objects.select_related("seat__constituency").get(pk=term_id)
    acting = begin(term.seat.body_id, actor, now)
    term = own_running_term(acting, "seat.resign", term_id)
    electors = electors_of_seat(term.seat, acting.body)
    end_term(acting, term, Term.EndedBy.RESIGNED)
    acting.record(
        "federation.resigned",
        by=(term.seat.ref,),
        data={**electors.data(), "seat": term.seat.ref, "term": term.ref},
    )
    step_up(acting, electors, term)
    return term.ref


def own_running_term(acting: Acting, act: str, term_id: int) -> Term:
    """The actor's own term, read anew under the lock, for an act that its holder does.

    Refusals: ``standing.lost`` for one that has ended, with how; else what `require` says; ``seat.not_yours``.
    """
    term = Term.objects.select_related("seat__constituency", "membership").get(pk=term_id)
    own = acting.actor is not None and term.person_id == acting.actor.pk
    if own and not facts.holds(term, acting.now):
        raise RuleBroken("standing.lost", act=act, how=term.ended_by or "expired")
    acting.require(act)
    if not own:
        raise RuleBroken("seat.not_yours")
    return term
