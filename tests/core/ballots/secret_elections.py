"""Whole elections for tests: made by our code, part by part, so that a single part can be forged.

`Parts` is an archive taken apart. `write` puts it together again with everything that follows from the parts (hashes,
parents, heights) made anew, so that a forgery differs in what it forges and in nothing else.
"""

import io
import random
import shutil
import subprocess
from dataclasses import dataclass, fields, replace

from weft.ballots.secret import (
    BELENIOS_2048,
    Question,
    append,
    encrypt_ballot,
    make_election,
    make_trustees,
    public_credential,
    secret_number,
    single,
    start_archive,
    verify_ballot,
    verify_election,
    write_credentials,
)
from weft.ballots.secret import ceremony as steps
from weft.ballots.secret.codec import compact, fingerprint, sha256_hex
from weft.ballots.secret.proofs import prove_key
from weft.ballots.secret.tally import (
    add_ballots,
    decrypt,
    elements,
    empty_tally,
    open_tally,
    read_decryption,
    write_result,
    write_tally,
)

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TIME = 1_795_000_000
TOOL = shutil.which("belenios-tool")
YES_NO = (Question.one_of("Shall we strike?", ["yes", "no", "abstain"]),)


def chance(seed):
    """Foreseeable chance, so that a failing test fails again."""
    return random.Random(seed).randrange


def base58(length, seed):
    draw = chance(f"{seed}/{length}")
    return "".join(BASE58[draw(58)] for _ in range(length))


@dataclass(frozen=True)
class Parts:
    """An archive taken apart. strong: not in it, but beside it."""

    election: bytes
    trustees: bytes
    credentials: bytes
    ballots: tuple[bytes, ...]
    tally: tuple[bytes, bytes] | None = None
    decryptions: tuple[tuple[bytes, bytes], ...] = ()
    result: bytes | None = None


@dataclass(frozen=True)
class Made:
    """An election with all its secrets."""

    election: object
    trustees: object
    keys: dict[int, int]
    secrets: tuple[int, ...]
    parts: Parts
    strong: dict[int, bytes]
    result: tuple[tuple[int, ...], ...]


def events_of(parts):
    """The events behind the Setup, as (type, data…)."""
    yield from (("Ballot", raw) for raw in parts.ballots)
    if parts.tally is None:
        return
    yield ("EndBallots",)
    yield ("EncryptedTally", *parts.tally)
    yield from (("PartialDecryption", *one) for one in parts.decryptions)
    if parts.result is not None:
        yield ("Result", parts.result)


def write_events(parts, events):
    written, head = start_archive(TIME, parts.election, parts.trustees, parts.credentials)
    out = [written]
    for kind, *data in events:
        written, head = append(head, kind, *data)
        out.append(written)
    return b"".join(out)


def write(parts):
    return write_events(parts, events_of(parts))


def audit(raw, **options):
    return verify_election(io.BytesIO(raw), **options)


def changed(honest, forged):
    """The names of the parts in which two archives differ."""
    return {one.name for one in fields(Parts) if getattr(honest, one.name) != getattr(forged, one.name)}


def hold_ceremony(group, size, threshold, name="c-1"):
    """All four steps with every check; the entry, the secret keys, and what was published."""
    ceremony = steps.Ceremony(name, group, size, threshold)
    seeds = {i: base58(22, f"{name}/{i}") for i in range(1, size + 1)}
    committed = [steps.commit(ceremony, i, seed) for i, seed in seeds.items()]
    revealed = []
    for i, seed in seeds.items():
        raw = steps.reveal(ceremony, i, seed)
        steps.check_reveal(ceremony, i, raw, commitments=committed, others=dict(enumerate(revealed, 1)))
        revealed.append(raw)
    dealt = []
    for i, seed in seeds.items():
        dealt.append(steps.shares(ceremony, i, seed, reveals=revealed, draw=chance(f"{name}/{i}")))
        steps.check_shares(ceremony, i, dealt[-1], reveals=revealed)
    confirmed = []
    for i, seed in seeds.items():
        raw = steps.confirm(ceremony, i, seed, reveals=revealed, dealt=dealt, draw=chance(f"{name}/{i}/4"))
        steps.check_confirmation(ceremony, i, raw, reveals=revealed)
        confirmed.append(raw)
    entry = steps.pedersen(ceremony, reveals=revealed, dealt=dealt, confirmations=confirmed)
    keys = {i: steps.own_key(ceremony, i, seed, reveals=revealed, dealt=dealt) for i, seed in seeds.items()}
    return entry, keys, {"ceremony": ceremony, "seeds": seeds, "committed": committed, "reveals": revealed,
                         "dealt": dealt, "confirmed": confirmed}  # fmt: skip


