"""Elections and draws: called, opened with candidates, counted anew; the places go to whom the count gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256

from weft.ballots import Count, QuorumFinding, draw_lots, roll_hash, words_contribution
from weft.ballots.papers import count_finding
from weft.charter.model import Office, SeatRule
from weft.errors import RuleBroken
from weft.federation.elections import (
    Declared,
    ballot_way,
    check_fill,
    check_notice,
    declare,
    election_end,
    election_quorum,
    in_turn,
    judge_quotas,
    vote_from,
    words_needed,
)
from weft.replay._act import Act
from weft.replay._keys import key_for, put_up
from weft.replay._seats import begin_terms, elected_already, keep_alternates
from weft.replay._standing import (
    Electors,
    acted,
    acted_in,
    cannot_serve,
    current,
    entitled_for_quorum,
    places,
    places_up,
    seated,
)
from weft.replay._votes import ON_DEVICES, closed_by, closing, counted, named_at_close, opened
from weft.replay.state import Ballot, Draw, Election, Term

#: Rules that may keep a person from a place by what is known of them under another reference.
OF_THE_PERSON = frozenset({"candidate.serves", "seat.rotation", "office.rotation", "office.incompatible"})


# --- elections --------------------------------------------------------------------------------------------------


def election_called(act: Act) -> None:
    """For every place that is vacant or about to be; a run-off between the two first needs no caller."""
    electors = Electors.named(act)
    runoff = act.known(act.state.elections, "runoff_of") if "runoff_of" in act.data else None
    election = Election(
        ref=act.made("e", "election"),
        body=act.entry.body,
        constituency=electors.constituency.ref if electors.constituency else "",
        office=electors.office,
        places=act.number("places"),
        method=act.text("method"),
        votes_from=act.instant("votes_from") or act.at,
    )
    if runoff is not None:
        _runoff(act, runoff, election)
    else:
        acted_in(act, "election.call", electors.bodies)
        check_fill(electors.rule, "elect")
        act.same("places", election.places, len(places_up(act.state, electors, act.at)))
        act.holds("places", election.places > 0, 0, "a place to be filled")
        act.same("method", election.method, electors.elect.method)
        act.same("votes_from", election.votes_from, vote_from(electors.elect, act.at))
    running = [
        e.ref for e in act.state.elections.values() if _same(e, election) and e.state in {"nominations", "voting"}
    ]
    act.same("election", running, [])
    act.state.elections[election.ref] = election
    act.finding()


def _same(one: Election, other: Election) -> bool:
    return (one.body, one.constituency, one.office) == (other.body, other.constituency, other.office)


def _runoff(act: Act, first: Election, election: Election) -> None:
    act.same("by", act.entry.by, ())
    act.holds("runoff_of", _same(first, election) and first.between, first.ref, "an election that asks for a run-off")
    act.same("candidates", act.refs("candidates"), first.between)
    act.same("places", (election.places, election.method, election.votes_from), (1, "plurality", act.at))
    election.runoff_of, election.between, first.between = first.ref, first.between, ()


def _election(act: Act, state: str) -> tuple[Election, Electors]:
    election, electors = act.known(act.state.elections, "election"), Electors.named(act)
    constituency = electors.constituency.ref if electors.constituency else ""
    act.same(
        "election",
        (act.entry.body, constituency, electors.office),
        (election.body, election.constituency, election.office),
    )
    act.same("state", election.state, state)
    return election, electors


def election_opened(act: Act) -> None:
    """Once the notice is over, with candidates who may stand, and a frozen roll of the electors."""
    election, electors = _election(act, "nominations")
    acted_in(act, "election.open", electors.bodies)
    check_notice(electors.elect, votes_from=election.votes_from, now=act.at, of=electors.of)
    candidates = act.refs("candidates")
    act.holds("candidates", candidates, candidates, "somebody who stands")
    for candidate in candidates:
        if candidate not in act.state.members:
            act.diverge("candidates", candidate, "a member", "replay.reference")
    if election.runoff_of:
        act.holds("candidates", set(candidates) <= set(election.between), candidates, election.between)
    up = len(places_up(act.state, electors, act.at))
    act.same("places", act.number("places"), up)
    act.holds("places", up > 0, 0, "a place to be filled")
    elect = None if election.runoff_of else electors.elect
    election.method = elect.method if elect else election.method
    ballot = opened(
        act, electors.bodies, election.ref, method=election.method, options=candidates, places=up, elect=elect
    )
    _way(act, ballot, electors)
    if ballot.closes is not None:
        act.holds("way", ballot.way in {"open", ON_DEVICES}, ballot.way, "a vote that ends by itself")
        days = (ballot.closes - act.at).days
        act.same("closes", ballot.closes, election_end(act.charter.procedure, act.at, days=days))
    act.document("candidates")
    election.places, election.ballot, election.state = up, ballot.ref, "voting"
    election.candidates = candidates
    act.finding()


def _way(act: Act, ballot: Ballot, electors: Electors) -> None:
    """As the charter prescribes it; secret on devices where trustees hold a key and somebody has a voting key.

    Whether anybody had one, only the server knew; that a vote was on paper then is noted and not judged.
    """
    key = key_for(act, electors)
    way = ballot_way(electors.elect, electors=ballot.entitled, by_seats=electors.by_seats, key=key is not None)
    if way == ON_DEVICES and ballot.way == "paper":
        act.skip("way", "private")
        return
    act.same("way", ballot.way, way)
    if way == ON_DEVICES and key is not None:
        put_up(act, ballot, key)


def election_annulled(act: Act) -> None:
    """Taken back before its vote has opened."""
    election, electors = _election(act, "nominations")
    acted_in(act, "election.close", electors.bodies)
    election.state = "annulled"
    act.finding()


def election_closed_in_order(act: Act) -> None:
    """Rules 1 and 2: for whom can no longer serve at the close, the next in the count takes the place."""
    _election_closed(act, by_papers=False)


def election_closed(act: Act) -> None:
    """Since rules 3: that one whom the papers of the place name, where the election says so."""
    _election_closed(act, by_papers=True)


def _election_closed(act: Act, *, by_papers: bool) -> None:
    """The count, the quorum, the places and the alternates, all anew; and whether a run-off has to follow."""
    election, electors = _election(act, "voting")
    ballot = closing(act)
    act.same("ballot", (ballot.ref, ballot.places), (election.ballot, act.number("places")))
    count = counted(act, ballot)
    if ballot.board is not None:
        act.same("papers", count.papers, ballot.board.voters)
    closed_by(act, ballot, electors, "election.close", count.papers)
    found = _quorum(act, electors, count, ballot.entitled)
    declared = _declared(act, electors, count, ballot, met=found.met, by_papers=by_papers)
    terms = begin_terms(act, electors, act.items("terms"), declared.elected)
    act.same("act", act.entry.act, "federation.elected" if terms else "federation.election_failed")
    _keep(act, electors, election, declared, terms)
    act.same("alternates", act.refs("alternates"), declared.alternates)
    act.finding(**_finding(act, electors, count, declared, terms, found))
    election.state = "declared" if terms else "failed"
    election.elected = tuple(term.holder for term in terms)
    election.declared_at = act.at
    election.between = declared.runoff
    election.counted_back = {one.elected: one.vacated for one in declared.counted_back}
    if declared.runoff:
        act.follows("federation.election_called", election.ref, lambda _index: True)


def _quorum(act: Act, electors: Electors, count: Count, on_roll: int) -> QuorumFinding:
    of = electors.electing.quorum.of
    entitled = on_roll if electors.constituency else entitled_for_quorum(act.state, electors.body, of, act.at)
    return election_quorum(act.charter, electors.electing, papers=count.papers, entitled=max(entitled, count.papers))


def _declared(act: Act, electors: Electors, count: Count, ballot: Ballot, *, met: bool, by_papers: bool) -> Declared:
    """Who may take a place is asked again at the close; what is known of a person elsewhere stands in the entry."""
    unable = _unable(act, electors, ballot.options) if met else {}
    eligible = {one for one in ballot.options if one not in unable}
    named = named_at_close(act, ballot) if unable and by_papers else None
    wanted = _alternates_wanted(electors.rule, count.places)
    return declare(count, eligible=eligible, alternates=wanted, quorate=met, named=named)


def _alternates_wanted(rule: SeatRule | Office, places_: int) -> int:
    return rule.alternates * places_ if isinstance(rule, SeatRule) else rule.deputies


def _unable(act: Act, electors: Electors, options: Sequence[str]) -> Mapping[str, str]:
    """Candidate -> rule, as the finding has it: exactly those whom the state keeps out, and who are named besides."""
    recorded = act.entry.finding.get("unable", {})
    if not isinstance(recorded, dict) or not set(recorded) <= set(options):
        act.diverge("finding.unable", recorded, "candidates and rules", "replay.malformed")
    for candidate in options:
        rule, said = cannot_serve(act, electors, candidate), recorded.get(candidate, "")
        if rule == said or (rule and said):
            continue
        if rule or said not in OF_THE_PERSON:
            act.diverge("finding.unable", {candidate: said}, {candidate: rule})
        act.skip(f"unable {candidate}", "private")
    return recorded


def _keep(act: Act, electors: Electors, election: Election, declared: Declared, terms: Sequence[Term]) -> None:
    if not terms:
        return
    for term in terms:
        term.election = election.ref
    serving = [term.holder for term in terms]
    elected_already(act, electors, serving)
    waiting = [one for one in declared.elected if one not in serving]
    keep_alternates(act, electors, [*waiting, *declared.alternates], terms[0].ends, election.ref)


def _finding(  # noqa: PLR0917 - everything that a close finds
    act: Act, electors: Electors, count: Count, declared: Declared, terms: Sequence[Term], quorum: QuorumFinding
) -> dict[str, object]:
    credential = terms[0].credential if terms else ""
    return {
        "elected": [term.holder for term in terms],
        "alternates": declared.alternates,
        "passed_over": declared.passed_over,
        "unable": act.entry.finding.get("unable", {}) if quorum.met else {},
        **({"countback": [asdict(one) for one in declared.counted_back]} if declared.counted_back else {}),
        "drawn": count.drawn,
        "runoff": declared.runoff,
        **_how_counted(act, count),
        "vacant": count.places - len(terms),
        "quorum": asdict(quorum),
        "quotas": _quotas(act, electors),
        "credentials": {"pending": "commission", "confirmed": "record"}.get(credential, ""),
    }


def _how_counted(act: Act, count: Count) -> dict[str, object]:
    """Every stage by its hash, and what the election's quotas changed; as recorded where the votes are erased."""
    if act.documents(act.entry.documents.get("votes", "")) is not None:
        return count_finding(count)
    found = {name: act.entry.finding.get(name) for name in count_finding(count)}
    act.holds("finding.stages", isinstance(found["stages"], str), found["stages"], "a hash")
    return found


