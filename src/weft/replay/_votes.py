"""Ballots: opened with a frozen roll, closed with votes that are on it, each voter once.

A result is judged from the votes' document where it is at hand; where it has been erased, from the numbers in
the entry, and that is noted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weft.ballots import (
    Count,
    Tally,
    draw_lots,
    lot_commitment,
    papers_from_sums,
    roll_hash,
    tally,
)
from weft.ballots.counting import Line
from weft.ballots.counting.model import Lot
from weft.ballots.papers import WHOLE, Named, PapersInvalid, check_papers, marked, papers_lot, read_document
from weft.charter.model import Elect
from weft.errors import RuleBroken
from weft.federation.accession import Answer, judge_answer
from weft.replay._act import Act
from weft.replay._standing import Electors, acted, acted_in, current, seats_in, voters
from weft.replay.state import Ballot, Board, Body

QUESTION = "question"
ANSWERS = ("yes", "no", "abstain")
WAYS = {"open": "open", "counted": "counted", "secret": "paper"}  # of the charter -> of a ballot without devices
ON_DEVICES = "secret"
TELLERS = 2


# --- opening ----------------------------------------------------------------------------------------------------


def opened(
    act: Act,
    bodies: Sequence[Body],
    subject: str,
    *,
    method: str = QUESTION,
    options: Sequence[str] = ANSWERS,
    places: int = 1,
    elect: Elect | None = None,
) -> Ballot:
    """A ballot as its entry opens it: the voters of these bodies, all of them and nobody else, are on the roll.

    elect: of an election, the charter's rule; its quotas count what the entry says that candidates declare.
    """
    roll = voters(act.state, bodies, act.at)
    entitled = act.number("entitled")
    whole = _same_roll(act, roll, entitled, several=len(bodies) > 1)
    act.holds("entitled", entitled > 0, entitled, "at least one voter")
    ballot = Ballot(
        ref=act.made("v", "ballot"),
        way=act.text("way"),
        method=act.text("method"),
        entitled=entitled,
        lot=act.text("lot"),
        options=tuple(options),
        places=places,
        bodies=tuple(body.ref for body in bodies),
        roll=roll,
        whole=whole,
        closes=act.instant("closes"),
        follows_seats=not bodies[0].by_people,
        subject=subject,
        from_index=act.index,
        choices=elect.choices if elect else None,
        quotas=elect.quotas if elect else (),
        attributes=_declared(act, elect, options) if elect else {},
    )
    ways = sorted({*WAYS.values(), ON_DEVICES})
    act.holds("way", ballot.way in ways, ballot.way, ways)
    act.same("method", ballot.method, method)
    act.same("options", act.number("options"), len(options))
    act.holds("closes", ballot.closes is None or ballot.closes > act.at, ballot.closes, f"after {act.at}")
    act.state.ballots[ballot.ref] = ballot
    return ballot


def _declared(act: Act, elect: Elect, candidates: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Candidate -> what was declared for this election: only what its quotas count."""
    if not elect.quotas:
        act.holds("attributes", "attributes" not in act.data, "attributes", "none, as no quota counts them")
        return {}
    counted_ = {quota.attribute for quota in elect.quotas}
    declared = act.data.get("attributes")
    if not isinstance(declared, dict):
        act.diverge("attributes", declared, "what each candidate declares", "replay.malformed")
    for name, attributes in declared.items():
        sound = name in candidates and isinstance(attributes, list) and attributes
        act.holds("attributes", sound and attributes == sorted(counted_ & set(attributes)), declared, sorted(counted_))
    return {name: tuple(attributes) for name, attributes in declared.items()}


def _same_roll(act: Act, roll: Mapping[str, str], entitled: int, *, several: bool) -> bool:
    """Whether the roll is exactly these voters. Where several bodies vote together, one person may be in two."""
    if entitled == len(roll) or not several:
        act.same("entitled", entitled, len(roll))
        act.same("roll", act.text("roll"), roll_hash(roll))
        return True
    act.holds("entitled", entitled < len(roll), entitled, f"at most {len(roll)}")
    act.skip("roll", "private")
    return False


