"""Family C at the door: the site takes one time, UTC, so that no hour is missing and none comes twice."""

from datetime import UTC, datetime

import pytest
from django import forms

from weft_site.deliberation.forms import MeetingForm, PutForm, TimeField

TAKEN = {
    "2026-12-20T18:00": datetime(2026, 12, 20, 18, tzinfo=UTC),
    "2028-02-29T18:00": datetime(2028, 2, 29, 18, tzinfo=UTC),
    "2026-10-25T02:30": datetime(2026, 10, 25, 2, 30, tzinfo=UTC),  # twice in Berlin, once here
    "2027-03-28T02:30": datetime(2027, 3, 28, 2, 30, tzinfo=UTC),  # never in Berlin, once here
    "2027-04-04T01:45": datetime(2027, 4, 4, 1, 45, tzinfo=UTC),  # twice on Lord Howe
    "2026-12-20T18:00+05:45": datetime(2026, 12, 20, 12, 15, tzinfo=UTC),
    "2026-12-20T18:00:59.999999": datetime(2026, 12, 20, 18, 0, 59, tzinfo=UTC),  # finer times tell who was when
}
REFUSED = [
    "2027-02-29T18:00", "0000-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "10000-01-01T00:00",
    "1999-12-31T23:59", "2026-13-01T00:00", "2026-12-20T24:01", "now", "1e400", "-1", "2026-12-20T18:00 Mars/Phobos",
]  # fmt: skip


@pytest.mark.parametrize(("text", "at"), TAKEN.items())
def test_a_time_is_taken_as_utc_to_the_second(text, at):
    assert TimeField().clean(text) == at


@pytest.mark.parametrize("text", REFUSED)
def test_a_time_that_cannot_be_is_refused_with_a_sentence(text):
    with pytest.raises(forms.ValidationError) as wrong:
        TimeField().clean(text)

    assert wrong.value.code == "invalid"
    assert wrong.value.messages[0]


def test_every_form_that_takes_a_time_says_that_it_is_utc():
    fields = [MeetingForm.base_fields["starts_at"], PutForm.base_fields["closes_at"]]

    assert all(isinstance(field, TimeField) and "UTC" in str(field.label) for field in fields)
