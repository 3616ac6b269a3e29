"""A council changes its federation: its record is closed or begun, and its life goes on in the other one.

Parts of the acts in `accession`. People, offices with the time that is left, and open applications move along; the
references and commitments are new, because they belong to one record. Charter: decision.accession, body.seats.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from weft.charter.model import Charter
from weft.errors import RuleBroken
from weft.federation.accession import check_accession, upper_kinds
from weft.record.tree import Range, leaf_hash
from weft_site.ballots.models import Ballot
from weft_site.charter.facts import charter
from weft_site.charter.models import CharterVersion
from weft_site.federation import facts, rolls
from weft_site.federation.acting import Acting
from weft_site.federation.models import (
    Accession,
    Application,
    Body,
    BodyLink,
    Draw,
    Election,
    Federation,
    Membership,
    Objection,
    Recall,
    Seat,
    Term,
    Voucher,
)
from weft_site.federation.services.bodies import (
    add_members,
    create_body,
    create_federation,
    link,
    members_document,
    raise_uppers,
)
from weft_site.federation.services.entitlement import follow_entitlement
from weft_site.federation.services.seats import end_term
from weft_site.record.acts import append, keep_document, lock_log
from weft_site.record.models import Entry, Log

#: What else may be open in a council: domains above register a function from a body to the names of open things.
open_business: list[Callable[[Body], list[str]]] = []


@dataclass(slots=True)
class Moved:
    """A council in its new record.

    carried: its officers' terms as the new record begins them; lapsed: references of those that end.
    applications: each that is open, with its old and new reference and how far it has come.
    resting: members whose vote rests.
    counted_elsewhere: people who belong to another base council below the same delegate council, and stay there.
    """

    body: Body
    members: list[Membership]
    carried: list[dict[str, object]] = field(default_factory=list)
    lapsed: list[str] = field(default_factory=list)
    counted_elsewhere: int = 0
    applications: list[dict[str, object]] = field(default_factory=list)

    @property
    def resting(self) -> list[str]:
        return [row.ref for row in self.members if row.status == Membership.Status.SUSPENDED]


def check_closed(body: Body) -> None:
    """Raises ``accession.open_business``, naming what has to be finished in a council before it moves."""
    here = Q(body=body) | Q(constituency__senders=body)
    elections = Election.objects.filter(here, state__in=[Election.State.NOMINATIONS, Election.State.VOTING])
    seat = Q(term__seat__body=body) | Q(term__seat__constituency__senders=body)
    running = [Recall.State.SIGNATURES, Recall.State.NOTICE, Recall.State.VOTING]
    names = [
        *elections.distinct().values_list("ref", flat=True),
        *Recall.objects.filter(seat, state__in=running).distinct().values_list("ref", flat=True),
        *Draw.objects.filter(body=body, drawn_at__isnull=True).values_list("ref", flat=True),
        *Ballot.objects.filter(log=body.federation.log, electorate=body.ref, closed_at__isnull=True).values_list(
            "ref", flat=True
        ),
        *(name for registered in open_business for name in registered(body)),
    ]
    if names:
        raise RuleBroken("accession.open_business", open=", ".join(dict.fromkeys(names)))


# --- into a wider federation ------------------------------------------------------------------------------------


def join(acting: Acting, accession: Accession) -> Moved:
    """The council becomes a body of the acting federation, by the entry that comes next."""
    old, old_log = _lock_old(accession)
    check_accession(acting.charter, as_kind=accession.as_kind, members=old.members_count, already=False)
    index = acting.index
    sealed = seal(old_log, old, into=acting.log.origin, accession=accession, now=acting.now)
    body = create_body(
        acting.federation, acting.charter, kind=accession.as_kind, title=old.title, ref=f"b{index}", now=acting.now
    )
    uppers, raised = _uppers(acting, accession, body)
    at, refs = sealed["size"] - 1, Refs(str(index), f"t{index}", f"q{index}")
    moved = move(old, body, refs=refs, at=at, now=acting.now)
    _end(old, into=acting.federation, body=body, accession=accession, at=at, now=acting.now)
    acting.record(
        "federation.body_joined",
        data={
            "accession": accession.ref,
            "body": body.ref,
            "as_kind": body.kind,
            "title": body.title,
            "uppers": [upper.ref for upper in uppers],
            "raised": [[upper.ref, upper.kind, upper.title] for upper in raised],
            "from": sealed,
            **_told(moved),
        },
        finding={"members": body.members_count, "counted_elsewhere": moved.counted_elsewhere},
        documents={"members": acting.document("members", members_document(moved.members))},
    )
    for upper in [*uppers, *(organ for organ in raised if organ not in uppers)]:
        follow_entitlement(acting, upper)
    return moved


def _lock_old(accession: Accession) -> tuple[Body, Log]:
    """The council that moves, read under the lock of its own record, with nothing left open in it."""
    log = lock_log(accession.asking.log_id)
    body = Body.objects.select_related("federation__log", "federation__charter").get(pk=accession.body_id)
    check_closed(body)
    return body, log


def _uppers(acting: Acting, accession: Accession, body: Body) -> tuple[list[Body], list[Body]]:
    """Tie the new body to those above it, which come into being with it where two councils are the first."""
    federation = acting.federation
    kinds = [
        kind for kind, rule in acting.charter.bodies.items() if any(seat.sender == body.kind for seat in rule.seats)
    ]
    live = Body.objects.filter(federation=federation, ended_at__isnull=True)
    uppers = list(live.filter(kind__in=kinds).order_by("pk"))
    if accession.upper_id:
        uppers = [upper for upper in uppers if upper.pk == accession.upper_id or upper.kind != accession.upper.kind]
    for upper in uppers:
        upper.federation = federation
        link(body, upper)
    lower = list(live.filter(type__in=facts.PEOPLE).order_by("pk"))
    raised = raise_uppers(
        federation,
        acting.charter,
        lower,
        kinds=upper_kinds(acting.charter, [body.kind]),
        ref=body.ref,
        now=acting.now,
    )
    return [*uppers, *(upper for upper in raised if upper.type == "delegate")], raised


def _told(moved: Moved) -> dict[str, object]:
    return {
        "members": len(moved.members),
        "resting": moved.resting,
        "carried": moved.carried,
        "lapsed": moved.lapsed,
        "applications": moved.applications,
    }


# --- a federation founded together ------------------------------------------------------------------------------


def found_together(rows: Sequence[Accession], now: datetime) -> Federation:
    """All have adopted: the federation exists, its record begins, and the councils' own records close."""
    version = CharterVersion.objects.get(hash=rows[0].terms["charter"])
    law = charter(version)
    federation = create_federation(title=rows[0].terms["title"], version=version, now=now)
    log = lock_log(federation.log_id)
    moves = []
    for number, row in enumerate(rows, start=1):
        old, old_log = _lock_old(row)
        check_accession(law, as_kind=row.as_kind, members=old.members_count, already=False)
        sealed = seal(old_log, old, into=log.origin, accession=row, now=now)
        body = create_body(federation, law, kind=row.as_kind, title=old.title, ref=f"b0-{number}", now=now)
        moves.append((old, row, sealed, body))
    bodies = [body for *_, body in moves]
    raised = raise_uppers(
        federation, law, bodies, kinds=upper_kinds(law, [body.kind for body in bodies]), ref="b0", now=now
    )
    acting = Acting(log, federation, bodies[0], law, None, now)
    _record_founding(acting, moves, raised)
    for upper in raised:
        upper.federation = federation
        follow_entitlement(acting, upper)
    return federation


