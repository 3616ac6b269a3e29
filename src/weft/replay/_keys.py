"""Secret votes on devices: the trustees' keys, and the boards up to the sum that trustees open.

What a ballot holds, the archive of the vote proves to anybody. Here is judged who had to make the key, how many are on
paper, that enough voted, and when. The archive is named by its head, so that the two belong together.
"""

from collections.abc import Mapping
from typing import Any

from weft.federation.elections import check_trustees, key_usable
from weft.replay._act import Act
from weft.replay._standing import Electors, acted, acted_in, current, seats_in
from weft.replay.state import Ballot, Board, Body, TrusteeKey

TRUSTEE = "trustee"
HEXADECIMAL = 64
RUNNING = ("committing", "committed")


# --- keys -------------------------------------------------------------------------------------------------------


def in_office(act: Act, body: Body) -> list[str]:
    """The members who hold the office of trustee, in the order of its places."""
    seats = sorted((s for s in seats_in(act.state, body, offices=True) if s.office == TRUSTEE), key=lambda s: s.number)
    held = (current(act.state, seat, act.at) for seat in seats)
    return [term.holder for term in held if term is not None]


def key_for(act: Act, electors: Electors) -> TrusteeKey | None:
    """The key for a vote of these electors: their own body's, else that of the body in which the places are."""
    own = electors.bodies[:1] if len(electors.bodies) == 1 else []
    return next((key for body in (*own, electors.body) if (key := _usable(act, body)) is not None), None)


def _usable(act: Act, body: Body) -> TrusteeKey | None:
    ready = [key for key in act.state.trustee_keys.values() if (key.body, key.state) == (body.ref, "ready")]
    if not ready:
        return None
    still = set(in_office(act, body)) & set(ready[-1].trustees)
    return ready[-1] if key_usable(threshold=ready[-1].threshold, in_office=len(still)) else None


