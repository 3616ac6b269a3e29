"""What is written down again from memory is what the acts left."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from tests.site.factories import everything, found_council
from tests.site.remembering import remembered

from weft_site.charter.models import CharterVersion

pytestmark = pytest.mark.django_db


def test_what_was_built_once_is_written_again_under_its_keys_with_its_files(tmp_path):
    built = []

    @remembered
    def council():
        built.append(found_council.__wrapped__(5))
        return built[-1]

    def left(home: Path):
        settings.WEFT_HOME = home
        with transaction.atomic():
            found = council()
            rows = everything() | {"CharterVersion": list(CharterVersion.objects.values_list())}
            files = {path.relative_to(home): path.read_bytes() for path in home.rglob("*") if path.is_file()}
            transaction.set_rollback(True)
        return found, rows, files

    first, rows, files = left(home=tmp_path / "one")
    again, same_rows, same_files = left(home=tmp_path / "two")

    assert len(built) == 1
    assert (again.body, again.people) == (first.body, first.people)
    assert (same_rows, same_files) == (rows, files)
    assert rows["Membership"]
    assert files


def test_beside_something_else_it_is_built_by_its_acts():
    one = found_council(5, title="One")

    two = found_council(5, title="Two")

    assert one.body.federation_id != two.body.federation_id
