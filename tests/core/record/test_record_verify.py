"""The strict verifier: what it accepts, and that no change to any file gets past it (family L of bad inputs)."""

import itertools
import os
import random
import shutil

import pytest
from tests.conftest import THOROUGH
from tests.strategies_record import LOG, STRANGER, Witness, entry, files_of, write_log

from weft.record import Checkpoint, NotProven, Tiles, verify_folder
from weft.record.checkpoint import Signed
from weft.record.tiles import pack_bundle
from weft.record.tree import Range, leaf_hash
from weft.record.verify import Report

LEAVES = [entry(number) for number in range(600)]


def head_of(leaves):
    return Checkpoint(LOG.name, len(leaves), Range().extended(map(leaf_hash, leaves)).root)


def code_of(folder, **options):
    with pytest.raises(NotProven) as refused:
        verify_folder(folder, LOG.vkey, **options)
    assert str(refused.value).endswith(f"({refused.value.code})")
    return refused.value.code


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 600])
def test_an_honest_log_is_accepted(tmp_path, size):
    head = write_log(tmp_path, LEAVES[:size])

    note = (tmp_path / "checkpoint").read_bytes()
    assert verify_folder(tmp_path, LOG.vkey) == Report(Signed(head, note), sum(map(len, LEAVES[:size])))


def test_entries_and_progress_are_told_bundle_by_bundle(tmp_path):
    write_log(tmp_path, LEAVES)
    told, steps = [], []

    verify_folder(
        tmp_path,
        LOG.vkey,
        reader=lambda first, entries: told.append((first, entries)),
        progress=lambda done, total: steps.append((done, total)),
    )

    assert told == [(0, LEAVES[:256]), (256, LEAVES[256:512]), (512, LEAVES[512:])]
    assert steps == [(256, 600), (512, 600), (600, 600)]


def test_known_witnesses_are_named(tmp_path):
    head = write_log(tmp_path, LEAVES[:3])
    witness = Witness("witness.example", b"w" * 32)
    Tiles(tmp_path, LOG.name).publish(witness.cosign(head.sign(LOG), 1_795_400_000))

    report = verify_folder(tmp_path, LOG.vkey, witnesses=[witness.verifier.vkey])

    assert report.signed.cosigned == (("witness.example", 1_795_400_000),)


def test_older_partial_copies_of_the_last_tile_may_lie_there(tmp_path):
    write_log(tmp_path, LEAVES[:300], batches=[257, 1, 20])

    assert "tile/entries/001.p/1" in files_of(tmp_path)
    assert verify_folder(tmp_path, LOG.vkey).signed.checkpoint.size == 300


def test_temporary_files_of_a_writer_are_no_part_of_the_log(tmp_path):
    head = write_log(tmp_path, LEAVES[:3])
    (tmp_path / "tile/0/000.p/.4.0").write_bytes(b"half a ti")

    assert verify_folder(tmp_path, LOG.vkey).signed.checkpoint == head


# --- every change to any file ------------------------------------------------------------------------------------


