"""Who there is in Riverton: sixteen workplaces, five associations, about 3,000 people. All of it is invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workplace:
    """founders: how many came to the founding meeting. members: how many belong to it in the end."""

    key: str
    title: str
    place: str
    founders: int
    members: int


# The first twelve found the city together; the last four accede to it later.
WORKPLACES = (
    Workplace("hospital", "Riverton General Hospital", "Staff canteen, ground floor", 14, 900),
    Workplace("depot", "Transit Depot, Canal Street", "Repair hall 2", 12, 420),
    Workplace("warehouse", "Eastside Warehouse", "Union hall, Mill Lane", 11, 380),
    Workplace("schools", "Riverton School District", "Gymnasium, Lincoln School", 12, 340),
    Workplace("sanitation", "City Sanitation", "Garage North", 10, 210),
    Workplace("port", "River Port", "Longshore hall", 9, 190),
    Workplace("kitchens", "University Kitchens", "Kitchen 4, after the late shift", 8, 130),
    Workplace("callcenter", "Harbor Call Center", "Community centre, Elm Street", 8, 110),
    Workplace("homecare", "Home Care Cooperative", "Public library, room 3", 8, 96),
    Workplace("building", "Building Trades, Southside Site", "Site hut", 8, 74),
    Workplace("daylabor", "Day Labor Corner", "Parking lot, Fifth and Main", 7, 18),
    Workplace("bakery", "Sunrise Bakery", "Behind the ovens, four in the morning", 7, 12),
    Workplace("hotel", "Grand Hotel", "Laundry", 7, 64),
    Workplace("library", "Public Library", "Reading room", 7, 42),
    Workplace("printshop", "Tide Print Shop", "Press room", 5, 9),
    Workplace("cafe", "Café Meridian", "Back room", 5, 5),
)
TOGETHER = 12
COMBINED = ("daylabor", "bakery", "printshop", "cafe")  # below 25 members: one constituency together


@dataclass(frozen=True, slots=True)
class Association:
    """skip: from which member on people of the workplaces belong to it, so that few belong to two."""

    key: str
    title: str
    members: int
    skip: int


ASSOCIATIONS = (
    Association("women", "Women's Association", 24, 1),
    Association("black", "Black Workers' Association", 18, 2),
    Association("migrants", "Migrant Workers' Association", 18, 3),
    Association("disabled", "Disabled Workers' Association", 10, 4),
    Association("older", "Older Workers' Association", 12, 5),
)

TITLE = "Riverton Workers' Assembly"


def members_of(workplace: Workplace, scale: int) -> int:
    """How many belong to a workplace in a city that is so many times smaller; small ones stay as they are."""
    if workplace.members < 60:
        return workplace.members
    return max(workplace.members // scale, 30)
