"""Meetings: convened with notice, opened with a quorum, closed. Who is in the room, only those in it can say."""

from weft.deliberation.meetings import check_notice, check_open
from weft.replay._act import Act
from weft.replay._standing import acted, entitled_for_quorum, to_tell, voters
from weft.replay.state import Meeting


def meeting_convened(act: Act) -> None:
    """By office, or by the signatures of those whom the charter lets call a meeting."""
    starts = act.instant("starts")
    if starts is None:
        act.diverge("starts", None, "a time", "replay.malformed")
    called = act.text("by") != "office"
    check_notice(act.rule, convened_at=act.at, starts_at=starts)
    if called:
        share = {"voters": act.rule.convened_by, "base": act.rule.convened_by_base}.get(act.text("by"))
        act.holds("by", share is not None, act.text("by"), "a right in the charter")
        act.holds(
            "signatures", act.number("signatures") >= act.number("needed") > 0, act.number("signatures"), "enough"
        )
        act.skip("signatures", "private")  # who signed, and of how many when it began, stays with the call
    else:
        acted(act, "meeting.convene")
    act.same("told", act.number("told"), to_tell(act.state, act.body, act.at))
    act.document("notice")
    lines = act.lines("told")
    if lines is not None:
        act.same("documents.told", sorted(lines), sorted(voters(act.state, [act.body], act.at)))
    act.finding()
    ref = act.made("g", "meeting")
    act.state.meetings[ref] = Meeting(ref, act.entry.body, starts, called)


def meeting_of(act: Act, *states: str) -> Meeting:
    """The meeting that the entry names, in this body and in one of these states."""
    meeting = act.known(act.state.meetings, "meeting")
    act.same("body", act.entry.body, meeting.body)
    act.holds("state", meeting.state in states, meeting.state, states)
    return meeting


def agenda_item_added(act: Act) -> None:
    meeting = meeting_of(act, "convened", "open")
    acted(act, "meeting.convene")
    act.holds("number", act.number("number") > 0, act.number("number"), "from 1")
    if act.text("motion"):
        motion = act.known(act.state.motions, "motion")
        act.same("body", motion.body, meeting.body)
        act.holds("motion", motion.state in {"moved", "seconded", "suspended"}, motion.state, "moved")
    else:
        act.document("item")
    act.finding()


def meeting_opened(act: Act) -> None:
    """Not before its time, one at a time, and with a quorum of those entitled now."""
    meeting = meeting_of(act, "convened")
    acted(act, "meeting.open_called" if meeting.called else "meeting.open")
    act.same("meeting", [m.ref for m in act.state.meetings.values() if (m.body, m.state) == (meeting.body, "open")], [])
    entitled = entitled_for_quorum(act.state, act.body, act.rule.quorum.of, act.at)
    act.same("entitled", act.number("entitled"), entitled)
    present = act.number("present")
    found = check_open(
        act.rule, state="convened", starts_at=meeting.starts, now=act.at, present=present, entitled=entitled
    )
    act.finding(needed=found.needed)
    meeting.state, meeting.entitled = "open", entitled


def meeting_closed(act: Act) -> None:
    """Nothing that was put in it is left undecided."""
    meeting = meeting_of(act, "open")
    acted(act, "meeting.open_called" if meeting.called else "meeting.close")
    ballots = (act.state.ballots[m.ballot] for m in act.state.motions.values() if m.body == meeting.body and m.ballot)
    act.same("meeting", [b.ref for b in ballots if b.state == "open" and b.closes is None], [])
    act.holds("present", act.number("present") <= act.number("came"), act.number("present"), act.number("came"))
    lines = act.lines("attendance")
    if lines is not None:
        act.same("came", act.number("came"), len(lines))
    act.document("minutes_draft")
    act.finding()
    meeting.state = "closed"


def meeting_cancelled(act: Act) -> None:
    """Called off before it opens; what signatures called no officer calls off."""
    meeting = meeting_of(act, "convened")
    acted(act, "meeting.convene")
    act.holds("meeting", not meeting.called, meeting.ref, "a meeting called by office")
    act.finding()
    meeting.state = "cancelled"


__all__ = [
    "agenda_item_added", "meeting_cancelled", "meeting_closed", "meeting_convened", "meeting_of", "meeting_opened",
]  # fmt: skip
