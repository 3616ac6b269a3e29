"""An executive has the seats that the council which elects it gives it, so that every rule of seats holds for it."""

from weft.charter import articles, library_charter
from weft.charter.model import Norm, SeatRule
from weft.federation import seats_for


def test_the_committee_of_the_workers_assembly_is_elected_by_the_city_from_itself():
    law = library_charter("workers-assembly")
    city, committee = law.body("city"), law.body("committee")

    assert committee.seats == (
        SeatRule(
            index=0,
            sender="city",
            norm=Norm(unit="seats", per=10, minimum=3, maximum=15),
            title=committee.title,
            elect=city.executive.elect,
            recall=city.executive.recall,
            executive=True,
        ),
    )
    assert [seats_for(committee.seats[0].norm, seats) for seats in (4, 30, 49, 150, 400)] == [3, 3, 4, 15, 15]


def test_its_seats_are_told_once_in_the_articles_of_the_council_that_elects_it():
    law = library_charter("workers-assembly")

    told = [a.anchor for a in articles(law) if a.body == "committee" and "seats" in a.anchor]

    assert told == []