def ceremony_opened(act: Act) -> None:
    """All who hold the office make the key, enough of them, and no other ceremony of the body is under way."""
    acted(act, "key.open")
    trustees = act.refs("trustees")
    act.same("trustees", trustees, in_office(act, act.body))
    check_trustees(act.charter.procedure, trustees=len(trustees))
    running = [
        key.ref for key in act.state.trustee_keys.values() if key.body == act.entry.body and key.state in RUNNING
    ]
    act.same("key", running, [])
    act.text("group")
    act.same("threshold", act.number("threshold"), len(trustees) // 2 + 1)
    ref = act.made("k", "key")
    act.state.trustee_keys[ref] = TrusteeKey(ref, act.entry.body, trustees, act.number("threshold"))
    act.finding()


def _key(act: Act, *states: str) -> TrusteeKey:
    key = act.known(act.state.trustee_keys, "key")
    act.same("body", act.entry.body, key.body)
    act.holds("state", key.state in states, key.state, states)
    act.finding()
    return key


def key_committed(act: Act) -> None:
    """Everybody's commitment, before anybody reveals."""
    key = _key(act, "committing")
    act.same("by", act.entry.by, ())
    commitments = act.items("commitments")
    act.same("commitments", len(commitments), len(key.trustees))
    key.state = "committed"


def key_made(act: Act) -> None:
    """The last has confirmed; an earlier key of the body is retired by it."""
    key = _key(act, "committed")
    act.same("by", act.entry.by, ())
    _hash(act, act.data, "trustees")
    for other in act.state.trustee_keys.values():
        if (other.body, other.state) == (key.body, "ready"):
            other.state = "retired"
    key.state = "ready"


def key_failed(act: Act) -> None:
    """One trustee complains of another's part: the ceremony ends without a key."""
    key = _key(act, "committed")
    by, against = act.number("by"), act.number("against")
    size = len(key.trustees)
    act.holds("against", 1 <= by <= size and 1 <= against <= size, (by, against), f"trustees 1 to {size}")
    key.state = "failed"


def key_ended(act: Act) -> None:
    """Given up before it was made, or retired."""
    key = _key(act, *RUNNING, "ready")
    acted(act, "key.end")
    key.state = "retired" if key.state == "ready" else "failed"
    act.same("state", act.text("state"), key.state)


# --- boards -----------------------------------------------------------------------------------------------------


def put_up(act: Act, ballot: Ballot, key: TrusteeKey) -> None:
    """The board of a ballot that is being opened on devices."""
    said = act.data.get("board")
    if not isinstance(said, dict):
        act.diverge("board", said, "an archive", "replay.malformed")
    act.same("board.key", said.get("key"), key.ref)
    for name in ("election", "credentials", "head"):
        _hash(act, said, name)
    paper = said.get("on_paper")
    fits = isinstance(paper, int) and not isinstance(paper, bool) and 0 <= paper < ballot.entitled
    if not isinstance(paper, int) or not fits:
        act.diverge("board.on_paper", paper, f"0 to {ballot.entitled - 1}")
    act.skip("on paper", "private")
    ballot.board = Board(key.ref, paper, act.charter.procedure.secret_minimum)


def _hash(act: Act, said: Mapping[str, Any], name: str) -> None:
    value = said.get(name)
    shaped = isinstance(value, str) and len(value) == HEXADECIMAL and set(value) <= set("0123456789abcdef")
    act.holds(name, shaped, value, "a SHA-256 in hexadecimal")


def _board(act: Act, state: str) -> tuple[Ballot, Board, Electors]:
    ballot, electors = act.known(act.state.ballots, "ballot"), Electors.named(act)
    if ballot.board is None:
        act.diverge("ballot", ballot.ref, "a secret vote on devices", "replay.reference")
    act.same("ballot", (ballot.state, ballot.board.state), ("open", state))
    act.same("ballot", ballot.bodies, [body.ref for body in electors.bodies])
    _hash(act, act.data, "head")
    act.finding()
    return ballot, ballot.board, electors


def casting_ended(act: Act) -> None:
    """Devices stop: by the clock, by any elector after it, or by an officer."""
    ballot, board, electors = _board(act, "voting")
    over = ballot.closes is not None and ballot.closes <= act.at
    if not act.entry.by:
        act.holds("by", over, "nobody", f"somebody, until {ballot.closes}")
    elif over:
        acted(act, "ballot.close_due", electors.body, electors.constituency)
    else:
        acted_in(act, "election.close", electors.bodies)
        if ballot.closes is not None:
            act.skip("all have voted", "elsewhere")  # the archive shows it
    act.same("on_paper", act.number("on_paper"), board.on_paper)
    board.state = "papers"


def ballot_sealed(act: Act) -> None:
    """The sum stands: every device's last ballot and the papers that two tellers counted; enough to be opened."""
    _sealed(act, "sealed")


def ballot_unopened(act: Act) -> None:
    """Too few voted: nobody may open it, the vote is over, and nobody is elected."""
    ballot = _sealed(act, "unopened")
    ballot.state = "closed"
    act.state.elections[ballot.subject].state = "failed"


def _sealed(act: Act, state: str) -> Ballot:
    ballot, board, electors = _board(act, "papers")
    if board.on_paper:
        act.holds("by", len(set(act.entry.by)) == len(act.entry.by) == 2, act.entry.by, "two tellers")
        for teller in act.entry.by:
            acted_in(act, "ballot.count", electors.bodies, teller)
    else:
        act.same("by", act.entry.by, ())
    voters, minimum = act.number("voters"), board.minimum
    act.same("minimum", act.number("minimum"), minimum)
    act.holds("voters", voters <= ballot.entitled, voters, f"at most {ballot.entitled}")
    act.holds("voters", (voters >= minimum) == (state == "sealed"), voters, f"{minimum} to be opened")
    board.state, board.voters = state, voters
    return ballot


__all__ = [
    "ballot_sealed", "ballot_unopened", "casting_ended", "ceremony_opened", "key_committed", "key_ended", "key_failed",
    "key_for", "key_made", "put_up",
]  # fmt: skip