def _quotas(act: Act, electors: Electors) -> list[dict[str, object]]:
    """What each quota asks for. How many declared what it counts only they and the server know."""
    filled = len(seated(act.state, electors.body, act.at))
    rows = judge_quotas(act.charter.body(electors.body.kind).quotas, [()] * filled)
    recorded = act.entry.finding.get("quotas", [])
    found = []
    for number, row in enumerate(rows):
        held = recorded[number].get("held") if isinstance(recorded, list) and number < len(recorded) else None
        in_bounds = isinstance(held, int) and not isinstance(held, bool) and 0 <= held <= filled
        act.holds("finding.quotas", in_bounds, held, f"0 to {filled}")
        act.skip(f"quota {row.attribute}", "private")
        found.append({**asdict(row), "held": held})
    return found


# --- draws ------------------------------------------------------------------------------------------------------


def draw_called(act: Act) -> None:
    """The seed is committed to and the list frozen: all voters, but those who serve in a place that is not up."""
    caller, electors = acted(act, "draw.call"), Electors.named(act)
    state = act.state
    act.holds("office", isinstance(electors.rule, Office), electors.office, "an office")
    check_fill(electors.rule, "draw")
    running = [
        d.ref for d in state.draws.values() if (d.body, d.office, d.drawn) == (act.entry.body, electors.office, None)
    ]
    act.same("draw", running, [])
    up = places_up(state, electors, act.at)
    act.same("places", act.number("places"), len(up))
    act.holds("places", up, 0, "a place to be filled")
    held = [current(state, seat, act.at) for seat in places(state, electors) if seat not in up]
    serving = {term.holder for term in held if term is not None}
    voters = electors.voters(act)
    listed = [voter for voter, member in voters.items() if member not in serving]
    act.same("candidates", act.number("candidates"), len(listed))
    act.same("list", act.text("list"), roll_hash(listed))
    lines = act.lines("list")
    if lines is not None:
        act.same("documents.list", sorted(lines), sorted(listed))
    act.finding(words_needed=words_needed(len(voters)))
    ref = act.made("w", "draw")
    state.draws[ref] = Draw(
        ref, act.entry.body, electors.office, len(up), act.text("commitment"), tuple(lines or listed), caller
    )


