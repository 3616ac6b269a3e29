"""The main job, in a browser: from a founding meeting to a recalled delegate, on the record."""

from base64 import b64encode
from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.journeys import neighbours, steps_city, steps_home, steps_power, steps_record
from tests.journeys.reader import Reader, Telephone
from tests.site.replaying import replay_all

from weft_site import clock
from weft_site.people.models import Person
from weft_site.record.export import export_documents
from weft_site.record.models import Log
from weft_site.record.publish import publish_all

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROLL = """name;email
Rosa Quispe;rosa@example.org
Tam Nguyen;
Yusuf Adan;not an address
Wanda Kowal;
Zoë B.;
Vic Ott;
"""


def in_days(number: int) -> str:
    """A day and time as the browser's picker gives it."""
    return f"{clock.now() + timedelta(days=number):%Y-%m-%dT%H:%M}"


def test_the_main_job(chromium, telephone, days, home, tmp_path):
    """One walk, because each step stands on the one before. `way` holds who and what later steps come back to."""
    way = SimpleNamespace(chromium=chromium, telephone=telephone, days=days, home=home, tmp_path=tmp_path)
    found_a_council(way)
    admit_people(way)
    join_the_city(way)
    instruct_and_vote(way)
    take_the_seat_back(way)
    amend_the_charter(way)
    check_the_record(way)
    read_without_javascript(way)


def found_a_council(way):
    """Twelve people found a council, under a charter they have changed."""
    way.here, code = steps_home.gather(way.telephone, "Maple Street Garage")
    way.amara, way.bao, way.carmen, way.dmitri, way.esi, *_others = way.here
    way.garage = steps_home.GARAGE
    steps_home.adopt(way.here, code)
    assert way.amara.path == way.garage
    assert way.amara.sees("members 12")
    way.amara.go("/f/maple-street-garage/charter/")
    assert way.amara.sees("at least a quarter of the members")
    assert way.amara.sees("We speak in turn.")
    steps_home.draw_tellers(way.here, way.garage)
    steps_home.elect(way.here, way.garage, "chair", winner=way.amara, rival=way.here[5])
    steps_home.elect(way.here, way.garage, "secretary", winner=way.bao, rival=way.here[6])
    way.counters = steps_home.tellers(way.amara, way.here, way.garage)


def admit_people(way):
    """More people are admitted: one who asks, five from a list."""
    mona = steps_home.apply(way.telephone, "Mona")
    way.carmen.go(f"{way.garage}roll/").press("Mona").press("I know this person and vouch")
    assert way.carmen.sees("Members may object until")
    steps_home.enter_list(way.amara, way.dmitri, way.garage, ROLL.encode())
    mona.go("/").press("See where it stands")
    way.days.skip(7)
    assert mona.go("/").sees("Where I belong BASE COUNCIL Maple Street Garage")
    assert way.amara.go(way.garage).sees("members 18")


def join_the_city(way):
    """They join the city, share a seat with another small council, and elect a delegate on paper."""
    way.city = neighbours.riverton(clock.now())
    way.delegates = [Reader(way.telephone, person.name, person) for person in way.city.delegates]
    way.chair = way.delegates[0]
    proposal = steps_city.propose_joining(way.amara, way.garage)
    way.days.skip(14)
    steps_city.adopt_joining(way.here[:8], proposal)
    way.days.skip(17)
    steps_city.accept(way.delegates[:4], proposal)
    way.days.skip(3)
    way.garage = way.amara.go(way.garage).path
    assert way.garage.startswith("/f/riverton/")
    election = steps_city.call_delegates(way.amara, way.garage, [way.carmen, way.dmitri])
    assert way.amara.go(election).sees("Elected by Bakery + Maple Street Garage")
    way.days.skip(7)
    way.amara.go(election).press("Open the vote")
    counted = {"Papers given in": "20", "Carmen": "14", "Dmitri": "9"}
    steps_city.count(way.counters, election, [counted | {"Carmen": "15"}, counted])
    assert way.counters[1].sees("The two counts differ")
    steps_city.count(way.counters[:1], election, [counted])
    assert way.amara.go(election).sees("The result Carmen")
    assert way.amara.sees("Alternates, in order Dmitri")
    seats = zip(way.delegates, way.city.delegates, strict=True)
    way.commissioner = next(one for one, person in seats if person in way.city.commission)
    steps_city.check_credentials(way.commissioner, "Carmen")


def instruct_and_vote(way):
    """A binding mandate; the city council meets; a vote by name is compared with it."""
    mandate = steps_city.instruct(way.esi, way.amara, way.here[:8], way.garage)
    meeting = steps_city.call_meeting(
        way.chair, way.city.body, "Winter session", in_days(9), "Who has come\nFree rides"
    )
    way.rides = steps_city.move(
        way.delegates[1], way.delegates[2], way.city.body, title="Free rides", text="No child pays.", meeting=meeting
    )
    way.days.skip(4)
    assert way.amara.go(mandate).sees("binding")
    way.amara.go(way.rides).unfold("Our mandate speaks of this motion").press("Lay it beside the motion")
    way.days.skip(5)
    for one in (*way.delegates, way.carmen):
        one.go(meeting).press("I am here")
    way.chair.go(meeting).press("Open the meeting")
    way.chair.go(way.rides).choose("By name, each on a phone").press("Put it to the vote")
    way.delegates[1].go(meeting).press("Vote").choose("Yes").press("Send my vote")
    steps_home.vote_too(way.delegates[2:], "Yes")
    steps_city.vote_by_keyboard(way.chair, way.rides, "Yes")
    way.carmen.go(way.rides).press("Vote")
    assert way.carmen.sees("A vote against it counts, and is shown as broken on the roll call.")
    way.carmen.choose("No").press("Send my vote")
    assert way.carmen.sees("This vote is against your mandate.")
    way.chair.go(way.rides).press("Close the vote and count")
    assert way.chair.sees("Carmen Bakery, Maple Street Garage no yes (binding) broken")
    way.chair.go(meeting).press("Close the meeting")