def check_tellers(act: Act, ballot: Ballot, body: Body) -> None:
    """Nobody opens a vote that nobody can count."""
    if ballot.way == "open":
        return
    places = seats_in(act.state, body, offices=True)
    filled = sum(s.office == "teller" and current(act.state, s, act.at) is not None for s in places)
    act.holds("way", filled >= TELLERS, ballot.way, f"{filled} tellers of {TELLERS}")


def closing(act: Act, name: str = "ballot") -> Ballot:
    """The ballot that this entry closes: it was open until now."""
    ballot = act.known(act.state.ballots, name)
    act.same("ballot", ballot.state, "open")
    ballot.state = "closed"
    return ballot


# --- who may close ----------------------------------------------------------------------------------------------


def closed_by(act: Act, ballot: Ballot, electors: Electors, need: str, voted: int) -> None:
    """Time, an officer, any elector once the time has run out, or two tellers who agree."""
    over = ballot.way == "open" and ballot.closes is not None and ballot.closes <= act.at
    by = act.entry.by
    if ballot.board is not None:
        opened_by(act, ballot.board)
    elif not by:
        act.holds("by", over, "nobody", f"somebody, until {ballot.closes}")
    elif over:
        acted(act, "ballot.close_due", electors.body, electors.constituency)
    elif ballot.way != "open" and len(by) == TELLERS:
        act.holds("by", len(set(by)) == TELLERS, by, "two tellers")
        for teller in by:
            acted_in(act, "ballot.count", electors.bodies, teller)
    else:
        acted_in(act, need, electors.bodies)
        if ballot.way == "open" and ballot.closes is not None:
            act.same("voted", cast(act, voted), ballot.entitled)


def opened_by(act: Act, board: Board) -> None:
    """A sealed sum is opened by as many of those who made its key as it takes, in office or not."""
    key = act.state.trustee_keys[board.key]
    by = act.entry.by
    act.same("ballot", board.state, "sealed")
    act.holds("by", len(set(by)) == len(by) >= key.threshold, by, f"{key.threshold} trustees of {key.ref}")
    act.holds("by", set(by) <= set(key.trustees), by, key.trustees)


def over(act: Act, ballot: Ballot, need: str) -> None:
    """A question over days: time alone closes it when it has run out, else somebody, once everybody has voted."""
    ended = ballot.closes is not None and act.at >= ballot.closes
    if not act.entry.by:
        act.holds("by", ended, "nobody", f"somebody, until {ballot.closes}")
        return
    acted(act, need)
    if ballot.closes is not None and not ended:
        act.same("voted", cast(act, sum(act.number(one) for one in ANSWERS)), ballot.entitled)


def cast(act: Act, counted_: int) -> int:
    """Votes given in by name, those included that fell with a seat; where they are erased, those that counted."""
    content = act.documents(act.entry.documents.get("votes", ""))
    return counted_ if content is None else content.count(b"\n") - 1


# --- votes ------------------------------------------------------------------------------------------------------


def still_valid(act: Act, ballot: Ballot) -> dict[str, int]:
    """Voter -> weight, for the votes that count now: on a roll of seats a vote by name falls with the seat."""
    if not ballot.follows_seats or ballot.way != "open":
        return dict.fromkeys(ballot.roll, 1)
    now = voters(act.state, [act.state.bodies[ref] for ref in ballot.bodies], act.at)
    return {voter: 1 for voter, member in ballot.roll.items() if now.get(voter) == member}


@dataclass(frozen=True, slots=True)
class Votes:
    """What lay in the ballot. by_name: voter -> choice; sums: what two tellers counted, or the papers they found.

    text: the document.
    """

    text: str
    by_name: Mapping[str, object]
    sums: Mapping[str, int]


