"""Replay of what the site recorded, and the comparison of what follows from it with the tables."""

from weft.replay import Replay
from weft_site.deliberation.models import Meeting, Motion
from weft_site.federation.models import (
    Alternate,
    Body,
    CharterInForce,
    Constituency,
    Draw,
    Election,
    Federation,
    Fraction,
    Mandate,
    Membership,
    Recall,
    Seat,
    Term,
)
from weft_site.record.export import leaves_of, read_document
from weft_site.record.models import Entry, Log


def replayed(log):
    """A finished replay of a log with all of its documents: `state` and `unchecked`."""
    run = Replay(lambda digest: read_document(log, digest))
    for leaf in leaves_of(log):
        run.take(leaf)
    run.finish()
    return run


def replay_all():
    """Slug -> what follows from that record; every one of them has been compared with the tables."""
    found = {}
    for log in Log.objects.exclude(size=0).order_by("pk"):
        run = replayed(log)
        assert told(run.state) == kept(log), log.slug
        found[log.slug] = run
    return found


def told(state):
    """What the record says, in the words of the tables."""
    return {
        "origin": state.origin,
        "size": state.size,
        "charters": [(max(since - 1, 0), law) for since, law in state.in_force],
        "bodies": {
            b.ref: (b.kind, b.type, b.title, b.admitted, b.until_index is None, sorted(b.uppers), b.numbers)
            for b in state.bodies.values()
        },
        "members": {m.ref: (m.body, m.status) for b in state.bodies.values() for m in b.members.values()},
        "constituencies": {
            c.ref: (c.body, c.rule, sorted(c.senders), c.units, c.seats_due, c.until_index is None)
            for c in state.constituencies.values()
        },
        "seats": {
            s.ref: (s.body, s.constituency, s.office, s.number, s.until_index is None) for s in state.seats.values()
        },
        "terms": {
            t.ref: (
                t.seat, t.holder, t.starts, t.ends, t.ended,
                "moved" if t.until_index is not None and t.until_index == state.sealed_index else t.how,
                t.until_index, t.credential,
            )
            for t in state.terms.values()
        },
        "alternates": sorted(
            (key, row.order, row.holder, row.ends, row.used) for key, rows in state.alternates.items() for row in rows
        ),
        "elections": {e.ref: (e.state, e.places, e.runoff_of, e.ballot) for e in state.elections.values()},
        "draws": {d.ref: (d.office, d.places, d.drawn is not None) for d in state.draws.values()},
        "mandates": {m.ref: (m.constituency, m.position, m.binding, m.state) for m in state.mandates.values()},
        "recalls": {r.ref: (r.term, r.state, r.votes_from) for r in state.recalls.values()},
        "meetings": {m.ref: (m.body, m.state, m.starts, m.entitled) for m in state.meetings.values()},
        "motions": {
            m.ref: (m.body, m.kind, m.state, m.decided_at, m.decided_index, m.charter, m.waits_until)
            for m in state.motions.values()
        },
        "fractions": {f.ref: (f.body, sorted(f.terms), f.until_index is None) for f in state.fractions.values()},
    }  # fmt: skip


def kept(log):
    """The same from the tables of the site.

    Whether an office goes on in the wider record, that record tells; in the closed one it has "moved".
    """
    federation = Federation.objects.get(log=log)
    here = {"body__federation": federation}
    bodies = Body.objects.filter(federation=federation)
    sealed = Entry.objects.filter(log=log, act="federation.acceded").values_list("index", flat=True).first()
    return {
        "origin": log.origin,
        "size": log.size,
        "charters": [
            (row.from_index, row.version.hash)
            for row in CharterInForce.objects.filter(federation=federation).select_related("version")
        ],
        "bodies": {
            b.ref: (
                b.kind, b.type, b.title, Membership.objects.filter(body=b, status="admitted").count(),
                b.ended_at is None, sorted(b.links_up.values_list("upper__ref", flat=True)), b.numbers,
            )
            for b in bodies
        },
        "members": {m.ref: (m.body.ref, m.status) for m in Membership.objects.filter(**here).select_related("body")},
        "constituencies": {
            c.ref: (
                c.body.ref, c.rule, sorted(c.senders.values_list("ref", flat=True)), c.units, c.seats_due,
                c.ended_at is None,
            )
            for c in Constituency.objects.filter(**here).select_related("body")
        },
        "seats": {
            s.ref: (s.body.ref, s.constituency.ref if s.constituency else "", s.office, s.number, s.ended_at is None)
            for s in Seat.objects.filter(**here).select_related("body", "constituency")
        },
        "terms": {
            t.ref: (
                t.seat.ref, t.membership.ref, t.starts_at, t.ends_at, t.ended_at,
                "moved" if t.ended_index is not None and t.ended_index == sealed else t.ended_by,
                t.ended_index, t.credential,
            )
            for t in Term.objects.filter(seat__body__federation=federation).select_related("seat", "membership")
        },
        "alternates": sorted(
            (
                a.constituency.ref if a.constituency else f"{a.body.ref}/{a.office}", a.order, a.membership.ref,
                a.ends_at, a.used_at is not None,
            )
            for a in Alternate.objects.filter(**here).select_related("body", "constituency", "membership")
        ),
        "elections": {
            e.ref: (e.state, e.places, e.runoff_of.ref if e.runoff_of else "", e.ballot.ref if e.ballot else "")
            for e in Election.objects.filter(**here).select_related("runoff_of", "ballot")
        },
        "draws": {d.ref: (d.office, d.places, d.drawn_at is not None) for d in Draw.objects.filter(**here)},
        "mandates": {
            m.ref: (m.constituency.ref, m.position, m.binding, m.state)
            for m in Mandate.objects.filter(constituency__body__federation=federation).select_related("constituency")
        },
        "recalls": {
            r.ref: (r.term.ref, r.state, r.votes_from)
            for r in Recall.objects.filter(term__seat__body__federation=federation).select_related("term")
        },
        "meetings": {
            m.ref: (m.body.ref, m.state, m.starts_at, m.entitled or 0)
            for m in Meeting.objects.filter(**here).select_related("body")
        },
        "motions": {
            m.ref: (
                m.body.ref, m.kind, m.state, m.decided_at, m.decided_index, m.charter.hash if m.charter else "",
                m.waits_until,
            )
            for m in Motion.objects.filter(**here).select_related("body", "charter")
        },
        "fractions": {
            f.ref: (f.body.ref, sorted(f.members.values_list("term__ref", flat=True)), f.ended_at is None)
            for f in Fraction.objects.filter(**here).select_related("body")
        },
    }  # fmt: skip
