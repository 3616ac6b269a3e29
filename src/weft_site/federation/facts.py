"""From rows to the plain values that the core asks for: who votes where, who holds what, at one instant."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from weft.charter.model import BodyRule, Charter, Elect, Office, Recall, SeatRule
from weft.federation import Facts
from weft.federation.apportion import Sender
from weft_site.charter.facts import charter
from weft_site.federation import own_rows
from weft_site.federation.models import Body, BodyLink, Constituency, Federation, Membership, Seat, Term
from weft_site.people.models import Person

PEOPLE = frozenset({"base", "association"})  # body types whose voters are members, not delegates


def charter_of(federation: Federation) -> Charter:
    return charter(federation.charter)


def rule_of_body(body: Body) -> BodyRule:
    return charter_of(body.federation).body(body.kind)


def seat_rule(constituency: Constituency) -> SeatRule:
    return rule_of_body(constituency.body).seats[constituency.rule]


def recall_rule(seat: Seat) -> Recall | None:
    """The recall rule of a delegate's seat or of an office."""
    if seat.constituency_id:
        return seat_rule(seat.constituency).recall
    return office_rule(seat.body, seat.office).recall


def office_rule(body: Body, office: str) -> Office:
    return rule_of_body(body).offices[office]


def elect_rule(body: Body, constituency: Constituency | None, office: str) -> Elect:
    """How this seat or office is filled by vote."""
    if constituency is not None:
        return seat_rule(constituency).elect
    return office_rule(body, office).elect or Elect()


def running(now: datetime, of: str = "") -> Q:
    """Terms that hold at an instant: begun, not ended, not run out. Half open, like every interval here.

    of: the way to the terms, e.g. "terms__" for a query of seats.
    """
    return (
        Q(**{f"{of}starts_at__lte": now})
        & (Q(**{f"{of}ended_at__isnull": True}) | Q(**{f"{of}ended_at__gt": now}))
        & (Q(**{f"{of}ends_at__isnull": True}) | Q(**{f"{of}ends_at__gt": now}))
    )


def terms(body: Body, now: datetime) -> QuerySet[Term]:
    """Delegates' terms that hold now in a body, credentials pending or confirmed; offices are not among them."""
    return (
        Term.objects.filter(running(now), seat__body=body, seat__constituency__isnull=False)
        .exclude(credential=Term.Credential.REFUSED)
        .select_related("seat__constituency")
        .order_by("seat_id")
    )


@dataclass(frozen=True, slots=True)
class Voter:
    """One line of a roll: the reference that votes, the person behind it, its weight in votes."""

    ref: str
    person_id: int | None
    weight: int = 1


def voters(bodies: Iterable[Body], now: datetime) -> list[Voter]:
    """Everybody who votes in these bodies together, each person once.

    Members of base councils and associations vote by their membership; in a delegate council the delegates
    with a decisive voice and a confirmed credential vote by their seat. A person who belongs to two of the
    bodies votes by the first.
    """
    found: dict[int | str, Voter] = {}
    for body in bodies:
        for voter in _voters_of(body, now):
            found.setdefault(voter.person_id or voter.ref, voter)
    return list(found.values())


def _voters_of(body: Body, now: datetime) -> list[Voter]:
    if body.type in PEOPLE:
        rows = Membership.objects.filter(body=body, status=Membership.Status.ADMITTED).order_by("id")
        return [Voter(ref, person) for ref, person in rows.values_list("ref", "person_id")]
    rules = rule_of_body(body).seats
    return [
        Voter(term.seat.ref, term.person_id)
        for term in terms(body, now)
        if term.credential == Term.Credential.CONFIRMED and rules[term.seat.constituency.rule].voice == "decisive"
    ]


def count_voters(body: Body, now: datetime) -> int:
    """How many vote in a body, without fetching them."""
    if body.type in PEOPLE:
        return body.members_count
    rows = terms(body, now).filter(credential=Term.Credential.CONFIRMED)
    advisory = [rule.index for rule in rule_of_body(body).seats if rule.voice == "advisory"]
    return (rows.exclude(seat__constituency__rule__in=advisory) if advisory else rows).count()


def entitled_for_quorum(body: Body, now: datetime) -> int:
    """The number a quorum is a share of: members, all seats, or filled seats, as the charter says."""
    of = rule_of_body(body).quorum.of
    if body.type in PEOPLE:
        return body.members_count
    if of == "seats":
        return Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True).count()
    return count_voters(body, now)


