"""What the operator may do to a record: each leaves an entry, and none of it can change what was decided."""

import json
import shutil

import pytest
from click.testing import CliRunner
from tests.site.factories import DAY, NOON, elect, found_council
from tests.site.replaying import replay_all, replayed

from weft.cli import main
from weft.errors import RuleBroken
from weft.record import Documents, NotProven, verify_folder
from weft_site import clock
from weft_site.people.models import Recovery
from weft_site.people.ports import ports
from weft_site.people.services import recovery
from weft_site.record import keys
from weft_site.record.export import erase_document, export_documents, public_folder
from weft_site.record.models import Document, Entry, Log
from weft_site.record.operator import change_key, look, policy_path, restore
from weft_site.record.publish import check_logs, publish, tiles_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def depot():
    hall = found_council(12)
    elect(hall, "chair", hall.people[0])
    return hall


@pytest.fixture
def log(depot):
    row = depot.federation.log
    publish(row.pk)
    row.refresh_from_db()
    return row


def verified(log, vkey):
    return verify_folder(tiles_of(log).folder, vkey).signed.checkpoint.size


def weft(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


# --- documents --------------------------------------------------------------------------------------------------


def test_with_its_files_and_documents_alone_a_record_is_judged_again(log, tmp_path):
    export_documents(log, tmp_path / "documents", visibility="hashes")

    done = weft(
        "verify", "record", tiles_of(log).folder, "--vkey", keys.read_key(log).vkey,
        "--documents", tmp_path / "documents", "--json",
    )  # fmt: skip

    said = json.loads(done.output)
    assert done.exit_code == 0
    assert said["replayed"] == {
        "bodies": 1, "members": 12, "filled": 1, "decided": 0, "charter": log.federation.charter.hash, "unchecked": [],
    }  # fmt: skip


def test_the_public_documents_lie_beside_the_files_and_suffice_for_what_is_public(log):
    done = weft(
        "verify", "record", tiles_of(log).folder, "--vkey", keys.read_key(log).vkey, "--documents", public_folder(log)
    )

    public = set(Document.objects.filter(log=log, visibility="public").values_list("name", flat=True))
    assert public == {"charter"}
    assert done.exit_code == 0
    assert "Judged again by the charter then in force: 1 bodies, 12 memberships, 1 filled seats" in done.output
    assert (
        "Not judged: entry 0 (deliberation.founded), members: the document is not among those you gave." in done.output
    )


def test_without_the_charter_the_verifier_says_what_is_missing(log, tmp_path):
    done = weft("verify", "record", tiles_of(log).folder, "--vkey", keys.read_key(log).vkey, "--documents", tmp_path)

    assert done.exit_code == 1
    assert "replay.charter_missing" in done.output


def test_a_changed_file_is_called_that_and_not_a_wrong_decision(log):
    bundle = next((tiles_of(log).folder / "tile" / "entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b'"yes":12', b'"yes":11'))

    done = weft(
        "verify", "record", tiles_of(log).folder, "--vkey", keys.read_key(log).vkey, "--documents", public_folder(log)
    )

    assert done.exit_code == 1
    assert "(record.tile)" in done.output


def test_an_erased_text_is_gone_from_the_public_files_too(log):
    digest = Document.objects.get(log=log, name="charter").hash

    assert erase_document(log, digest, now=NOON + 400 * DAY)
    assert not erase_document(log, digest, now=NOON + 400 * DAY)

    assert Documents(public_folder(log)).get(digest) is None


def test_only_new_documents_are_written_at_each_publication(log, depot):
    folder = public_folder(log)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    elect(depot, "secretary", depot.people[1], now=NOON + DAY)

    publish(log.pk)

    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


# --- a new key --------------------------------------------------------------------------------------------------


def test_a_new_key_is_named_under_the_old_one_and_both_check_the_record_of_that_moment(log, depot):
    old, new = change_key(log, now=NOON + DAY)

    assert old != new == keys.read_key(log).vkey
    assert verified(log, old) == verified(log, new) == Entry.objects.filter(log=log).count()
    assert replayed(log).state.keys == [new]
    assert policy_path(log).read_text() == f"# earlier log {old}\nlog {new}\nquorum none\n"

    elect(depot, "secretary", depot.people[1], now=NOON + 2 * DAY)
    publish(log.pk)
    assert verified(log, new) == Entry.objects.filter(log=log).count()
    with pytest.raises(NotProven, match=r"record\.unsigned"):
        verified(log, old)
    replay_all()


def test_a_change_of_keys_that_was_broken_off_is_finished_by_the_next(log):
    change_key(log, now=NOON + DAY)
    second = keys.next_key(log)

    _old, new = change_key(log, now=NOON + 2 * DAY)

    assert new == second.vkey == keys.read_key(log).vkey
    assert not keys.key_path(log).with_suffix(".next").exists()
    assert [Entry.objects.filter(act="operator.key_changed").count(), replayed(log).state.keys[-1]] == [2, new]


def test_a_lost_key_is_replaced_and_the_record_goes_on(log):
    keys.key_path(log).unlink()

    old, new = change_key(log, now=NOON + DAY)

    assert old == ""
    assert verified(log, new) == Entry.objects.filter(log=log).count()
    replay_all()


# --- entries that were lost -------------------------------------------------------------------------------------


@pytest.fixture
def copy(log, tmp_path):
    return shutil.copytree(tiles_of(log).folder, tmp_path / "copy")


def test_what_a_database_has_lost_is_taken_back_from_a_copy_and_said_so(log, copy):
    size = log.size
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("index").values_list("leaf", flat=True)]
    Entry.objects.filter(log=log, index__gte=2).delete()
    Log.objects.filter(pk=log.pk).update(size=2, signed_size=0, signed_root="", checkpoint="")

    assert restore(log.slug, copy, vkey=keys.read_key(log).vkey, now=NOON + DAY) == (2, size)

    rows = list(Entry.objects.order_by("index"))
    assert [bytes(row.leaf) for row in rows][:-1] == leaves
    assert rows[-1].act == "operator.restored"
    check_logs()
    publish(log.pk)
    assert verified(log, keys.read_key(log).vkey) == size + 1
    assert look(Log.objects.get()).problem is None


def test_a_lost_record_comes_back_whole_into_an_empty_database(log, copy, settings, tmp_path):
    vkey, size = keys.read_key(log).vkey, log.size
    settings.WEFT_HOME = tmp_path / "elsewhere"

    Entry.objects.all().delete()
    Log.objects.filter(pk=log.pk).update(size=0, signed_size=0, signed_root="", checkpoint="")
    assert restore(log.slug, copy, vkey=vkey, now=NOON + DAY) == (0, size)

    assert Entry.objects.filter(log=log).count() == size + 1
    assert tiles_of(Log.objects.get()).checkpoint() == (copy / "checkpoint").read_bytes()


def test_nothing_is_taken_from_a_copy_with_another_history(log, copy):
    row = Entry.objects.get(log=log, index=1)
    row.leaf = bytes(row.leaf).replace(b'"places":1', b'"places":2')
    row.save()
    Entry.objects.filter(log=log, index__gte=2).delete()
    Log.objects.filter(pk=log.pk).update(size=2)

    with pytest.raises(RuleBroken, match=r"record\.forked"):
        restore(log.slug, copy, vkey=keys.read_key(log).vkey, now=NOON)

    assert Entry.objects.count() == 2


def test_nothing_is_taken_from_a_copy_that_does_not_verify(log, copy):
    bundle = next((copy / "tile" / "entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b'"yes":12', b'"yes":11'))
    Entry.objects.filter(log=log, index__gte=2).delete()

    with pytest.raises(NotProven):
        restore(log.slug, copy, vkey=keys.read_key(log).vkey, now=NOON)

    assert Entry.objects.count() == 2


def test_a_database_that_lacks_nothing_is_left_alone(log, copy):
    assert restore(log.slug, copy, vkey=keys.read_key(log).vkey, now=NOON) == (log.size, log.size)
    assert not Entry.objects.filter(act="operator.restored").exists()


def test_looking_finds_the_entry_that_does_not_follow(log):
    row = Entry.objects.get(log=log, act="federation.elected")
    row.leaf = bytes(row.leaf).replace(b'"yes":12', b'"yes":12').replace(b'"vacant":0', b'"vacant":1')
    row.save()

    found = look(log)

    assert (found.problem.code, found.problem.index) == ("replay.diverged", row.index)


# --- sign-ins that were lost ------------------------------------------------------------------------------------


def test_a_recovery_stands_in_the_record_of_each_federation_and_names_nobody(depot, monkeypatch):
    mill = found_council(12, title="Mill")
    who = depot.people[3]
    mill.body.memberships.filter(person=mill.people[3]).update(person=who)
    who.email = "dee@example.org"
    who.save()
    now = Entry.objects.latest("at").at + DAY
    monkeypatch.setattr(clock, "now", lambda: now)

    code = recovery.open_for_vouchers(hint=who.email, now=now, record=ports.record)
    for voucher in depot.people[4:6]:
        recovery.vouch(code=code, voucher=voucher, now=now, may_vouch=ports.may_vouch, record=ports.record)
    recovery.cancel_recovery(person=who, recovery_id=Recovery.objects.get().pk, now=now, record=ports.record)

    steps = ["opened", "vouched", "vouched", "waiting", "cancelled"]
    rows = {slug: Entry.objects.filter(log__slug=slug, act__startswith="people.") for slug in ("depot", "mill")}
    said = {slug: [json.loads(bytes(row.leaf)) for row in found.order_by("index")] for slug, found in rows.items()}
    refs = {slug: {one["data"]["recovery"] for one in found} for slug, found in said.items()}
    for found in said.values():
        assert [one["act"].removeprefix("people.recovery_") for one in found] == steps
        assert {(one["body"], tuple(one["by"])) for one in found} == {("", ())}
    assert [len(found) for found in refs.values()] == [1, 1]
    assert refs["depot"] != refs["mill"]
    for slug, run in replay_all().items():
        assert {ref: step for ref, (step, _vouchers, _way) in run.state.recoveries.items()} == dict.fromkeys(
            refs[slug], "cancelled"
        )
