"""The Petrograd Soviet of 1917: seats by the charter's norm, nobody invented, every doubtful figure marked."""

import csv
from collections import Counter

import pytest

from weft_site.deliberation.models import Motion
from weft_site.demo import clock as demo_clock
from weft_site.demo.build import evening
from weft_site.demo.people import roles
from weft_site.demo.petrograd.figures import DATA, figures, named_plants, plants, votes
from weft_site.federation.models import Body, Seat, Term
from weft_site.people.models import Person
from weft_site.record.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(telling):
    with telling("petrograd-1917") as home:
        yield home


@pytest.fixture
def soviet(built, demo, settings):
    """The Soviet, in the folder where it was built."""
    settings.WEFT_HOME = built
    (built / "demo.json").write_text('{"scenario": "petrograd-1917", "built": true}')
    return Body.objects.get(kind="soviet")


def test_plants_and_workers_add_up_to_the_sums_of_the_sources():
    with (DATA / "russia_petrograd_industry_1917_01.csv").open(newline="") as file:
        total = next(row for row in csv.DictReader(file) if row["industry"] == "TOTAL (memory table)")

    assert len(plants()) == int(total["factories"])
    assert sum(plant.workers for plant in plants()) == int(total["workers"])
    assert len({plant.title for plant in plants()}) == len(plants())


def test_the_norm_gives_about_3000_deputies_in_two_sections(soviet):
    """Restated: one a full thousand workers and at least one a plant; one a company."""
    seats = Counter(Seat.objects.filter(body=soviet, office="").values_list("constituency__rule", flat=True))
    workers = sum(max(plant.workers // 1_000, 1) for plant in plants())

    assert seats == {0: workers, 1: 2_000}
    assert 2_500 < sum(seats.values()) < 3_500
    assert Term.objects.filter(seat__body=soviet, ended_at=None).count() == sum(seats.values())


def test_named_plants_send_as_many_as_the_file_works_out(soviet):
    with (DATA / "russia_petrograd_factories_1917.csv").open(newline="") as file:
        expected = {row["factory"]: int(row["deputies_floor_rule"]) for row in csv.DictReader(file)}
    sent = {
        plant.title: Seat.objects.filter(body=soviet, constituency__senders__title=plant.title).count()
        for plant in named_plants()
    }

    assert sent == {title: expected[title] for title in sent}
    assert len(sent) == 14


def test_nobody_has_a_name(soviet):
    words = {name.split()[0] for name in Person.objects.values_list("name", flat=True)}

    assert words == {"Deputy", "Representative", "Worker", "Visitor"}


def test_executive_and_bureau_are_as_large_as_the_figures_say(soviet):
    sizes = {
        kind: Term.objects.filter(seat__body__kind=kind, ended_at=None).count() for kind in ("executive", "bureau")
    }

    assert sizes == {"executive": 15 + 10 + 3 * 3, "bureau": 24}


def test_votes_stand_with_their_numbers_and_their_doubts(soviet):
    found = {
        tuple(motion.ballot.result[key] for key in ("yes", "no", "abstain")): motion
        for motion in Motion.objects.select_related("ballot")
    }

    assert set(found) == {(414, 519, 67), (279, 115, 50)}
    assert found[414, 519, 67].state == "lost"
    assert "often quoted the other way round" in found[414, 519, 67].text
    assert "illustrative" in found[279, 115, 50].text
    assert not any(motion.ballot.votes.exists() for motion in found.values())
    assert [vote.status for vote in votes()] == ["M", "V"]


def test_no_record_is_made_up(soviet):
    assert not Entry.objects.exists()


def test_the_page_of_figures_marks_whatever_was_not_read_at_a_source(client, soviet):
    page = client.get("/demo/figures/").content.decode()

    doubtful = sum(figure.status != "V" for figure in figures())
    assert 0 < doubtful < len(figures())
    assert page.count("Illustrative") == doubtful
    assert page.count("Verified in a source") == len(figures()) - doubtful


def test_the_page_of_the_federation_says_that_figures_are_illustrative(client, soviet):
    page = client.get(f"/f/{soviet.federation.log.slug}/").content.decode()

    assert "Illustrative: figures of history" in page
    assert "3,133" in page


def test_it_is_an_evening_of_1917_and_the_elector_can_be_chosen(client, soviet):
    elector = next(role for role in roles() if role.name == "Worker of Skorokhod, no. 1")

    assert abs(demo_clock.last_set() - evening("petrograd-1917")).total_seconds() < 60
    assert client.post(f"/demo/as/{elector.person}/").status_code == 302


def test_riverton_has_no_page_of_figures(client, demo):
    (demo / "demo.json").write_text('{"scenario": "riverton", "built": true}')

    assert client.get("/demo/figures/").status_code == 404
