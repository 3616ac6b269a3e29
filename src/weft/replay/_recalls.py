"""Recalls and mandates: what electors demand of those whom they sent."""

from dataclasses import asdict

from weft.errors import RuleBroken
from weft.federation.accession import Answer
from weft.federation.elections import voting_end
from weft.federation.mandates import binds
from weft.federation.recall import decide_recall, signatures_needed, vote_from
from weft.replay._act import Act
from weft.replay._seats import end_term, next_steps_up
from weft.replay._standing import Electors, acted, acted_in, constituency_rule, recall_rule
from weft.replay._votes import ANSWERS, WAYS, answered, closed_by, closing, opened, question
from weft.replay.state import Mandate, Recall, Term

RECALL_OPEN = frozenset({"signatures", "notice", "voting"})
POSITIONS = frozenset({"", "yes", "no", "abstain"})


# --- recalls ----------------------------------------------------------------------------------------------------


def recall_started(act: Act) -> None:
    """An elector starts the recall of a term that holds, and none of it is open yet."""
    electors, term = _term(act)
    acted(act, "recall.start", constituency=electors.constituency)
    open_ = [r.ref for r in act.state.recalls.values() if r.term == term.ref and r.state in RECALL_OPEN]
    act.same("recall", open_, [])
    recall = Recall(act.made("r", "recall"), term.ref)
    act.state.recalls[recall.ref] = recall
    act.document("reason")
    _needed(act, electors, term)


def _term(act: Act) -> tuple[Electors, Term]:
    electors, term = Electors.named(act), act.known(act.state.terms, "term")
    seat = act.state.seats[term.seat]
    act.same("seat", act.text("seat"), seat.ref)
    constituency = electors.constituency.ref if electors.constituency else ""
    act.same("seat", (act.entry.body, constituency, electors.office), (seat.body, seat.constituency, seat.office))
    act.holds("term", term.holds(act.at), term.ref, "a term that holds")
    return electors, term


def _needed(act: Act, electors: Electors, term: Term, **more: object) -> int:
    """How many must sign, of so many electors; the finding says both."""
    count = _count(act, electors)
    needed = signatures_needed(recall_rule(act.state, act.state.seats[term.seat]), electors=count, of=electors.of)
    act.finding(needed=needed, electors=count, **more)
    return needed


def _count(act: Act, electors: Electors) -> int:
    """The electors; where several bodies elect together, one person may be in two, so it may be fewer."""
    found, recorded = len(electors.voters(act)), act.entry.finding.get("electors")
    if len(electors.bodies) > 1 and type(recorded) is int and 0 < recorded < found:
        act.skip("electors", "private")
        return recorded
    return found


def _recall(act: Act, *states: str) -> Recall:
    recall = act.known(act.state.recalls, "recall")
    act.same("term", act.text("term"), recall.term)
    act.holds("state", recall.state in states, recall.state, states)
    return recall


def recall_opened(act: Act) -> None:
    """Enough electors have signed, each once; the delegate has the notice days to answer."""
    recall = _recall(act, "signatures")
    electors, term = _term(act)
    act.same("by", act.entry.by, ())
    signed = act.entry.finding.get("signatures")
    if type(signed) is not int:
        act.diverge("finding.signatures", signed, "a number", "replay.malformed")
    lines = act.lines("signatures")
    if lines is not None:
        act.same("documents.signatures", lines, sorted(set(lines)))
        outside = set(lines) - set(electors.voters(act).values())
        act.same("documents.signatures", sorted(outside), [])
        act.same("finding.signatures", signed, len(lines))
    needed = _needed(act, electors, term, signatures=signed)
    act.holds("finding.signatures", signed >= needed, signed, f"at least {needed}")
    rule = recall_rule(act.state, act.state.seats[term.seat])
    if rule is None:
        raise RuleBroken(f"{electors.of}.recall")
    recall.state, recall.votes_from = "notice", vote_from(rule, act.at)
    act.same("votes_from", act.data.get("votes_from"), recall.votes_from)


def recall_answered(act: Act) -> None:
    """Whoever fills the place answers, once."""
    recall = _recall(act, *RECALL_OPEN)
    _, term = _term(act)
    act.same("by", act.entry.by, (term.seat,))
    act.holds("answer", not recall.answered, "a second answer", "one answer")
    recall.answered = True
    act.document("answer")
    act.finding()


def recall_vote_opened(act: Act) -> None:
    """The notice is over: any elector, or time alone, opens the vote of all electors."""
    recall = _recall(act, "notice")
    electors, term = _term(act)
    if act.entry.by:
        acted(act, "recall.open", constituency=electors.constituency)
    act.holds("at", recall.votes_from is not None and act.at >= recall.votes_from, act.at, recall.votes_from)
    rule = recall_rule(act.state, act.state.seats[term.seat])
    if rule is None:
        raise RuleBroken(f"{electors.of}.recall")
    ballot = opened(act, electors.bodies, recall.ref)
    act.same("way", ballot.way, WAYS[rule.ballot])
    act.same("closes", ballot.closes, voting_end(act.charter.procedure, act.at) if ballot.way == "open" else None)
    recall.state, recall.ballot = "voting", ballot.ref
    act.finding()