def drawn(act: Act) -> None:
    """Seed, words and list give the order; the first of it who may serve take the places."""
    acted(act, "draw.open")
    electors, draw = Electors.named(act), act.known(act.state.draws, "draw")
    act.same("draw", (draw.body, draw.office, draw.drawn), (act.entry.body, electors.office, None))
    lines = act.lines("list")
    if lines is not None:
        act.same("documents.list", sorted(lines), sorted(draw.candidates))
    words = act.lines("words")
    given = act.number("words")
    act.holds("words", given >= words_needed(len(electors.voters(act))), given, "a word of two besides the caller")
    order = _order(act, draw, words, given, lines)
    passed = _passed_over(act)
    chosen = _chosen(act, electors, order, passed) if order is not None else _as_recorded(act, electors)
    up = len(places_up(act.state, electors, act.at))
    terms = begin_terms(act, electors, act.items("terms"), chosen, keep=False)
    keep_alternates(act, electors, chosen[up:], terms[0].ends if terms else None)
    draw.drawn = tuple(term.holder for term in terms)
    act.finding(passed_over=passed, list=roll_hash(draw.candidates))


def rotated(act: Act) -> None:
    """An office passes on: to the next in turn who may serve, when a turn has run out or a place stands empty."""
    electors, state = Electors.named(act), act.state
    act.holds("office", isinstance(electors.rule, Office), electors.office, "an office")
    check_fill(electors.rule, "rotate")
    here = places(state, electors)
    if act.entry.by:
        acted(act, "office.rotate")
    else:
        last = [state.terms[seat.terms[-1]] for seat in here if seat.terms]
        over = any(term.ended is None and not term.holds(act.at) for term in last)
        act.holds("by", over, "nobody", "somebody, while no turn has run out")
    held = [state.terms[ref] for seat in here for ref in seat.terms]
    began = {term.holder: term.starts for term in sorted(held, key=lambda term: term.starts)}
    passed = _passed_over(act)
    chosen = _chosen(act, electors, in_turn(electors.voters(act), began), passed)
    terms = begin_terms(act, electors, act.items("terms"), chosen, keep=False)
    act.holds("terms", terms, "none", "a place that passes on")
    act.finding(passed_over=passed)