def _record_founding(acting: Acting, moves, raised: Sequence[Body]) -> None:
    """The first entry of the new record cites the last of each old one."""
    log, law = acting.log, acting.charter
    documents = {"charter": keep_document(log, "charter", law.text, visibility="public")}
    councils = []
    for number, (old, row, sealed, body) in enumerate(moves, start=1):
        at = sealed["size"] - 1
        refs = Refs(f"0-{number}", f"t0-{number}", "q0")
        found = move(old, body, refs=refs, at=at, now=acting.now)
        _end(old, into=acting.federation, body=body, accession=row, at=at, now=acting.now)
        documents[f"members-{body.ref}"] = _members_of(log, law, found)
        councils.append(
            {"body": body.ref, "kind": body.kind, "title": body.title, "from": sealed, "act": row.ref, **_told(found)}
        )
    append(
        log,
        "federation.founded_together",
        at=acting.now,
        charter=law.hash,
        data={
            "origin": log.origin,
            "title": acting.federation.title,
            "proposal": moves[0][1].proposal,
            "councils": councils,
            "raised": [[body.ref, body.kind, body.title] for body in raised],
        },
        finding={"adopted": len(moves), "of": len(moves[0][1].terms["councils"])},
        documents=documents,
    )


def _members_of(log: Log, law: Charter, moved: Moved) -> str:
    body = moved.body
    visibility = law.body(body.kind).visibility
    return keep_document(log, "members", members_document(moved.members), body=body.ref, visibility=visibility)


# --- out of a federation ----------------------------------------------------------------------------------------


