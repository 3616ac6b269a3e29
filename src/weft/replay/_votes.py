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
    count_election,
    draw_lots,
    lot_commitment,
    papers_from_sums,
    roll_hash,
    tally,
)
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
) -> Ballot:
    """A ballot as its entry opens it: the voters of these bodies, all of them and nobody else, are on the roll."""
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
    )
    ways = sorted({*WAYS.values(), ON_DEVICES})
    act.holds("way", ballot.way in ways, ballot.way, ways)
    act.same("method", ballot.method, method)
    act.same("options", act.number("options"), len(options))
    act.holds("closes", ballot.closes is None or ballot.closes > act.at, ballot.closes, f"after {act.at}")
    act.state.ballots[ballot.ref] = ballot
    return ballot


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
    """What lay in the ballot. by_name: voter -> choice; sums: what two tellers counted. text: the document."""

    text: str
    by_name: Mapping[str, object]
    sums: Mapping[str, int]


def votes_of(act: Act, ballot: Ballot) -> Votes | None:
    """The votes' document, read strictly: of this ballot, each voter once and on the roll. None if erased."""
    text = act.document("votes")
    if text is None:
        return None
    head, *lines = text.split("\n")
    act.same("documents.votes", head, f"{ballot.ref} {ballot.way} {ballot.method}")
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
    """An election counted anew: from the votes, or, where they are erased, from each candidate's line."""
    seed = act.text("seed")
    if len(seed) != 64 or lot_commitment(bytes.fromhex(seed)) != ballot.lot:
        act.diverge("seed", seed, "the seed that was committed to")
    votes = votes_of(act, ballot)
    if votes is None:
        count = _from_lines(act, ballot)
    else:
        if ballot.way == "open":
            valid = still_valid(act, ballot)
            papers: list[Any] = [(choice, 1) for voter, choice in sorted(votes.by_name.items()) if voter in valid]
            given = len(papers)
        else:
            papers, given = papers_from_sums(ballot.method, votes.sums, ballot.options), votes.sums.get("papers", 0)
        count = count_election(
            ballot.method,
            papers,  # what a paper may be, count_election checks
            candidates=ballot.options,
            places=ballot.places,
            papers_given=given,
            lot=lambda tied: draw_lots(bytes.fromhex(seed), votes.text.encode(), tied, commitment=ballot.lot),
        )
    act.holds("papers", count.papers <= ballot.entitled, count.papers, f"at most {ballot.entitled}")
    act.same("method", act.text("method"), count.method)
    act.same("papers", act.number("papers"), count.papers)
    act.same("lines", act.items("lines"), [[one.candidate, one.yes, one.no, one.abstain] for one in count.lines])
    return count


def _from_lines(act: Act, ballot: Ballot) -> Count:
    """The same rule over the recorded sums. Ties stand as recorded: the lot needs the votes."""
    sums: dict[str, int] = {}
    for line in act.items("lines"):
        candidate, *numbers = line
        names = [f"{candidate}/{answer}" for answer in ANSWERS] if ballot.method == "yes_no" else [candidate]
        sums |= dict(zip(names, numbers, strict=False))
    drawn = act.entry.finding.get("drawn", [])
    return count_election(
        ballot.method,
        papers_from_sums(ballot.method, sums, ballot.options),
        candidates=ballot.options,
        places=ballot.places,
        papers_given=act.number("papers"),
        lot=lambda tied: sorted(tied, key=lambda one: (drawn.index(one) if one in drawn else -1, one)),
    )


__all__ = [
    "ANSWERS", "ON_DEVICES", "WAYS", "Votes", "answer_finding", "answered", "cast", "check_tellers", "closed_by",
    "closing", "counted", "opened", "opened_by", "over", "question", "still_valid", "votes_of",
]  # fmt: skip
