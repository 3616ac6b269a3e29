"""A record as a dishonest server might hand it over: each value of an entry changed, one by one."""

import json

import pytest
from tests.site.replaying import replayed

from weft.record import Entry as Leaf
from weft.replay import Diverged, Replay
from weft_site.record.models import Document, Entry


def documents_of(log):
    return {row.hash: bytes(row.content) for row in Document.objects.filter(log=log)}


TAKEN = {
    "deliberation.agenda_item_added": {"number"},
    "deliberation.meeting_closed": {"present"},
    "deliberation.meeting_convened": {"items"},
    "federation.acceptance_decided": {"as_kind", "adopted"},
    "federation.acceded": {"into"},
    "federation.association_proposed": {"title"},
    "federation.list_entered": {"count"},
    "federation.founded_together": {"councils", "title", "origin"},
    "deliberation.founded": {"title", "origin"},
    "federation.fraction_declared": {"title"},
    "deliberation.motion_put": {"lot"},
    "deliberation.ratification_opened": {"lot"},  # the lot of a question that no tie puts to it is never opened
    "federation.application_vote_opened": {"lot"},
    "federation.mandate_vote_opened": {"lot"},
    "federation.recall_vote_opened": {"lot"},
    "federation.vouched": {"vouchers"},  # who knows whom is nobody else's business
    "federation.admitted": {"vouchers"},
    "federation.numbers_stated": {"number"},
    "federation.elected": {"name"},
    "federation.stepped_up": {"name"},
    "deliberation.motion_decided": {"present", "votes_present"},
    "federation.accession_adopted": {"proposal"},
}


def lies(value):
    """Other values of the same kind."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str):
        yield "m999999-1" if value != "m999999-1" else "m0-1"
    elif isinstance(value, list):
        yield [*value, "m999999-1"]
        if value:
            yield value[1:]
    elif isinstance(value, dict):
        for key, item in value.items():
            for lie in lies(item):
                yield {**value, key: lie}
    else:
        yield 7


def tampered(leaf):
    """(part, name, the entry with one value of it changed), for every value of its data, finding and `by`."""
    entry = json.loads(leaf)
    for part in ("data", "finding"):
        for name, value in entry[part].items():
            if part == "data" and name in TAKEN.get(entry["act"], ()):
                continue
            for lie in lies(value):
                changed = {**entry, part: {**entry[part], name: lie}}
                yield (
                    part,
                    name,
                    json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
                )
    if entry["by"]:
        changed = {**entry, "by": ["m999999-1", *entry["by"][1:]]}
        yield "by", "", json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def falsified(act, lie):
    """What replay refuses once the latest entry of this act says something else; ``lie`` changes it in place."""
    row = Entry.objects.filter(act=act).latest("index")
    told = json.loads(bytes(row.leaf))
    lie(told)
    row.leaf = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Leaf.from_bytes(row.leaf)  # well formed all the same
    row.save(update_fields=["leaf"])
    with pytest.raises(Diverged) as found:
        replayed(row.log)
    return found.value


def diverges_at(log, leaves, documents):
    """The index at which replay refuses these entries; None if it takes them all."""
    run = Replay(documents.get)
    try:
        for leaf in leaves:
            run.take(leaf)
        run.finish()
    except Diverged as found:
        return found.index
    return None


#: Promises that are kept, or not, by a later entry.
LATE = {("federation.draw_called", "data", "commitment"), ("federation.election_opened", "data", "lot")}