def make(
    group=BELENIOS_2048,
    *,
    singles=1,
    pedersen=None,
    questions=YES_NO,
    votes=((0, [[1, 0, 0]]), (1, [[0, 1, 0]]), (2, [[1, 0, 0]]), (1, [[0, 0, 1]])),
    voters=4,
    decrypt_by=None,
    weft=None,
    seed="election",
):
    """A whole election. votes: (voter, choices) in the order they are cast. pedersen: (size, threshold)."""
    draw = chance(seed)
    entries, keys = [], {}
    for number in range(1, singles + 1):
        keys[number] = 1 + draw(group.order - 1)
        entries.append(single(group, keys[number], draw))
    needed = list(keys)
    if pedersen:
        entry, secret_keys, _ = hold_ceremony(group, *pedersen)
        entries.append(entry)
        keys |= {singles + i: key for i, key in secret_keys.items()}
        needed += [singles + i for i in list(secret_keys)[-pedersen[1] :]]
    trustees = make_trustees(group, entries)
    secrets = tuple(secret_number(group, base58(43, f"{seed}/{i}"), i) for i in range(voters))
    credentials = write_credentials(public_credential(group, secret) for secret in secrets)
    bound = {"body": "b1", "roll_size": voters, "credentials_hash": sha256_hex(credentials), "minimum": 2}
    election = make_election(
        uuid=base58(14, seed),
        name="Strike",
        description="",
        group=group,
        public_key=trustees.public_key,
        questions=questions,
        weft=bound if weft is None else weft,
    )
    ballots = [encrypt_ballot(election, secrets[voter], choices, draw).raw for voter, choices in votes]
    parts = Parts(election.raw, trustees.raw(), credentials, tuple(ballots))
    return finish(election, trustees, keys, secrets, parts, decrypt_by or needed, draw)


def finish(election, trustees, keys, secrets, parts, owners, draw, *, count=None):  # noqa: PLR0917
    """Close, count and decrypt, consistently. count: these ballots instead of the last of each credential."""
    last = {}
    for raw in parts.ballots if count is None else count:
        read = verify_ballot(election, raw)
        last[read.credential] = elements(election, [answer.choices for answer in read.answers])
    tally = add_ballots(election, empty_tally(election), last.values())
    opened, strong, published = {}, {}, []
    for owner in owners:
        raw, owned, strong[owner] = decrypt(election, owner, keys[owner], tally, draw)
        opened[owner] = read_decryption(election, owner, trustees.keys[owner - 1], tally, raw)
        published.append((raw, owned))
    result = open_tally(election, trustees, tally, opened)
    whole = replace(
        parts,
        tally=write_tally(election, tally),
        decryptions=tuple(published),
        result=write_result(result),
    )
    return Made(election, trustees, keys, secrets, whole, strong, result)


def sign_ballot(election, secret, answers, draw, **other):
    """A ballot with any answers at all, signed as it should be. other: fields to change before signing."""
    unsigned = {
        "election_uuid": election.uuid,
        "election_hash": election.fingerprint,
        "credential": public_credential(election.group, secret),
        "answers": answers,
        **other,
    }
    hashed = fingerprint(compact(unsigned).encode())
    proof = prove_key(election.group, f"sig|{hashed}|", secret, draw)
    return compact({**unsigned, "signature": {"hash": hashed, "proof": proof.json()}}).encode()


def tool(folder, *command, stdin=b""):
    """belenios-tool on a folder; whether it succeeded, and what it said."""
    done = subprocess.run([TOOL, *command], input=stdin, capture_output=True, check=False, cwd=folder, timeout=60)
    return done.returncode == 0, done.stdout, done.stderr.decode()


def tool_accepts(made_or_parts, folder):
    """Whether belenios-tool says that all checks passed on this archive, put into an empty folder."""
    raw = made_or_parts if isinstance(made_or_parts, bytes) else write(made_or_parts)
    folder.mkdir(exist_ok=True)
    (folder / "election.bel").write_bytes(raw)
    held, _, said = tool(folder, "election", "verify", "--dir", str(folder))
    return held and "all checks passed" in said.lower()


def tool_accepts_each_ballot(parts, folder):
    """Whether `verify-ballot`, which came with 2.2, accepts every ballot; it looks at the Setup and one ballot.

    Version 3 does not look at ballots when it verifies an archive, so this has to be asked beside it.
    """
    folder.mkdir()
    (folder / "election.bel").write_bytes(write(Parts(parts.election, parts.trustees, parts.credentials, ())))
    said = []
    for raw in parts.ballots:
        (folder / "ballot.json").write_bytes(raw)
        ballot = str(folder / "ballot.json")
        said.append(tool(folder, "election", "verify-ballot", "--dir", str(folder), "--ballot", ballot)[0])
    return all(said)