def take_the_seat_back(way):
    """The electors take the seat back; the alternate steps up; the recalled delegate is refused."""
    baker = Reader(way.telephone, way.city.bakers[4].name, way.city.bakers[4])
    way.petition = steps_power.recall(way.esi, [baker, way.here[7]], way.garage, "Carmen")
    way.carmen.go(way.petition).fill({"Your answer to the electors": "I changed my mind in the debate."}).press(
        "Answer"
    )
    way.days.skip(3)
    steps_home.vote_each([way.here[0], baker], way.petition, "Yes")
    steps_home.vote_too([way.here[1], *way.here[4:11]], "Yes")
    repairs = steps_city.move(
        way.delegates[1], way.delegates[2], way.city.body, title="Night stops", text="All of them."
    )
    way.chair.go(repairs).choose("By name, each on a phone").fill({"Open until": in_days(10)}).press(
        "Put it to the vote"
    )
    way.carmen.go(repairs).press("Vote").choose("Yes")
    way.days.skip(3)
    way.carmen.press("Send my vote")
    assert way.carmen.sees("Refused. Nothing has changed. You no longer hold the seat or office: it was recalled.")
    way.carmen.page.locator("main a", has_text="Article").click()
    way.carmen.page.wait_for_url("**/f/riverton/charter/#article-*")
    assert way.carmen.sees("recall")
    assert way.esi.go(way.petition).sees("The electors have taken the seat back. It was void from that instant.")
    way.esi.press("Carmen")
    assert way.esi.sees("Dmitri Sent by Bakery + Maple Street Garage")
    assert way.carmen.go("/").sees("Nothing needs you now.")
    steps_city.check_credentials(way.commissioner, "Dmitri")


def amend_the_charter(way):
    """The charter is amended: notice, majority, ratification; an earlier decision cites the old version."""
    amendment = steps_power.propose_amendment(way.delegates[1], [way.delegates[2], way.delegates[3]], way.city.body)
    way.days.skip(14)
    way.chair.go(amendment).choose("By name, each on a phone").press("Put it to the vote")
    steps_home.vote_each([way.chair, way.dmitri], amendment, "Yes")
    steps_home.vote_too(way.delegates[1:], "Yes")
    way.days.skip(9)
    steps_power.ratify(way.amara, way.here[:8], amendment)
    neighbours.ratify(way.city, amendment.rstrip("/").rsplit("/", 1)[1], clock.now())
    way.days.skip(5)
    assert way.chair.go(amendment).sees("agreed")
    way.chair.go(f"/f/{way.city.slug}/charter/")
    assert way.chair.sees("every 21 days")
    way.chair.go(way.rides).follow("div:has(> dt:text('Judged by'))")
    assert way.chair.sees("no longer in force. Decisions taken under it still cite it.")
    assert way.chair.sees("every 30 days")


def check_the_record(way):
    """Each of these is an entry: shown with proof and checkpoint, checked and judged again by others."""
    publish_all()
    way.chair.go(way.rides).follow("div:has(> dt:text('On the record'))")
    assert way.chair.sees("A motion was decided")
    assert way.chair.sees("Published")
    assert way.chair.sees("Proof")
    for slug in (way.city.slug, "maple-street-garage"):
        log = Log.objects.get(slug=slug)
        way.chair.go(f"/f/{slug}/record/")
        asked = way.chair.page.locator("pre", has_text="weft verify record").inner_text()
        vkey = asked.split("'")[1]
        assert way.chair.sees(f"entries recorded {log.size} of these published {log.size}")
        folder = way.home / "record" / slug
        export_documents(log, way.tmp_path / slug, visibility="hashes")
        found = steps_record.weft_verify(folder, vkey, way.tmp_path / slug)
        assert (found["holds"], found["size"]) == (True, log.size)
        assert {one["why"] for one in found["replayed"]["unchecked"]} <= {"elsewhere"}  # it stands in another record
        said = steps_record.go_verify(folder, vkey, way.tmp_path)
        assert said in {"", f"ok {log.size} {b64encode(bytes.fromhex(found['root'])).decode()} 0\n"}
    replay_all()  # compares every seat, term, result and decision that follows from the entries with the tables


def read_without_javascript(way):
    """Whoever reads without JavaScript reads the same, and can act."""
    plain = Telephone(way.chromium, way.telephone.address, java_script_enabled=False)
    reader = Reader(plain, way.amara.name, Person.objects.get(name=way.amara.name))
    garage_pages = [way.garage + page for page in ("", "roll/", "meetings/", "motions/", "elections/", "mandates/")]
    for page in (
        "/",
        "/councils/",
        "/charters/",
        "/records/",
        "/notices/",
        "/settings/",
        *garage_pages,
        f"/f/{way.city.slug}/",
        way.city.body,
        f"/f/{way.city.slug}/charter/",
        f"/f/{way.city.slug}/record/",
        way.rides,
        way.petition,
    ):
        reader.go(page)
        assert reader.page.title().endswith("Weft")
    reader.go(f"{way.garage}elections/").press("Call an election", within="tr:has(th:has-text('treasurer'))")
    assert reader.sees("The election is called.")
    reader.unfold("Stand yourself").press("I stand")
    assert reader.sees(
        "Please mend this. Nothing has been saved. Nobody may be"
    )  # the way.chair does not keep the money
    plain.close()
    assert plain.complaints == []
