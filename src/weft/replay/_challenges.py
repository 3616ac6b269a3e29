"""Challenges to elections, and what an annulled one takes back."""

from weft.federation.challenges import check_challenge, check_judge
from weft.replay._act import Act
from weft.replay._seats import end_term
from weft.replay._standing import Electors, acted, actor, checkers, holder_of
from weft.replay.state import Challenge, Election


def election_challenged(act: Act) -> None:
    """An elector says so within the days after the result, once."""
    electors, election = _election(act)
    member = acted(act, "election.challenge", electors.body, electors.constituency)
    if election.declared_at is None:
        act.diverge("election", election.ref, "an election with a result")
    check_challenge(act.charter.procedure, declared_at=election.declared_at, now=act.at)
    earlier = [c.ref for c in act.state.challenges.values() if (c.election, c.by) == (election.ref, member)]
    act.same("challenge", earlier, [])
    challenge = Challenge(act.made("h", "challenge"), election.ref, member)
    act.state.challenges[challenge.ref] = challenge
    act.document("reason")
    act.finding()


def challenge_decided(act: Act) -> None:
    """A member of the mandate commission who is no party decides; upheld, everything from the election ends now."""
    electors, election = _election(act)
    challenge = act.known(act.state.challenges, "challenge")
    act.same("election", election.ref, challenge.election)
    act.same("state", challenge.state, "open")
    who, allowed = holder_of(act.state, actor(act), act.at), checkers(act.state, act.body, act.at)
    act.holds("by", who in allowed, act.entry.by, f"one of {len(allowed)} of the mandate commission")
    check_judge(judge=who, challenger=challenge.by, candidates=frozenset(election.candidates))
    act.skip("by", "private")  # whether who decides is the same person under another reference
    act.document("reason")
    upheld = act.flag("upheld")
    terms = [t for t in act.state.terms.values() if t.election == election.ref and t.holds(act.at)] if upheld else []
    act.same("terms", act.refs("terms"), [term.ref for term in terms])
    act.finding()
    challenge.state = "upheld" if upheld else "rejected"
    if not upheld:
        return
    for term in terms:
        end_term(act, term, "annulled")
    for row in act.state.alternates.get(electors.key, []):
        row.used = row.used or row.election == election.ref
    election.state = "annulled"


def _election(act: Act) -> tuple[Electors, Election]:
    """The declared election that an entry names, with its electors."""
    electors, election = Electors.named(act), act.known(act.state.elections, "election")
    constituency = electors.constituency.ref if electors.constituency else ""
    where = (act.entry.body, constituency, electors.office)
    act.same("election", where, (election.body, election.constituency, election.office))
    act.same("state", election.state, "declared")
    return electors, election


__all__ = ["challenge_decided", "election_challenged"]