def changes_to(name, files, step):
    """States of one file that differ from the honest one: (what was done, new content or None).

    step: every so many bytes one is changed; with which it begins follows from the run's seed.
    """
    content = files[name]
    for at in range(random.randrange(min(step, len(content))), len(content), step):
        yield f"flip a bit of byte {at}", content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]
    for length in {0, 1, len(content) // 2, len(content) - 1, max(0, len(content) - 32)} - {len(content)}:
        yield f"cut to {length}", content[:length]
    for more in (b"\0", b"\0\0", b"\n", b"x" * 32, content):
        yield f"append {more[:32]!r}", content + more
    yield "delete", None
    for other, instead in files.items():
        if instead != content:
            yield f"put {other} in its place", instead


@pytest.mark.parametrize(
    ("size", "batches", "step"),
    [
        (1, [], 1),
        (3, [1, 1], 1 if THOROUGH else 3),
        (300, [257, 20], 37 if THOROUGH else 301),
        (600, [], 251 if THOROUGH else 751),
    ],
)
def test_no_change_to_any_file_is_accepted(tmp_path, size, batches, step):
    write_log(tmp_path, LEAVES[:size], batches=batches)
    files = files_of(tmp_path)
    states = 0
    for name in files:
        path = tmp_path / name
        for done, content in changes_to(name, files, step):
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
            # Deleting a copy that the current size no longer needs leaves a whole log behind.
            spare = content is None and ".p/" in name and verified_without(files, name, size)
            assert spare or code_of(tmp_path).startswith("record."), f"{name}: {done}"
            states += not spare
            path.write_bytes(files[name])
    assert verify_folder(tmp_path, LOG.vkey).signed.checkpoint == head_of(LEAVES[:size])
    assert states > 50


def verified_without(files, name, size):
    """Whether a partial file belongs to an older size than this one."""
    level = name.split("/")[1]
    width = int(name.rsplit("/", 1)[1])
    return width != (size >> (0 if level == "entries" else 8 * int(level))) % 256


def test_no_two_files_can_be_swapped(tmp_path):
    write_log(tmp_path, LEAVES)
    files = files_of(tmp_path)

    for one, other in itertools.combinations(files, 2):
        (tmp_path / one).write_bytes(files[other])
        (tmp_path / other).write_bytes(files[one])
        assert code_of(tmp_path).startswith("record."), (one, other)
        (tmp_path / one).write_bytes(files[one])
        (tmp_path / other).write_bytes(files[other])


# --- family L, each by its name ----------------------------------------------------------------------------------


def rewrite(path, change):
    path.write_bytes(change(path.read_bytes()))


def test_a_bit_flip_in_a_leaf(tmp_path):
    write_log(tmp_path, LEAVES)
    rewrite(tmp_path / "tile/entries/000", lambda old: old[:50] + bytes([old[50] ^ 1]) + old[51:])

    assert code_of(tmp_path) == "record.tile"


def test_a_bit_flip_in_a_tile(tmp_path):
    write_log(tmp_path, LEAVES)
    rewrite(tmp_path / "tile/1/000.p/2", lambda old: bytes([old[0] ^ 1]) + old[1:])

    assert code_of(tmp_path) == "record.tile"


def test_a_truncated_tile(tmp_path):
    write_log(tmp_path, LEAVES)
    rewrite(tmp_path / "tile/0/000", lambda old: old[:-32])

    assert code_of(tmp_path) == "record.tile"


@pytest.mark.parametrize("more", [b"\0", b"\0\0", b"\0\4more"])
@pytest.mark.parametrize("name", ["tile/entries/000", "tile/entries/002.p/88"])
def test_trailing_bytes_in_a_bundle(tmp_path, more, name):
    write_log(tmp_path, LEAVES)
    rewrite(tmp_path / name, lambda old: old + more)

    assert code_of(tmp_path) == "record.bundle"


def test_swapped_entries(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    (tmp_path / "tile/entries/000.p/3").write_bytes(pack_bundle([LEAVES[1], LEAVES[0], LEAVES[2]]))

    assert code_of(tmp_path) == "record.tile"


def test_a_deleted_entry(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    (tmp_path / "tile/entries/000.p/3").write_bytes(pack_bundle(LEAVES[:2]))

    assert code_of(tmp_path) == "record.bundle"


def test_an_entry_that_says_it_is_longer_than_the_bundle(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    rewrite(tmp_path / "tile/entries/000.p/3", lambda old: b"\xff\xff" + old[2:])

    assert code_of(tmp_path) == "record.bundle"


def test_entries_and_their_tile_changed_together(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    forged = [LEAVES[0], LEAVES[1], b"forged"]
    (tmp_path / "tile/entries/000.p/3").write_bytes(pack_bundle(forged))
    (tmp_path / "tile/0/000.p/3").write_bytes(b"".join(map(leaf_hash, forged)))

    assert code_of(tmp_path) == "record.root"


def test_a_wrong_origin(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    other = Checkpoint("elsewhere.example", 3, head_of(LEAVES[:3]).root)
    (tmp_path / "checkpoint").write_bytes(LOG.sign(other.text))

    assert code_of(tmp_path) == "record.origin"


@pytest.mark.parametrize(
    ("size", "code"), [(4, "record.missing"), (2, "record.beyond"), (256, "record.missing"), (2**62, "record.missing")]
)
def test_a_wrong_size_even_under_the_right_key(tmp_path, size, code):
    head = write_log(tmp_path, LEAVES[:3])
    (tmp_path / "checkpoint").write_bytes(Checkpoint(LOG.name, size, head.root).sign(LOG))

    assert code_of(tmp_path) == code


def test_a_signature_of_another_key(tmp_path):
    write_log(tmp_path, LEAVES[:3], signer=STRANGER)

    assert code_of(tmp_path) == "record.unsigned"


def test_a_smaller_checkpoint_than_the_one_you_kept(tmp_path):
    write_log(tmp_path, LEAVES[:3])

    with pytest.raises(NotProven, match="You have seen 4 entries; only 3 are shown") as refused:
        verify_folder(tmp_path, LOG.vkey, earlier=[head_of(LEAVES[:4])])
    assert refused.value.code == "record.consistency"


def test_the_same_size_with_another_root_than_you_kept(tmp_path):
    write_log(tmp_path, [*LEAVES[:2], b"forged"])

    assert code_of(tmp_path, earlier=[head_of(LEAVES[:3])]) == "record.consistency"


@pytest.mark.parametrize("kept", [1, 2, 255, 256, 257, 400])
def test_a_forged_act_after_a_rollback(tmp_path, kept):
    forged = [*LEAVES[: kept - 1], b"forged", *LEAVES[kept:]]
    write_log(tmp_path, forged)

    assert code_of(tmp_path, earlier=[head_of(LEAVES[:kept])]) == "record.consistency"


@pytest.mark.parametrize("size", [3, 256, 512, 600])
def test_every_checkpoint_kept_from_an_honest_log_is_a_beginning_of_it(tmp_path, size):
    write_log(tmp_path, LEAVES[:size])

    earlier = [head_of(LEAVES[:kept]) for kept in sorted({0, 1, 3, 255, 256, 257, 511, 512, size}) if kept <= size]

    assert verify_folder(tmp_path, LOG.vkey, earlier=earlier).signed.checkpoint == head_of(LEAVES[:size])


def test_a_kept_checkpoint_of_another_log(tmp_path):
    write_log(tmp_path, LEAVES[:3])

    assert code_of(tmp_path, earlier=[Checkpoint.empty("elsewhere.example")]) == "record.origin"


@pytest.mark.parametrize(
    "name", ["tile/0/000.p/4", "tile/entries/000.p/4", "tile/0/001.p/1", "tile/0/000", "tile/1/000.p/1", "tile/63/000"]
)
def test_a_tile_wider_than_the_size(tmp_path, name):
    write_log(tmp_path, LEAVES[:3])
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"h" * 128)

    assert code_of(tmp_path) == "record.beyond"


def test_a_mirror_that_shows_the_checkpoint_before_the_tiles(tmp_path):
    head = write_log(tmp_path, LEAVES[:300])
    ahead = Tiles(tmp_path, LOG.name, sync=False).append(head, LEAVES[300:])
    mirror = tmp_path / "mirror"
    write_log(mirror, LEAVES[:300])
    (mirror / "checkpoint").write_bytes(ahead.sign(LOG))

    assert code_of(mirror) == "record.missing"


# --- folders that are no logs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/03",
        "tile/64/000",
        "tile/00/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/readme",
        "tile/0/000.gz",
        "tile/0/\u0663\u0663\u0663",
        "tile/0/000\n",
    ],
)
def test_a_file_without_a_place_in_the_log(tmp_path, name):
    write_log(tmp_path, LEAVES[:300])
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"")

    assert code_of(tmp_path) == "record.stray"


def test_an_empty_folder_and_no_folder(tmp_path):
    assert code_of(tmp_path) == "record.missing"
    assert code_of(tmp_path / "nowhere") == "record.missing"


def test_links_are_not_followed(tmp_path):
    write_log(tmp_path / "log", LEAVES[:3])
    tile = tmp_path / "log/tile/0/000.p/3"
    tile.rename(tmp_path / "elsewhere")
    tile.symlink_to(tmp_path / "elsewhere")
    assert code_of(tmp_path / "log") == "record.stray"

    tile.unlink()
    tile.symlink_to("/dev/zero")
    assert code_of(tmp_path / "log") == "record.stray"

    write_log(tmp_path / "other", LEAVES[:3])
    checkpoint = tmp_path / "other/checkpoint"
    checkpoint.rename(tmp_path / "kept")
    checkpoint.symlink_to(tmp_path / "kept")
    assert code_of(tmp_path / "other") == "record.unreadable"


def test_a_pipe_is_not_waited_for(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    os.mkfifo(tmp_path / "tile/0/001")
    assert code_of(tmp_path) == "record.stray"

    (tmp_path / "tile/0/001").unlink()
    (tmp_path / "checkpoint").unlink()
    os.mkfifo(tmp_path / "checkpoint")
    assert code_of(tmp_path) == "record.note"


def test_folders_in_the_place_of_files(tmp_path):
    write_log(tmp_path, LEAVES[:3])
    (tmp_path / "checkpoint").unlink()
    (tmp_path / "checkpoint").mkdir()
    assert code_of(tmp_path) == "record.unreadable"

    shutil.rmtree(tmp_path / "tile")
    (tmp_path / "checkpoint").rmdir()
    head_only = head_of(LEAVES[:3]).sign(LOG)
    (tmp_path / "checkpoint").write_bytes(head_only)
    (tmp_path / "tile").write_bytes(b"")
    assert code_of(tmp_path) == "record.unreadable"


@pytest.mark.parametrize(("name", "size"), [("tile/0/000", 256 * 32 + 1), ("checkpoint", 1_000_001)])
def test_an_endless_file_is_not_read_to_its_end(tmp_path, name, size):
    write_log(tmp_path, LEAVES[:300])
    with (tmp_path / name).open("r+b") as file:
        file.truncate(size)

    assert code_of(tmp_path) == "record.oversize"


# --- a log that is being written ---------------------------------------------------------------------------------


def test_tiles_past_the_checkpoint_are_passed_over_only_on_demand(tmp_path):
    head = write_log(tmp_path, LEAVES[:300])
    Tiles(tmp_path, LOG.name, sync=False).append(head, LEAVES[300:])

    assert code_of(tmp_path) == "record.beyond"
    report = verify_folder(tmp_path, LOG.vkey, growing=True)
    assert (report.signed.checkpoint, report.beyond) == (head, 5)


@pytest.mark.parametrize("size", [3, 255, 256, 300, 511])
def test_an_older_checkpoint_is_still_borne_out_after_its_partial_tiles_are_gone(tmp_path, size):
    older = write_log(tmp_path, LEAVES[:size])
    tiles = Tiles(tmp_path, LOG.name, sync=False)
    tiles.publish(tiles.append(older, LEAVES[size:]).sign(LOG))
    (tmp_path / "checkpoint").write_bytes(older.sign(LOG))
    told = []

    report = verify_folder(tmp_path, LOG.vkey, growing=True, reader=lambda _, entries: told.extend(entries))

    assert report.signed.checkpoint == older
    assert told == LEAVES[:size]
    assert report.volume == sum(map(len, told))


def test_a_growing_log_is_checked_no_less(tmp_path):
    older = write_log(tmp_path, LEAVES[:300])
    tiles = Tiles(tmp_path, LOG.name, sync=False)
    tiles.publish(tiles.append(older, LEAVES[300:]).sign(LOG))
    (tmp_path / "checkpoint").write_bytes(older.sign(LOG))
    rewrite(tmp_path / "tile/entries/001", lambda old: old[:50] + bytes([old[50] ^ 1]) + old[51:])

    assert code_of(tmp_path, growing=True) == "record.tile"