def electors_of(seat: Seat) -> list[Body]:
    """The bodies whose voters fill and recall a seat: its constituency's senders, or the body itself for an office."""
    if seat.constituency_id:
        return list(seat.constituency.senders.all())
    return [seat.body]


def count_electors(bodies: Iterable[Body], now: datetime) -> int:
    bodies = list(bodies)
    return count_voters(bodies[0], now) if len(bodies) == 1 else len(voters(bodies, now))


def standing(person: Person | None, body: Body, now: datetime, *, constituency: Constituency | None = None) -> Facts:
    """Everything that is true of a person in a body now, in a fixed number of queries."""
    if person is None:
        return Facts(delegate_body=body.type not in PEOPLE)
    senders = [] if constituency is None else list(constituency.senders.all())
    ids = [body.pk, *(sender.pk for sender in senders)]
    memberships = {pk: status for pk, (status, _ref) in own_rows.memberships(person.pk, ids).items()}
    own = own_rows.terms(person.pk, ids)
    here = [term for term in own if term.seat_body == body.pk]
    now_held = [term for term in here if holds(term, now)]
    delegate = next((term for term in reversed(now_held) if term.constituency), None)
    decisive = (
        delegate is not None
        and delegate.credential == Term.Credential.CONFIRMED
        and rule_of_body(body).seats[delegate.rule].voice == "decisive"
    )
    return Facts(
        member=memberships.get(body.pk) == Membership.Status.ADMITTED,
        suspended=memberships.get(body.pk) == Membership.Status.SUSPENDED,
        seat=delegate.seat_ref if decisive else "",
        advisory=delegate is not None and not decisive and delegate.credential == Term.Credential.CONFIRMED,
        pending=delegate is not None and delegate.credential == Term.Credential.PENDING,
        offices=frozenset(term.office for term in now_held if term.office),
        lost=_how_lost([term for term in here if term.constituency], now) if delegate is None else "",
        elector=_is_elector(senders, memberships, own, now) if constituency else _votes(body, memberships, decisive),
        delegate_body=body.type not in PEOPLE,
        filled=own_rows.offices_filled(body.pk, now),
    )


def holds(term: Term, now: datetime) -> bool:
    """Whether a term holds at an instant and its credential was not refused: `running`, for one row in hand."""
    return (
        term.starts_at <= now
        and (term.ended_at is None or term.ended_at > now)
        and (term.ends_at is None or term.ends_at > now)
        and term.credential != Term.Credential.REFUSED
    )


def _how_lost(seats: list[Term], now: datetime) -> str:
    last = seats[-1] if seats else None
    if last is None:
        return ""
    return last.ended_by or ("expired" if last.ends_at is not None and last.ends_at <= now else "")


def _votes(body: Body, memberships: dict[int, str], decisive: bool) -> bool:
    """The electors of a body's offices are its own voters."""
    return memberships.get(body.pk) == Membership.Status.ADMITTED if body.type in PEOPLE else decisive


def _is_elector(senders: Iterable[Body], memberships: dict[int, str], own: Iterable[Term], now: datetime) -> bool:
    for sender in senders:
        if sender.type in PEOPLE:
            if memberships.get(sender.pk) == Membership.Status.ADMITTED:
                return True
        elif any(
            term.seat_body == sender.pk
            and term.constituency
            and holds(term, now)
            and term.credential == Term.Credential.CONFIRMED
            for term in own
        ):
            return True
    return False


Senders = dict[int, list[Sender]]  # by index of the seat rule


def senders(uppers: Sequence[Body], rules: Iterable[SeatRule], now: datetime) -> dict[int, Senders]:
    """The bodies that send to each of these, with the numbers that the norms of these rules rest on.

    uppers: bodies of one kind, whose rules these are. The answer is by their keys.
    """
    found: dict[int, Senders] = {upper.pk: {} for upper in uppers}
    counted: list[SeatRule] = []
    for rule in rules:
        if rule.norm.unit in BY_MEMBERS:
            counted.append(rule)
            continue
        for upper in uppers:
            below = Body.objects.filter(links_up__upper=upper, ended_at__isnull=True, kind=rule.sender).order_by("id")
            found[upper.pk][rule.index] = [
                Sender(body.ref, units_of(body, rule.norm.unit, now), body.title) for body in below
            ]
    _by_members(found, counted)
    return found


