"""Credentials: what lets a member cast one ballot that counts, made on the member's own device.

A device keeps one `master`; every election takes the next secret number from it, and only g^s leaves the device. The
list of all public credentials is part of the archive: nobody can add a voter without everybody seeing it.
"""

from collections.abc import Iterable
from re import compile as pattern

from weft.ballots.secret.codec import compact, items, parse
from weft.ballots.secret.groups import Group, wide
from weft.errors import RuleBroken

MOST_CREDENTIALS = 1_000_000

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


def read_credentials(group: Group, raw: bytes) -> list[str]:
    """The credentials of a list, every one a member of the group and no weights.

    Raises ``secret.credentials`` (what, credential) for one that stands twice, that is no element or not alone: one
    person has one vote. ``secret.format`` for what is no list.
    """
    listed = items(parse(raw, "credentials", 700 * MOST_CREDENTIALS), lambda one: one, "credentials")
    seen: set[str] = set()
    for credential in listed:
        if not isinstance(credential, str) or credential in seen:
            raise RuleBroken("secret.credentials", what="twice", credential=str(credential)[:64])
        seen.add(credential)
        try:
            element = group.read(credential)
        except RuleBroken:
            raise RuleBroken("secret.credentials", what="element", credential=credential[:64]) from None
        if element == group.one:
            raise RuleBroken("secret.credentials", what="element", credential=credential[:64])
    return listed