def _order(
    act: Act, draw: Draw, words: list[str] | None, given: int, lines: list[str] | None
) -> tuple[str, ...] | None:
    """The order of the lot; None where the words have been erased and it cannot be drawn again."""
    seed = bytes.fromhex(act.text("seed"))
    contribution = words_contribution(words or [])
    order = draw_lots(seed, contribution, lines or draw.candidates, commitment=draw.commitment)
    if words is None:
        return None
    act.same("words", given, len(words))
    act.same("contribution", act.text("contribution"), sha256(contribution).hexdigest())
    return order


def _passed_over(act: Act) -> list[str]:
    passed = act.entry.finding.get("passed_over", [])
    if not isinstance(passed, list) or not all(isinstance(one, str) for one in passed):
        act.diverge("finding.passed_over", passed, "references", "replay.malformed")
    return passed


def _chosen(act: Act, electors: Electors, order: Sequence[str], passed: Sequence[str]) -> list[str]:
    """The first in the order who may serve, as many as there are places and deputies."""
    voters = electors.voters(act)
    wanted = len(places_up(act.state, electors, act.at)) + _alternates_wanted(electors.rule, 0)
    chosen: list[str] = []
    skipped: list[str] = []
    for voter in order:
        if len(chosen) == wanted:
            break
        member = voters.get(voter, "")
        rule = cannot_serve(act, electors, member) if member else "candidate.elector"
        if not rule and voter in passed:
            act.skip(f"passed over {voter}", "private")
        if rule or voter in passed:
            skipped.append(voter)
        else:
            chosen.append(member)
    act.same("finding.passed_over", list(passed), skipped)
    return chosen


def _as_recorded(act: Act, electors: Electors) -> list[str]:
    holders = [row.get("holder") for row in act.items("terms")]
    for holder in holders:
        rule = cannot_serve(act, electors, holder)
        if rule:
            raise RuleBroken(rule)
    return holders


__all__ = [
    "draw_called", "drawn", "election_annulled", "election_called", "election_closed", "election_opened", "rotated",
]  # fmt: skip
