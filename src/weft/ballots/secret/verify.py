"""The whole audit of an election, for somebody who trusts nobody: from the first byte of the archive to the result.

Written to be read in one sitting. An archive holds exactly if

    1  every byte belongs there: headers, names that are hashes, parents, heights, one time       archive
    2  the trustees' proofs hold, and the election's key is the product of theirs                  _setup
    3  every public credential is an element and stands once; the list is the one bound in         _setup
    4  every ballot is of this election and of a credential on the list, its proofs and its
       signature hold, and it was not cast before                                          check_ballots
    5  each event may follow the one before: nothing is cast after the end, nothing comes
       after the result                                                                              take
    6  the encrypted tally is the product of the last ballot of each credential                    _tally
    7  enough were cast to decrypt; every factor is proved, by a trustee, once                _decryption
    8  enough trustees took part, and the result is what their factors give                       _result
    9  what you kept earlier is a beginning of this archive                               verify_election

The first fault ends it with RuleBroken("secret.…"); docs/reference/secret-ballots.md lists the codes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import SEEK_END
from re import compile as pattern
from typing import BinaryIO

from weft.ballots.secret.archive import Event, Head, read_events
from weft.ballots.secret.ballot import verify_ballot
from weft.ballots.secret.codec import fields, parse, sha256_hex, whole
from weft.ballots.secret.credentials import Spread, read_credentials
from weft.ballots.secret.election import Election
from weft.ballots.secret.tally import (
    Decryption,
    Texts,
    add_ballots,
    check_strong,
    check_tally,
    empty_tally,
    open_tally,
    read_decryption,
    require_enough,
    write_result,
)
from weft.ballots.secret.trustees import Trustees, read_trustees
from weft.errors import Number, RuleBroken

Progress = Callable[[int, int], None]
"""Called with (bytes checked, bytes in all)."""

_CREDENTIAL = pattern(rb'"credential":"([0-9a-f]+)"')  # both groups write elements in these digits
_BATCH = 8  # ballots that one process gets at a time
_WINDOW = 128  # batches that are sent together; the next ones are sent before these are back


@dataclass(frozen=True, slots=True)
class Report:
    """What was shown. ballots: cast, replaced ones included. voters: credentials with a ballot.

    stage: "voting", "closed" (no more ballots), "counted" (encrypted tally), "decided" (result).
    decrypted_by: owners whose factors are in the archive; strong: those shown right by a strong proof, too.
    result: a row a question, one sum an answer; empty before the result.
    """

    election: Election
    trustees: Trustees
    credentials: int
    ballots: int
    voters: int
    head: Head
    stage: str
    decrypted_by: tuple[int, ...]
    strong: tuple[int, ...]
    result: tuple[tuple[int, ...], ...]


def verify_election(
    stream: BinaryIO,
    *,
    head: str | None = None,
    earlier: BinaryIO | None = None,
    strong: Mapping[int, bytes] | None = None,
    spread: Spread = map,
    progress: Progress | None = None,
) -> Report:
    """Check all of an archive, as far as it goes; RuleBroken at the first fault.

    head:    the hash of an event that you have seen published; it must be among the events (``secret.history``).
    earlier: a copy that you kept: this archive must begin with its bytes (``secret.history``).
    strong:  strong proofs by owner, for the partial decryptions in the archive.
    """
    if earlier is not None:
        _continues(stream, earlier)
    total = stream.seek(0, SEEK_END)
    stream.seek(0)
    audit = _Audit(strong or {}, spread, progress or (lambda _done, _total: None), total)
    waiting: list[Event] = []
    heads = set()
    for event in read_events(stream):
        heads.add(event.hash)
        if event.type == "Ballot" and audit.stage == "voting":
            waiting.append(event)
            if len(waiting) < _BATCH * _WINDOW:
                continue
        audit.send(waiting)
        waiting = []
        if event.type != "Ballot" or audit.stage != "voting":
            audit.receive()
            audit.take(event)
    audit.send(waiting)
    audit.receive()
    if head is not None and head not in heads:
        raise RuleBroken("secret.history", what="head")
    return audit.report()


def _continues(stream: BinaryIO, earlier: BinaryIO) -> None:
    stream.seek(0)
    while kept := earlier.read(1 << 20):
        if stream.read(len(kept)) != kept:
            raise RuleBroken("secret.history", what="earlier")


class _Audit:
    """Where the audit stands: what each event is checked against."""

    def __init__(self, strong: Mapping[int, bytes], spread: Spread, progress: Progress, total: int) -> None:
        self.strong, self.spread, self.progress, self.total = strong, spread, progress, total
        self.stage = "setup"
        self.sent: tuple[Sequence[Sequence[Event]], Iterator[list[Checked]]] = [], iter(())
        self.cast: set[str] = set()  # hashes of all ballots
        self.last: dict[str, Texts] = {}  # credential -> its last ballot
        self.decryptions: dict[int, Decryption] = {}
        self.shown: list[int] = []  # owners with a strong proof
        self.result: tuple[tuple[int, ...], ...] = ()

    def take(self, event: Event) -> None:
        """One event that is no ballot; only the next steps of an election may follow."""
        steps: dict[str, dict[str, Callable[[Event], str]]] = {
            "setup": {"Setup": self._setup},
            "voting": {"EndBallots": lambda _event: "closed"},
            "closed": {"EncryptedTally": self._tally},
            "counted": {"PartialDecryption": self._decryption, "Result": self._result},
            "decided": {},
        }
        step = steps[self.stage].get(event.type)
        if step is None:
            late = event.type == "Ballot" and self.stage not in {"setup", "voting"}
            raise RuleBroken("secret.closed" if late else "secret.order", event=event.height, type=event.type)
        self.stage = step(event)
        self.head = event.head
        self.progress(event.end, self.total)

    def _setup(self, event: Event) -> str:
        raw, trustees, credentials, setup = event.data
        named = fields(parse(setup, "setup", 400), ("election", "trustees", "credentials"), "setup")
        if named != [sha256_hex(one) for one in event.data[:3]]:
            raise RuleBroken("secret.archive", what="setup", at=0)
        self.election = Election.read(raw)
        self.trustees = read_trustees(self.election.group, trustees)
        if self.trustees.public_key != self.election.public_key:
            raise RuleBroken("secret.election", what="public_key")
        self.credentials = frozenset(read_credentials(self.election.group, credentials, self.spread))
        check_bound(self.election, credentials, len(self.credentials))
        return "voting"

    def send(self, events: Sequence[Event]) -> None:
        """Give ballots out to be verified; then take in those that were given out before."""
        batches = [events[first : first + _BATCH] for first in range(0, len(events), _BATCH)]
        work = [self._work([event.data[0] for event in batch]) for batch in batches]
        sent = batches, iter(self.spread(check_ballots, work))
        self.receive()
        self.sent = sent

    def receive(self) -> None:
        """Take in the ballots that were given out, in their order."""
        batches, answers = self.sent
        self.sent = [], iter(())
        for batch, found in zip(batches, answers, strict=True):
            for event, (rule_or_credential, refused, choices) in zip(batch, found, strict=True):
                if choices is None:
                    raise RuleBroken(rule_or_credential, **refused, ballot=event.height)
                self._count(event, rule_or_credential, choices)
            self.progress(batch[-1].end, self.total)

    def _work(self, ballots: list[bytes]) -> "Work":
        """What a process needs to know: of the long list, those who seem to have cast these ballots."""
        named = (_CREDENTIAL.search(raw) for raw in ballots)
        listed = frozenset(found[1].decode() for found in named if found) & self.credentials
        return self.election.raw, listed, ballots

    def _count(self, event: Event, credential: str, choices: Texts) -> None:
        named = sha256_hex(event.data[0])
        if named in self.cast:
            raise RuleBroken("secret.replay", ballot=event.height)
        self.cast.add(named)
        self.last[credential] = choices
        self.head = event.head

    def _tally(self, event: Event) -> str:
        read = self.election.group.known
        ballots = ([[(read(a), read(b)) for a, b in row] for row in one] for one in self.last.values())
        self.tally = add_ballots(self.election, empty_tally(self.election), ballots)
        check_tally(self.election, self.tally, *event.data)
        return "counted"

    def _decryption(self, event: Event) -> str:
        raw, owned = event.data
        owner, payload = fields(parse(owned, "owned", 200), ("owner", "payload"), "owned")
        keys = self.trustees.keys
        whole(owner, "owned")
        if payload != sha256_hex(raw) or not 1 <= owner <= len(keys) or owner in self.decryptions:
            raise RuleBroken("secret.owner", trustee=owner)
        require_enough(self.election, len(self.last))
        found = read_decryption(self.election, owner, keys[owner - 1], self.tally, raw)
        if owner in self.strong:
            check_strong(self.election, keys[owner - 1], self.tally, found, self.strong[owner])
            self.shown.append(owner)
        self.decryptions[owner] = found
        return "counted"

    def _result(self, event: Event) -> str:
        self.result = open_tally(self.election, self.trustees, self.tally, self.decryptions)
        if event.data[0] != write_result(self.result):
            raise RuleBroken("secret.result")
        return "decided"

    def report(self) -> Report:
        if self.stage == "setup":
            raise RuleBroken("secret.order", event=0, type="")
        return Report(
            election=self.election,
            trustees=self.trustees,
            credentials=len(self.credentials),
            ballots=len(self.cast),
            voters=len(self.last),
            head=self.head,
            stage=self.stage,
            decrypted_by=tuple(self.decryptions),
            strong=tuple(self.shown),
            result=self.result,
        )


def check_bound(election: Election, credentials: bytes, count: int) -> None:
    """Whether the list is the one that election.json binds in, and no longer than its roll.

    Raises ``secret.credentials`` (what): "hash", "roll".
    """
    bound = election.weft
    if bound.get("credentials_hash", sha256_hex(credentials)) != sha256_hex(credentials):
        raise RuleBroken("secret.credentials", what="hash", credential="")
    if count > whole(bound.get("roll_size", count), "weft"):
        raise RuleBroken("secret.credentials", what="roll", credential="")


# --- ballots, in other processes -------------------------------------------------------------------------------

Work = tuple[bytes, frozenset[str], Sequence[bytes]]
"""election.json, credentials of the list, ballots."""

Checked = tuple[str, dict[str, Number], Texts | None]
"""Of one ballot: its credential, nothing, its encrypted choices; or the refusal's rule, its numbers, None."""


@lru_cache(maxsize=2)
def _election(raw: bytes) -> Election:
    return Election.read(raw)  # each process builds its tables once


def check_ballots(work: Work) -> list[Checked]:
    """What `verify_ballot` says of each: the work of one process."""
    election_json, credentials, ballots = work
    election, found = _election(election_json), list[Checked]()
    for raw in ballots:
        try:
            ballot = verify_ballot(election, raw, credentials=credentials)
        except RuleBroken as refusal:
            found.append((refusal.rule, refusal.numbers, None))
        else:
            found.append((ballot.credential, {}, [answer.choices for answer in ballot.answers]))
    return found