def votes_of(act: Act, ballot: Ballot) -> Votes | None:
    """The votes' document, read strictly: of this ballot, each voter once and on the roll. None if erased."""
    text = act.document("votes")
    if text is None:
        return None
    expected = f"{ballot.ref} {ballot.way} {ballot.method}"
    if ballot.way != "open" and ballot.method in WHOLE:
        return Votes(text, {}, _papers(act, ballot, text, expected))
    head, *lines = text.split("\n")
    act.same("documents.votes", head, expected)
    rows: dict[str, object] = {}
    for line in lines[:-1]:
        voter, _, said = line.partition(" ")
        if voter in rows:
            act.diverge("documents.votes", voter, "each voter once")
        if ballot.way == "open" and voter not in ballot.roll:
            act.diverge("documents.votes", voter, "a voter on the roll")
        try:
            rows[voter] = json.loads(said)
        except (ValueError, RecursionError):
            act.diverge("documents.votes", said[:80], "a vote", "replay.malformed")
    if len(rows) > ballot.entitled and ballot.way == "open":
        act.diverge("documents.votes", len(rows), f"at most {ballot.entitled} votes")
    if ballot.way == "open":
        return Votes(text, rows, {})
    sums = {line: n for line, n in rows.items() if isinstance(n, int) and not isinstance(n, bool) and n >= 0}
    act.same("documents.votes", len(sums), len(rows))
    return Votes(text, {}, sums)


def _papers(act: Act, ballot: Ballot, text: str, head: str) -> dict[str, int]:
    """Two tellers' papers: exactly what would be written of them again."""
    try:
        papers = read_document(text, head, ballot.terms)
        check_papers(papers, ballot.terms, entitled=ballot.entitled)
    except (PapersInvalid, RuleBroken) as problem:
        act.diverge("documents.votes", str(problem)[:200], "the papers of this election", "replay.malformed")
    return papers


def question(act: Act, ballot: Ballot) -> tuple[Tally, Votes | None]:
    """The sums of a question as the entry has them; compared with the votes where these are at hand."""
    recorded = {answer: act.number(answer) for answer in ANSWERS}
    given = sum(recorded.values())
    act.holds("votes", given <= ballot.entitled, given, f"at most {ballot.entitled}")
    votes = votes_of(act, ballot)
    if votes is None:
        return Tally(**recorded, voted=given), None
    valid = still_valid(act, ballot)
    if ballot.way == "open":
        counted = tally(valid, {voter: choice for voter, choice in votes.by_name.items() if voter in valid})
    else:
        act.same("documents.votes", sorted(votes.sums), sorted(ANSWERS))
        counted = Tally(**votes.sums, voted=sum(votes.sums.values()))
    for answer in ANSWERS:
        act.same(answer, recorded[answer], getattr(counted, answer))
    return counted, votes


def answered(act: Act, ballot: Ballot, kind: str, body: Body, entitled: str = "entitled") -> Answer:
    """A question over days judged by a kind of decision, as `weft.federation.accession.judge_answer` does."""
    act.same(entitled, act.number(entitled), ballot.entitled)
    sums, _ = question(act, ballot)
    return judge_answer(
        act.charter,
        act.charter.body(body.kind),
        kind,
        yes=sums.yes,
        no=sums.no,
        abstain=sums.abstain,
        entitled=ballot.entitled,
    )


def answer_finding(found: Answer) -> dict[str, object]:
    return {
        "quorum": found.quorum.needed,
        "base": found.verdict.base,
        "needed": found.verdict.needed,
        "carried": found.carried,
    }


def counted(act: Act, ballot: Ballot) -> Count:
    """An election counted anew: from the votes, or, where they are erased, from what the entry says of them."""
    seed = act.text("seed")
    if len(seed) != 64 or lot_commitment(bytes.fromhex(seed)) != ballot.lot:
        act.diverge("seed", seed, "the seed that was committed to")
    votes = votes_of(act, ballot)
    count = _as_recorded(act, ballot) if votes is None else _counted(act, ballot, votes, bytes.fromhex(seed))
    act.holds("papers", count.papers <= ballot.entitled, count.papers, f"at most {ballot.entitled}")
    act.same("method", act.text("method"), count.method)
    act.same("papers", act.number("papers"), count.papers)
    act.same("lines", act.items("lines"), [[one.candidate, one.yes, one.no, one.abstain] for one in count.lines])
    act.same("order", act.items("order"), [list(count.elected), list(count.runners_up)])
    ballot.seed, ballot.votes = seed, act.entry.documents.get("votes", "")
    return count


def _counted(act: Act, ballot: Ballot, votes: Votes, seed: bytes) -> Count:
    """By the same rule, from the same papers, with the same lot; what a paper may be, the rule checks."""
    if ballot.way == "open" or ballot.method in WHOLE:
        return ballot.terms.count(_whole(act, ballot, votes), lot=_lot(ballot, votes, seed))
    papers, given = papers_from_sums(ballot.method, votes.sums, ballot.options), votes.sums.get("papers", 0)
    return ballot.terms.count(papers, given=given, lot=_lot(ballot, votes, seed))