def secede(acting: Acting, accession: Accession) -> Federation:
    """The council leaves: what it alone elected ends at this instant, and a federation of one begins."""
    body, now = acting.body, acting.now
    check_closed(body)
    uppers = [row.upper for row in body.links_up.select_related("upper__federation__charter", "upper__federation__log")]
    lapsed = _end_delegates(acting, body)
    federation = create_federation(title=body.title, version=acting.federation.charter, now=now)
    log = lock_log(federation.log_id)
    new = create_body(federation, acting.charter, kind=body.kind, title=body.title, ref="b0", now=now)
    at = acting.index
    moved = move(body, new, refs=Refs("0", "t0", "q0"), at=at, now=now)
    body.ended_at = now
    body.save(update_fields=["ended_at"])
    BodyLink.objects.filter(Q(lower=body) | Q(upper=body)).delete()
    accession.state, accession.result = Accession.State.ACCEPTED, new
    accession.save(update_fields=["state", "result"])
    acting.record(
        "federation.body_left",
        data={
            "accession": accession.ref,
            "body": body.ref,
            "members": len(moved.members),
            "lapsed": [*lapsed, *moved.lapsed],
            "into": log.origin,
        },
    )
    for upper in uppers:
        follow_entitlement(acting, upper)
    append(
        log,
        "federation.continued",
        at=now,
        charter=acting.charter.hash,
        body=new.ref,
        data={
            "origin": log.origin,
            "kind": new.kind,
            "title": new.title,
            "from": {"origin": acting.log.origin, "index": at, "body": body.ref},
            **_told(moved),
        },
        finding={"members": new.members_count},
        documents={
            "charter": keep_document(log, "charter", acting.charter.text, visibility="public"),
            "members": _members_of(log, acting.charter, moved),
        },
    )
    return federation


def _end_delegates(acting: Acting, body: Body) -> list[str]:
    """Seats elected by this council alone lapse, and what its members hold elsewhere, as if each had left."""
    running = Term.objects.filter(facts.running(acting.now), seat__body__federation=acting.federation)
    ours = Q(membership__body=body) | Q(seat__constituency__senders=body)
    rows = running.filter(ours).exclude(seat__body=body).distinct().order_by("pk")
    lapsed = []
    for term in rows.select_related("seat__constituency", "seat__body", "membership"):
        constituency = term.seat.constituency
        if constituency is not None:
            term.seat.body.federation, constituency.body = acting.federation, term.seat.body
            shared = constituency.senders.exclude(pk=body.pk).exists()
            from_here = term.membership.body_id == body.pk
            if shared and not (from_here and facts.seat_rule(constituency).lapses_on_leaving):
                continue
        end_term(acting, term, Term.EndedBy.LAPSED)
        lapsed.append(term.ref)
    return lapsed


# --- what both ways share ---------------------------------------------------------------------------------------


def seal(log: Log, body: Body, *, into: str, accession: Accession, now: datetime) -> dict[str, object]:
    """Write a record's last entry and close it; answers with its origin, final size and root (hex)."""
    law = charter(body.federation.charter)
    head = head_of(log)
    append(
        log,
        "federation.acceded",
        at=now,
        charter=law.hash,
        body=body.ref,
        data={"into": into, "accession": accession.ref, "size": head.size, "root": head.root.hex()},
        finding={"members": body.members_count},
    )
    head = head_of(log)
    log.sealed_at = now
    log.save(update_fields=["sealed_at"])
    return {"origin": log.origin, "size": head.size, "root": head.root.hex()}


def head_of(log: Log) -> Range:
    """The tree over everything recorded so far, published or not."""
    leaves = Entry.objects.filter(log=log).order_by("index").values_list("leaf", flat=True).iterator(chunk_size=5_000)
    return Range().extended(leaf_hash(bytes(leaf)) for leaf in leaves)


@dataclass(frozen=True, slots=True)
class Refs:
    """What the new references begin with: memberships m<members>-1, terms <terms>-1, applications <applications>s1."""

    members: str
    terms: str
    applications: str