def recall_closed(act: Act) -> None:
    """Judged anew; on passing, the seat is void from this instant, and the next alternate steps up."""
    recall, electors = _recall(act, "voting"), Electors.named(act)
    term = act.state.terms[recall.term]
    act.same("seat", act.text("seat"), term.seat)
    ballot = closing(act)
    act.same("ballot", ballot.ref, recall.ballot)
    sums, _ = question(act, ballot)
    closed_by(act, ballot, electors, "election.close", sums.voted)
    act.same("electors", act.number("electors"), ballot.entitled)
    rule = recall_rule(act.state, act.state.seats[term.seat])
    if rule is None:
        raise RuleBroken(f"{electors.of}.recall")
    found = decide_recall(rule, electors=ballot.entitled, yes=sums.yes, no=sums.no, abstain=sums.abstain)
    holds = term.holds(act.at)
    passed = found.passed and holds
    act.same("act", act.entry.act, "federation.recalled" if passed else "federation.recall_failed")
    act.finding(
        voted=found.voted, needed=found.needed, electors=found.electors, passed=passed, verdict=asdict(found.verdict)
    )
    recall.state = "passed" if passed else "failed" if holds else "lapsed"
    if passed:
        end_term(act, term, "recalled")
        next_steps_up(act, term)


def recall_lapsed(act: Act) -> None:
    """The term ended by itself before anybody voted."""
    recall = _recall(act, "signatures", "notice")
    act.same("by", act.entry.by, ())
    act.holds("term", not act.state.terms[recall.term].holds(act.at), recall.term, "a term that has ended")
    recall.state = "lapsed"
    act.finding()


# --- mandates ---------------------------------------------------------------------------------------------------


def mandate_proposed(act: Act) -> None:
    """Any elector proposes what the delegates are to do; whether it binds, the charter says."""
    electors = _constituency(act)
    acted(act, "mandate.propose", constituency=electors.constituency)
    if electors.constituency is None:
        act.diverge("constituency", "none", "a constituency")
    act.holds("constituency", electors.constituency.until_index is None, electors.constituency.ref, "one that exists")
    position, binding = act.text("position"), act.flag("binding")
    act.holds("position", position in POSITIONS, position, sorted(POSITIONS))
    act.same("binding", binding, binds(constituency_rule(act.state, electors.constituency)))
    act.document("mandate")
    ref = act.made("i", "mandate")
    act.state.mandates[ref] = Mandate(ref, electors.constituency.ref, position, binding)
    act.finding()


def _constituency(act: Act) -> Electors:
    act.text("constituency")
    return Electors.named(act)


def _mandate(act: Act) -> tuple[Mandate, Electors]:
    mandate, electors = act.known(act.state.mandates, "mandate"), _constituency(act)
    same = (act.text("constituency"), act.text("position"), act.flag("binding"))
    act.same("mandate", same, (mandate.constituency, mandate.position, mandate.binding))
    return mandate, electors


def mandate_vote_opened(act: Act) -> None:
    """Put to the constituency, or, where it stands, to a vote on withdrawing it."""
    mandate, electors = _mandate(act)
    acted_in(act, "mandate.open", electors.bodies)
    act.holds(
        "state", mandate.state in {"proposed", "given"} and not mandate.ballot, mandate.state, "proposed or given"
    )
    act.same("withdrawing", act.flag("withdrawing"), mandate.state == "given")
    ballot = opened(act, electors.bodies, mandate.ref)
    act.same("way", ballot.way, "open")
    act.same("closes", ballot.closes, voting_end(act.charter.procedure, act.at))
    mandate.ballot = ballot.ref
    act.finding()


def mandate_closed(act: Act) -> None:
    """Given or rejected; withdrawn or kept: by the majority of ordinary decisions among the electors."""
    mandate, electors = _mandate(act)
    ballot = closing(act)
    act.same("ballot", ballot.ref, mandate.ballot)
    found = answered(act, ballot, "ordinary", electors.bodies[0], "electors")
    closed_by(act, ballot, electors, "mandate.open", sum(act.number(one) for one in ANSWERS))
    words = ("withdrawn", "kept") if mandate.state == "given" else ("given", "rejected")
    outcome = words[0] if found.carried else words[1]
    act.same("act", act.entry.act, f"federation.mandate_{outcome}")
    act.finding(**_answer(found))
    mandate.ballot = ""
    mandate.state = "given" if outcome == "kept" else outcome
    if outcome == "given":
        mandate.given_at = act.at


def _answer(found: Answer) -> dict[str, object]:
    return {"carried": found.carried, "quorum": asdict(found.quorum), "verdict": asdict(found.verdict)}


__all__ = [
    "mandate_closed", "mandate_proposed", "mandate_vote_opened", "recall_answered", "recall_closed", "recall_lapsed",
    "recall_opened", "recall_started", "recall_vote_opened",
]  # fmt: skip