def counted_back(act: Act, ballot: Ballot, *, vacated: str, available: Sequence[str]) -> Count | None:
    """Whom the papers of a vacated place name, counted from the document that the entry names again; None if erased."""
    act.same("documents.votes", act.entry.documents.get("votes"), ballot.votes)
    votes = votes_of(act, ballot)
    if votes is None:
        return None
    found = ballot.terms.count_back(
        _whole(act, ballot, votes),
        vacated=vacated,
        available=available,
        lot=_lot(ballot, votes, bytes.fromhex(ballot.seed)),
    )
    if found is None:
        act.diverge("finding.countback", act.entry.finding.get("countback"), "none: the papers name nobody")
    return found


def named_at_close(act: Act, ballot: Ballot) -> Named | None:
    """Whom the papers of a place name at the close of their election; as the entry has it where they are erased."""
    if not ballot.terms.counts_back:
        return None
    votes = votes_of(act, ballot)
    if votes is not None:
        return ballot.terms.named_by(_whole(act, ballot, votes), _lot(ballot, votes, bytes.fromhex(ballot.seed)))
    recorded = act.entry.finding.get("countback", [])

    def named(vacated: str, available: Sequence[str]) -> tuple[str, str] | None:
        for one in recorded if isinstance(recorded, list) else []:
            if isinstance(one, dict) and one.get("vacated") == vacated and one.get("elected") in available:
                return str(one["elected"]), str(one.get("stages"))
        return None

    return named


def _whole(act: Act, ballot: Ballot, votes: Votes) -> list[Any]:
    """Votes by name that hold still, or two tellers' whole papers, each with how many are like it."""
    if ballot.way != "open":
        return [(marked(paper, ballot.terms), number) for paper, number in votes.sums.items()]
    valid = still_valid(act, ballot)
    return [(choice, 1) for voter, choice in sorted(votes.by_name.items()) if voter in valid]


def _lot(ballot: Ballot, votes: Votes, seed: bytes) -> Lot:
    document = votes.text.encode()
    if ballot.way != "open" and ballot.method in WHOLE:
        return papers_lot(seed, document, ballot.terms.candidates, commitment=ballot.lot)
    return lambda tied: draw_lots(seed, document, tied, commitment=ballot.lot)


def _as_recorded(act: Act, ballot: Ballot) -> Count:
    """Where the votes are erased: the same rule over the recorded sums, ties as recorded, for the lot needs the votes.

    Of whole papers nothing is left to count; that the result was counted so stands in the entry alone.
    """
    elected, following = ([str(one) for one in group] for group in act.items("order"))
    order = [*elected, *following]
    if ballot.method in WHOLE:
        known = len(set(order)) == len(order) and set(order) <= set(ballot.options)
        act.holds("order", known and len(elected) <= ballot.places, order, f"candidates, {ballot.places} elected")
        lines = tuple(Line(*line) for line in act.items("lines"))
        drawn = tuple(str(one) for one in act.entry.finding.get("drawn", []))
        papers = act.number("papers")
        return Count(ballot.method, ballot.places, tuple(elected), tuple(following), lines, papers, drawn)
    sums: dict[str, int] = {}
    for line in act.items("lines"):
        candidate, *numbers = line
        answers = {"yes_no": [f"{candidate}/{answer}" for answer in ANSWERS], "list": [*ANSWERS]}
        sums |= dict(zip(answers.get(ballot.method, [candidate]), numbers, strict=False))
    return ballot.terms.count(
        papers_from_sums(ballot.method, sums, ballot.options),
        given=act.number("papers"),
        lot=lambda tied: sorted(tied, key=lambda one: (order.index(one) if one in order else -1, one)),
    )


__all__ = [
    "ANSWERS", "ON_DEVICES", "WAYS", "Votes", "answer_finding", "answered", "cast", "check_tellers", "closed_by",
    "closing", "counted", "counted_back", "opened", "opened_by", "over", "question", "still_valid", "votes_of",
]  # fmt: skip