def move(old: Body, new: Body, *, refs: Refs, at: int, now: datetime) -> Moved:
    """Carry people, offices and open applications over. at: index of the old record's entry that ends them there."""
    rows = list(rolls.roll(old).select_related("person").order_by("pk"))
    twice = _counted_elsewhere(rows, new)
    kept = [row for row in rows if row.person_id and row.person_id not in twice]
    made = add_members(new, [row.person for row in kept], index=refs.members, now=now)
    resting = 0
    for row, copy in zip(kept, made, strict=True):
        copy.since, copy.status, copy.declared = row.since, row.status, row.declared
        resting += row.status == Membership.Status.SUSPENDED
    Membership.objects.bulk_update(made, ["since", "status", "declared"], batch_size=2_000)
    if resting:
        new.members_count -= resting
        new.save(update_fields=["members_count"])
    rolls.roll(old).update(status=Membership.Status.TRANSFERRED, until=now)
    copies = {row.pk: copy for row, copy in zip(kept, made, strict=True)}
    moved = Moved(body=new, members=made, counted_elsewhere=len(rows) - len(kept))
    for term in Term.objects.filter(facts.running(now), seat__body=old).select_related("seat").order_by("pk"):
        _carry_office(term, copies.get(term.membership_id), moved, refs.terms)
        term.ended_at, term.ended_index = now, at
        term.save(update_fields=["ended_at", "ended_by", "ended_index"])
    _carry_applications(old, copies, moved, refs.applications)
    return moved


def _counted_elsewhere(rows: Sequence[Membership], new: Body) -> set[int]:
    """Who already votes upward through another council below the same delegate council, and goes on doing so there."""
    found: set[int] = set()
    people = [row.person_id for row in rows if row.person_id]
    for start in range(0, len(people), 5_000):
        others = rolls.other_councils(people[start : start + 5_000], new)
        found.update(others.values_list("person_id", flat=True))
    return found


def _carry_office(term: Term, copy: Membership | None, moved: Moved, prefix: str) -> None:
    """Officers stay in office for the time that is left, where the new charter has the office; else it lapses."""
    place = Seat.objects.filter(body=moved.body, office=term.seat.office, number=term.seat.number).first()
    if term.seat.constituency_id or place is None or copy is None:
        term.ended_by = Term.EndedBy.LAPSED
        moved.lapsed.append(term.ref)
        return
    term.ended_by = Term.EndedBy.SUCCEEDED
    new = Term.objects.create(
        seat=place,
        person_id=term.person_id,
        membership=copy,
        name=term.name,
        ref=f"{prefix}-{len(moved.carried) + 1}",
        starts_at=copy.body.created_at,
        ends_at=term.ends_at,
        credential=term.credential,
    )
    ends = new.ends_at.isoformat() if new.ends_at else None
    moved.carried.append({"term": new.ref, "seat": place.ref, "holder": copy.ref, "ends": ends})


def _carry_applications(old: Body, copies: dict[int, Membership], moved: Moved, prefix: str) -> None:
    """Nobody who has asked has to ask again; a list stays a list."""
    names: dict[str, str] = {}
    rows = list(Application.objects.filter(body=old, state__in=rolls.OPEN).order_by("pk"))
    for row in rows:
        list_ref = rolls.list_of(row)
        name = names.setdefault(list_ref or row.ref, f"{prefix}{'l' if list_ref else 's'}{len(names) + 1}")
        row.body = moved.body
        row.ref = f"{name}-{row.ref.rpartition('-')[2]}" if list_ref else name
    Application.objects.bulk_update(rows, ["body", "ref"], batch_size=2_000)
    for model in (Voucher, Objection):
        for given in model.objects.filter(application__body=moved.body):
            if copy := copies.get(given.membership_id):
                given.membership = copy
                given.save(update_fields=["membership"])
    moved.applications = [_open(was, name, rows) for was, name in names.items()]


def _open(was: str, name: str, rows: Sequence[Application]) -> dict[str, object]:
    """An open application, or a list, as the new record takes it up: how many are in which state, and until when."""
    mine = [row for row in rows if name in {row.ref, rolls.list_of(row)}]
    until = max((row.objections_until for row in mine if row.objections_until), default=None)
    return {
        "was": was,
        "application": name,
        "listed": any(rolls.list_of(row) for row in mine),
        "counts": dict(sorted(Counter(row.state for row in mine).items())),
        "until": until.isoformat() if until else None,
    }


def _end(old: Body, *, into: Federation, body: Body, accession: Accession, at: int, now: datetime) -> None:
    """The federation of one has ended; whoever looks for it is led on."""
    Term.objects.filter(facts.running(now), seat__body__federation=old.federation).update(
        ended_at=now, ended_by=Term.EndedBy.LAPSED, ended_index=at
    )
    Body.objects.filter(federation=old.federation, ended_at__isnull=True).update(ended_at=now)
    Federation.objects.filter(pk=old.federation_id).update(ended_at=now, joined=into)
    accession.state, accession.result, accession.into = Accession.State.ACCEPTED, body, into
    accession.save(update_fields=["state", "result", "into"])