def _by_members(found: dict[int, Senders], rules: Sequence[SeatRule]) -> None:
    """The common case, for ten thousand bodies in one query."""
    if not rules:
        return
    for upper in found.values():
        upper |= {rule.index: [] for rule in rules}
    rows = BodyLink.objects.filter(
        upper__in=list(found), lower__ended_at__isnull=True, lower__kind__in={rule.sender for rule in rules}
    )
    named = ("upper", "lower", "lower__kind", "lower__ref", "lower__members_count", "lower__title", "lower__type")
    own = list(rows.order_by("lower_id").values_list(*named))
    deep = members_below({pk for _, pk, *_, type_ in own if type_ not in PEOPLE})
    for upper, pk, kind, ref, members, title, _ in own:
        sender = Sender(ref, deep.get(pk, members), title)
        for rule in rules:
            if rule.sender == kind:
                found[upper][rule.index].append(sender)


BY_MEMBERS = frozenset({"members", "voters"})  # units by which a council of delegates counts the people below it


def members_below(ids: Collection[int]) -> dict[int, int]:
    """Body id -> the members of all base councils below it, at any depth, each council once.

    As many queries as the federation has levels, and two; none of them by the number of councils.
    """
    if not ids:
        return {}
    lowers = _delegates_below(ids)
    everywhere = {*ids, *(lower for below in lowers.values() for lower in below)}
    base = BodyLink.objects.filter(upper__in=everywhere, lower__type="base", lower__ended_at__isnull=True)
    direct = dict(base.values_list("upper").annotate(members=Sum("lower__members_count")))
    shared: dict[tuple[int, int], set[int]] = defaultdict(set)  # (council, its members) -> above it, directly
    if len(everywhere) > 1:
        # counted here: a database joins and sorts all links for it, and takes ten times as long
        links = Counter(BodyLink.objects.filter(upper__in=everywhere).values_list("lower_id", flat=True))
        several = [lower for lower, number in links.items() if number > 1]
        for some in portions(several):
            rows = base.filter(lower__in=some).values_list("lower", "lower__members_count", "upper")
            for lower, members, upper in rows:
                shared[lower, members].add(upper)
    found = {}
    for pk in ids:
        reach, front = {pk}, [pk]
        while front:
            front = [lower for upper in front for lower in lowers[upper] if lower not in reach]
            reach.update(front)
        again = sum(members * max(len(reach & above) - 1, 0) for (_, members), above in shared.items())
        found[pk] = sum(direct.get(one, 0) for one in reach) - again
    return found


def portions(values: Sequence, size: int = 5_000) -> Iterator[Sequence]:
    """A database takes only so many values at once."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _delegates_below(ids: Collection[int]) -> dict[int, set[int]]:
    """Body id -> the councils of delegates directly below, for these bodies and all below them."""
    lowers: dict[int, set[int]] = defaultdict(set)
    seen, front = set(ids), set(ids)
    while front:
        links = BodyLink.objects.filter(upper__in=front, lower__ended_at__isnull=True)
        links = links.exclude(lower__type__in=PEOPLE).values_list("upper", "lower")
        for upper, lower in links:
            lowers[upper].add(lower)
        front = {lower for _, lower in links} - seen
        seen |= front
    return lowers


def units_of(body: Body, unit: str, now: datetime) -> int:
    """A body's number in a unit. Members are counted; inhabitants, workers and companies are as stated on record."""
    if unit in BY_MEMBERS:
        return body.members_count if body.type in PEOPLE else members_below([body.pk])[body.pk]
    if unit == "bodies":
        return 1
    if unit == "seats":
        return Seat.objects.filter(body=body, constituency__isnull=False, ended_at__isnull=True).count()
    if unit == "delegates":
        return count_voters(body, now)
    return int(body.numbers.get(unit, 0))


def acting_ref(person: Person | None, body: Body, now: datetime) -> tuple[str, ...]:
    """How the record names who acted in a body: by seat, else by membership or office; never by name."""
    if person is None:
        return ()
    held = [term for term in own_rows.terms(person.pk, [body.pk]) if holds(term, now)]
    held.sort(key=lambda term: (not term.constituency, term.seat_id))
    if held and held[0].constituency:
        return (held[0].seat_ref,)
    if member := own_rows.memberships(person.pk, [body.pk]).get(body.pk):
        return (member[1],)
    return (held[0].seat_ref,) if held else ()  # an officer of a council of delegates whose own seat has ended
