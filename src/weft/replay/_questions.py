"""A question judged as `weft.deliberation.decide` asks for it: who closed it, and the numbers at that instant."""

from weft.charter.model import Decision
from weft.replay._act import Act
from weft.replay._standing import acted, entitled_for_quorum
from weft.replay._votes import ANSWERS, Votes, cast, question, still_valid
from weft.replay.state import Ballot, Meeting


def over_days(act: Act, ballot: Ballot, need: str) -> None:
    """The chair closes a vote in a meeting; one over days closes with its time, or when everybody has voted."""
    by_clock = not act.entry.by
    if not by_clock:
        acted(act, need)
    ended = ballot.closes is not None and act.at >= ballot.closes
    if by_clock or ballot.closes is not None:
        everybody = not by_clock and ballot.way == "open" and cast(act, 0) >= ballot.entitled
        act.holds("at", ended or everybody, act.at, ballot.closes)


def question_numbers(
    act: Act, ballot: Ballot, decision: Decision, meeting: Meeting | None
) -> tuple[dict[str, int], Votes | None]:
    """What `weft.deliberation.decide` asks for: recomputed where the record tells it, else bounded."""
    sums, votes = question(act, ballot)
    if "voted" in act.data:
        act.same("voted", act.number("voted"), sums.voted)
    names = ("present", "entitled", "votes_present", "votes_entitled")
    recorded = {name: act.number(name) for name in names}
    valid, rule = still_valid(act, ballot), decision.quorum or act.rule.quorum
    entitled = len(valid)
    if ballot.follows_seats and rule.of == "seats":
        entitled = max(entitled, entitled_for_quorum(act.state, act.body, "seats", act.at))
    given = sum(getattr(sums, answer) for answer in ANSWERS)
    if meeting is None:
        act.same("present", (recorded["present"], recorded["votes_present"]), (sums.voted, given))
    else:
        entitled = max(entitled, meeting.entitled if rule == act.rule.quorum else 0)
        least, most = given if ballot.way != "open" else 0, len(valid)
        act.holds(
            "present", least <= recorded["present"] <= max(most, least), recorded["present"], f"{least} to {most}"
        )
        most = max(most, given)
        act.holds(
            "votes_present", given <= recorded["votes_present"] <= most, recorded["votes_present"], f"{given} to {most}"
        )
    act.same("entitled", (recorded["entitled"], recorded["votes_entitled"]), (entitled, len(valid)))
    return {**{answer: getattr(sums, answer) for answer in ANSWERS}, **recorded}, votes


__all__ = ["over_days", "question_numbers"]
