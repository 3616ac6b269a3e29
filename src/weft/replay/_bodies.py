"""Councils, associations and their members come into being."""

from weft.deliberation import judge_founding
from weft.deliberation.founding import may_close
from weft.federation.accession import check_association
from weft.replay._act import Act
from weft.replay._laws import law, office_seats
from weft.replay._seats import seats_follow
from weft.replay._standing import acted
from weft.replay.state import Application, Body, Member

# --- bodies -----------------------------------------------------------------------------------------------------


def add_body(act: Act, *, ref: str, kind: str, title: str) -> Body:
    """A body with the places of its offices, all vacant."""
    state = act.state
    act.holds("body", ref not in state.bodies, ref, "a new reference")
    rule = act.charter.bodies.get(kind)
    if rule is None:
        act.diverge("kind", kind, "a kind of body in the charter")
    body = Body(ref, kind, rule.type, title, len(state.bodies), act.index, act.at)
    state.bodies[ref] = body
    office_seats(state, body, rule, act.index)
    return body


def link(act: Act, lower: Body, upper: Body) -> None:
    act.holds("link", lower.ref != upper.ref, lower.ref, "another body")
    if upper.ref not in lower.uppers:
        lower.uppers.append(upper.ref)
        upper.lowers.append(lower.ref)


def add_members(act: Act, body: Body, number: int, name: str = "members", prefix: str = "") -> tuple[str, ...]:
    """Admit so many by this entry, as m<index>-1 and so on; no reference and no commitment stands twice."""
    refs = tuple(f"{prefix or f'm{act.index}'}-{n}" for n in range(1, number + 1))
    act.holds(name, not act.state.members.keys() & set(refs), refs, "new references")
    lines = act.lines(name)
    commitments = [""] * number
    if lines is not None:
        parts = [line.partition(" ") for line in lines]
        act.same(f"documents.{name}", [ref for ref, _, _ in parts], refs)
        commitments = [commitment for _, _, commitment in parts]
        act.holds(f"documents.{name}", all(len(one) == 64 for one in commitments), commitments, "a commitment each")
        twice = len(set(commitments)) != number or act.state.commitments.intersection(commitments)
        act.holds(f"documents.{name}", not twice, "a commitment that stands twice", "one commitment a member")
        act.state.commitments.update(commitments)
    for ref, commitment in zip(refs, commitments, strict=True):
        body.members[ref] = Member(ref, body.ref, commitment, [(act.index, "admitted")])
        act.state.members[ref] = body.ref
    body.admitted += number
    return refs


def uppers_of(act: Act, body: Body) -> list[Body]:
    """The bodies of the federation in which the charter gives bodies of this kind seats."""
    bodies = act.charter.bodies
    kinds = [kind for kind, rule in bodies.items() if any(seat.sender == body.kind for seat in rule.seats)]
    return [one for one in act.state.bodies.values() if one.kind in kinds and one.until_index is None]


# --- founding ---------------------------------------------------------------------------------------------------


def founded(act: Act) -> None:
    """A council founds itself: the first entry of a record, judged by the charter that it adopts."""
    state = act.state
    if act.index or act.entry.by:
        act.diverge("index", act.index, "the first entry, by nobody alone")
    found = law(act, "charter", act.entry.charter)
    state.in_force.append((0, found.hash))
    state.origin = act.text("origin")
    kind, gathered = act.text("kind"), act.number("gathered")
    votes = {answer: act.number(answer) for answer in ("yes", "no", "abstain")}
    judged = judge_founding(found, kind=kind, gathered=gathered, **votes)
    act.holds("carried", judged.verdict.carried, votes, f"{judged.verdict.needed} yes votes")
    voted = sum(votes.values())
    act.holds(
        "closed",
        may_close(gathered=gathered, voted=voted, yes_needed=judged.verdict.needed, yes=votes["yes"]),
        voted,
        gathered,
    )
    act.same("body", act.entry.body, "b0")
    body = add_body(act, ref="b0", kind=kind, title=act.text("title"))
    add_members(act, body, gathered)
    act.finding(needed=judged.verdict.needed, members=gathered)


def association_proposed(act: Act) -> None:
    """A member proposes an association, and is the first to ask to join it."""
    acted(act, "association.found")
    kind = act.text("kind")
    check_association(act.charter, kind)
    body = add_body(act, ref=act.made("b", "association"), kind=kind, title=act.text("title"))
    asked(act, f"q{act.index}", body)
    act.finding()
    founders_suffice(act, body)


OPEN = ("vouchers", "objection", "contested")  # states in which an application is neither in nor out


def asked(act: Act, ref: str, body: Body, count: int = 1, *, listed: bool = False) -> Application:
    """Somebody asks to be admitted, or an officer enters a list."""
    application = Application(ref, body.ref, listed, {"vouchers": count})
    return keep_application(act, application)


def keep_application(act: Act, application: Application) -> Application:
    """A reference of an application means one body's: those that moved along were numbered body by body."""
    key = f"{application.body}/{application.ref}"
    act.holds("application", key not in act.state.applications, application.ref, "a new reference")
    act.state.applications[key] = application
    return application


def is_gathering(body: Body) -> bool:
    """An association that was proposed and has not yet enough people to be founded."""
    return body.type == "association" and not body.members


def waiting(act: Act, body: Body) -> list[Application]:
    """Those who have asked and are neither in nor refused nor gone."""
    rows = (row for row in act.state.applications.values() if row.body == body.ref)
    return [row for row in rows if any(row.counts.get(state) for state in OPEN)]


def founders_suffice(act: Act, body: Body) -> None:
    """With enough founders the association's founding is the next entry."""
    act.follows(
        "federation.association_founded",
        body.ref,
        lambda _index: is_gathering(body) and len(waiting(act, body)) >= act.charter.membership.founders,
    )


def association_founded(act: Act) -> None:
    """The association exists, by the number of founders that the charter asks for; the seats above follow."""
    body = act.body
    act.same("association", act.text("association"), body.ref)
    act.same("kind", (act.text("kind"), act.text("title")), (body.kind, body.title))
    act.holds("association", is_gathering(body), body.ref, "an association that was proposed")
    people = waiting(act, body)
    needed = act.charter.membership.founders
    act.same("founders", act.number("founders"), len(people))
    act.holds("founders", len(people) >= needed, len(people), f"at least {needed}")
    for application in people:
        application.counts = {"admitted": 1}
    add_members(act, body, len(people))
    uppers = uppers_of(act, body)
    act.same("uppers", act.refs("uppers"), [upper.ref for upper in uppers])
    for upper in uppers:
        link(act, body, upper)
    act.finding(needed=needed)
    for upper in uppers:
        seats_follow(act, upper)


def set_status(act: Act, member: Member, status: str) -> None:
    """The new status of a member; the number of those who vote follows."""
    body = act.state.bodies[member.body]
    body.admitted += (status == "admitted") - (member.status == "admitted")
    member.history.append((act.index, status))


__all__ = [
    "OPEN", "add_body", "add_members", "asked", "association_founded", "association_proposed", "founded",
    "founders_suffice", "is_gathering", "keep_application", "link", "set_status", "uppers_of", "waiting",
]  # fmt: skip
