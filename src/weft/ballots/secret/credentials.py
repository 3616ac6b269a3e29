"""Credentials: what lets a member cast one ballot that counts, made on the member's own device.

A device keeps one `master`; every election takes the next secret number from it, and only g^s leaves the device. The
list of all public credentials is part of the archive: nobody can add a voter without everybody seeing it.
"""

from collections.abc import Callable, Iterable, Sequence
from re import compile as pattern
from typing import Any

from weft.ballots.secret.codec import compact, items, parse
from weft.ballots.secret.groups import Group, group_named, wide
from weft.errors import RuleBroken

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Like `map`: how work is spread, for instance ``ProcessPoolExecutor().map``. Answers come in the order of the work."""

MOST_CREDENTIALS = 1_000_000
_BATCH = 32  # credentials that one process gets at a time

_MASTER = pattern(r"[A-Za-z0-9_-]{43}")


def secret_number(group: Group, master: str, number: int) -> int:
    """The secret of one election: s from 1 to q-1.

    master: 32 random bytes in Base64 for addresses without padding, 43 characters. number: 0, 1, 2 …, each for one
    election. Raises ``secret.master`` for what is no master; ValueError for a number below 0.
    """
    if not _MASTER.fullmatch(master):
        raise RuleBroken("secret.master")
    if number < 0:
        raise ValueError("credentials are numbered from 0")
    found = wide(group, f"weft/credential|{master}|{number}")
    if found == 0:
        raise ValueError("this master has no such credential")  # once in 2^250 masters
    return found


def public_credential(group: Group, secret: int) -> str:
    """g^s as text: what the roll of an election holds. Anybody may know it."""
    return group.text(group.secret_power(group.generator, secret))


def write_credentials(public: Iterable[str]) -> bytes:
    """public_creds.json: all public credentials, sorted, so that their order tells nothing."""
    return compact(sorted(public)).encode()


def read_credentials(group: Group, raw: bytes, spread: Spread = map) -> list[str]:
    """The credentials of a list, every one a member of the group and no weights.

    spread: like `map`; how the tests of membership are spread over processes.
    Raises ``secret.credentials`` (what, credential) for one that stands twice, that is no element or not alone: one
    person has one vote. ``secret.format`` for what is no list.
    """
    listed = items(parse(raw, "credentials", 700 * MOST_CREDENTIALS), lambda one: one, "credentials")
    seen: set[str] = set()
    for credential in listed:
        if not isinstance(credential, str) or credential in seen:
            raise RuleBroken("secret.credentials", what="twice", credential=str(credential)[:64])
        seen.add(credential)
    work = [(group.name, listed[first : first + _BATCH]) for first in range(0, len(listed), _BATCH)]
    for wrong in spread(first_wrong, work):
        if wrong is not None:
            raise RuleBroken("secret.credentials", what="element", credential=wrong[:64])
    return listed


def first_wrong(work: tuple[str, Sequence[str]]) -> str | None:
    """The first credential that is no member, or is the identity: the work of one process. work: group, credentials."""
    group = group_named(work[0])
    for credential in work[1]:
        try:
            if group.read(credential) == group.one:
                return credential
        except RuleBroken:
            return credential
    return None
