"""Charters as values: parsed once, kept by hash. A hash never changes its meaning, so the cache never goes stale."""

from functools import lru_cache

from weft.charter import Charter, load
from weft_site.charter.models import CharterVersion


@lru_cache(maxsize=64)
def _parsed(hash_: str) -> Charter:
    return load(CharterVersion.objects.values_list("text", flat=True).get(hash=hash_))


def charter(version: CharterVersion) -> Charter:
    """The charter of a version row."""
    return _parsed(version.hash)


def keep_version(text: str) -> CharterVersion:
    """The row of a valid charter text, made if need be. Raises CharterProblems for a text that is not valid."""
    value = load(text)
    row, _ = CharterVersion.objects.get_or_create(hash=value.hash, defaults={"title": value.title, "text": value.text})
    return row
