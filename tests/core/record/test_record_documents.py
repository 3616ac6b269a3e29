"""Documents beside the log: salted, addressed by hash, checked alone, erased one by one."""

import os
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_record import files_of

from weft.record import Documents, NotProven, commitment
from weft.record.documents import open_document

SALT, OTHER_SALT = b"s" * 32, b"t" * 32
MINUTES = b"Minutes of the first meeting."


def test_a_commitment_is_a_salted_hash_with_its_own_prefix():
    assert commitment(SALT, MINUTES) == sha256(b"\x02" + SALT + MINUTES).digest()


@pytest.mark.parametrize("salt", [b"", b"s" * 31, b"s" * 33])
def test_a_salt_of_another_length_is_a_callers_bug(salt):
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(salt, MINUTES)


@given(content=st.binary(max_size=300), salt=st.binary(min_size=32, max_size=32))
def test_a_document_comes_back_under_its_hash(tmp_path_factory, content, salt):
    documents = Documents(tmp_path_factory.mktemp("documents"))

    hash_hex = documents.put(content, salt=salt)

    assert hash_hex == commitment(salt, content).hex()
    assert documents.get(hash_hex) == content
    assert documents.handout(hash_hex) == salt + content
    assert open_document(salt + content, hash_hex) == content


def test_the_same_words_with_another_salt_are_another_document(tmp_path):
    documents = Documents(tmp_path)

    assert documents.put(MINUTES, salt=SALT) != documents.put(MINUTES, salt=OTHER_SALT)


def test_a_document_put_twice_is_one_file(tmp_path):
    documents = Documents(tmp_path)

    hash_hex = documents.put(MINUTES, salt=SALT)
    documents.put(MINUTES, salt=SALT)

    assert files_of(tmp_path) == {f"{hash_hex[:2]}/{hash_hex[2:]}": SALT + MINUTES}


def test_others_on_the_machine_cannot_read_a_document(tmp_path):
    hash_hex = Documents(tmp_path).put(MINUTES, salt=SALT)

    assert (tmp_path / hash_hex[:2] / hash_hex[2:]).stat().st_mode & 0o077 == 0


def test_erasing_one_document_leaves_the_others(tmp_path):
    documents = Documents(tmp_path)
    gone, kept = documents.put(MINUTES, salt=SALT), documents.put(MINUTES, salt=OTHER_SALT)

    assert documents.erase(gone) is True

    assert (documents.get(gone), documents.handout(gone)) == (None, None)
    assert documents.get(kept) == MINUTES
    assert MINUTES not in b"".join(content for name, content in files_of(tmp_path).items() if gone[2:] in name)
    assert documents.erase(gone) is False


@pytest.mark.parametrize(
    "bend",
    [
        lambda handed: handed[:-1],
        lambda handed: handed + b"\x00",
        lambda handed: handed[:-1] + b"!",
        lambda handed: OTHER_SALT + handed[32:],
        lambda handed: handed[:31],
        lambda _: b"",
    ],
)
def test_a_changed_document_is_refused(tmp_path, bend):
    documents = Documents(tmp_path)
    hash_hex = documents.put(MINUTES, salt=SALT)
    (tmp_path / hash_hex[:2] / hash_hex[2:]).write_bytes(bend(SALT + MINUTES))

    with pytest.raises(NotProven) as refused:
        documents.get(hash_hex)
    assert refused.value.code == "record.document"


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "g" * 64])
def test_what_is_no_hash_is_no_address(tmp_path, address):
    with pytest.raises(ValueError, match="64 hex digits"):
        Documents(tmp_path).get(address)


def test_a_full_disk_leaves_no_half_written_document(tmp_path, monkeypatch):
    documents = Documents(tmp_path)
    kept = documents.put(MINUTES, salt=SALT)
    before = files_of(tmp_path)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        documents.put(b"another", salt=SALT)

    assert files_of(tmp_path) == before
    assert documents.get(kept) == MINUTES


def test_a_temporary_file_left_by_a_crash_is_in_nobodys_way(tmp_path):
    documents = Documents(tmp_path)
    hash_hex = commitment(SALT, MINUTES).hex()
    folder = tmp_path / hash_hex[:2]
    folder.mkdir()
    (folder / f".{hash_hex[2:]}.0").write_bytes(b"half a docu")

    assert documents.put(MINUTES, salt=SALT) == hash_hex
    assert documents.get(hash_hex) == MINUTES
