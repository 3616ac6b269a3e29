"""The main job, in a browser: from a founding meeting to a recalled delegate, on the record."""

from base64 import b64encode
from datetime import timedelta

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
    # 1. Twelve people found a council, under a charter they have changed
    here, code = steps_home.gather(telephone, "Maple Street Garage")
    amara, bao, carmen, dmitri, esi, *_others = here
    garage = steps_home.GARAGE
    steps_home.adopt(here, code)
    assert amara.path == garage
    assert amara.sees("members 12")
    amara.go("/f/maple-street-garage/charter/")
    assert amara.sees("at least a quarter of the members")
    assert amara.sees("We speak in turn.")
    steps_home.draw_tellers(here, garage)
    steps_home.elect(here, garage, "chair", winner=amara, rival=here[5])
    steps_home.elect(here, garage, "secretary", winner=bao, rival=here[6])
    counters = steps_home.tellers(amara, here, garage)

    # 2. More people are admitted: one who asks, five from a list
    mona = steps_home.apply(telephone, "Mona")
    carmen.go(f"{garage}roll/").press("Mona").press("I know this person and vouch")
    assert carmen.sees("Members may object until")
    steps_home.enter_list(amara, dmitri, garage, ROLL.encode())
    mona.go("/").press("See where it stands")
    days.skip(7)
    assert mona.go("/").sees("Where I belong BASE COUNCIL Maple Street Garage")
    assert amara.go(garage).sees("members 18")

    # 3. They join the city, share a seat with another small council, and elect a delegate on paper
    city = neighbours.riverton(clock.now())
    delegates = [Reader(telephone, person.name, person) for person in city.delegates]
    chair = delegates[0]
    proposal = steps_city.propose_joining(amara, garage)
    days.skip(14)
    steps_city.adopt_joining(here[:8], proposal)
    days.skip(17)
    steps_city.accept(delegates[:4], proposal)
    days.skip(3)
    garage = amara.go(garage).path
    assert garage.startswith("/f/riverton/")
    election = steps_city.call_delegates(amara, garage, [carmen, dmitri])
    assert amara.go(election).sees("Elected by Bakery + Maple Street Garage")
    days.skip(7)
    amara.go(election).press("Open the vote")
    counted = {"Papers given in": "20", "Carmen": "14", "Dmitri": "9"}
    steps_city.count(counters, election, [counted | {"Carmen": "15"}, counted])
    assert counters[1].sees("The two counts differ")
    steps_city.count(counters[:1], election, [counted])
    assert amara.go(election).sees("The result Carmen")
    assert amara.sees("Alternates, in order Dmitri")
    commissioner = next(one for one, person in zip(delegates, city.delegates, strict=True) if person in city.commission)
    steps_city.check_credentials(commissioner, "Carmen")

    # 4. A binding mandate; the city council meets; a vote by name is compared with it
    mandate = steps_city.instruct(esi, amara, here[:8], garage)
    meeting = steps_city.call_meeting(chair, city.body, "Winter session", in_days(9), "Who has come\nFree rides")
    rides = steps_city.move(
        delegates[1], delegates[2], city.body, title="Free rides", text="No child pays.", meeting=meeting
    )
    days.skip(4)
    assert amara.go(mandate).sees("binding")
    amara.go(rides).unfold("Our mandate speaks of this motion").press("Lay it beside the motion")
    days.skip(5)
    for one in (*delegates, carmen):
        one.go(meeting).press("I am here")
    chair.go(meeting).press("Open the meeting")
    chair.go(rides).choose("By name, each on a phone").press("Put it to the vote")
    for one in delegates[1:]:
        one.go(meeting).press("Vote").choose("Yes").press("Send my vote")
    steps_city.vote_by_keyboard(chair, rides, "Yes")
    carmen.go(rides).press("Vote")
    assert carmen.sees("A vote against it counts, and is shown as broken on the roll call.")
    carmen.choose("No").press("Send my vote")
    assert carmen.sees("This vote is against your mandate.")
    chair.go(rides).press("Close the vote and count")
    assert chair.sees("Carmen Bakery, Maple Street Garage no yes (binding) broken")
    chair.go(meeting).press("Close the meeting")

    # 5. The electors take the seat back; the alternate steps up; the recalled delegate is refused
    baker = Reader(telephone, city.bakers[4].name, city.bakers[4])
    petition = steps_power.recall(esi, [baker, here[7]], garage, "Carmen")
    carmen.go(petition).fill({"Your answer to the electors": "I changed my mind in the debate."}).press("Answer")
    days.skip(3)
    for one in (*here[:2], *here[4:11], baker):
        one.go(petition).press("Vote").choose("Yes").press("Send my vote")
    repairs = steps_city.move(delegates[1], delegates[2], city.body, title="Night stops", text="All of them.")
    chair.go(repairs).choose("By name, each on a phone").fill({"Open until": in_days(10)}).press("Put it to the vote")
    carmen.go(repairs).press("Vote").choose("Yes")
    days.skip(3)
    carmen.press("Send my vote")
    assert carmen.sees("Refused. Nothing has changed. You no longer hold the seat or office: it was recalled.")
    carmen.page.locator("main a", has_text="Article").click()
    carmen.page.wait_for_url("**/f/riverton/charter/#article-*")
    assert carmen.sees("recall")
    assert esi.go(petition).sees("The electors have taken the seat back. It was void from that instant.")
    esi.press("Carmen")
    assert esi.sees("Dmitri Sent by Bakery + Maple Street Garage")
    assert carmen.go("/").sees("Nothing needs you now.")
    steps_city.check_credentials(commissioner, "Dmitri")

    # 6. The charter is amended: notice, majority, ratification; an earlier decision cites the old version
    amendment = steps_power.propose_amendment(delegates[1], [delegates[2], delegates[3]], city.body)
    days.skip(14)
    chair.go(amendment).choose("By name, each on a phone").press("Put it to the vote")
    for one in (*delegates, dmitri):
        one.go(amendment).press("Vote").choose("Yes").press("Send my vote")
    days.skip(9)
    steps_power.ratify(amara, here[:8], amendment)
    neighbours.ratify(city, amendment.rstrip("/").rsplit("/", 1)[1], clock.now())
    days.skip(5)
    assert chair.go(amendment).sees("agreed")
    chair.go(f"/f/{city.slug}/charter/")
    assert chair.sees("every 21 days")
    chair.go(rides).follow("div:has(> dt:text('Judged by'))")
    assert chair.sees("no longer in force. Decisions taken under it still cite it.")
    assert chair.sees("every 30 days")

    # 7. Each of these is an entry: shown with proof and checkpoint, checked and judged again by others
    publish_all()
    chair.go(rides).follow("div:has(> dt:text('On the record'))")
    assert chair.sees("A motion was decided")
    assert chair.sees("Published")
    assert chair.sees("Proof")
    for slug in (city.slug, "maple-street-garage"):
        log = Log.objects.get(slug=slug)
        chair.go(f"/f/{slug}/record/")
        asked = chair.page.locator("pre", has_text="weft verify record").inner_text()
        vkey = asked.split("'")[1]
        assert chair.sees(f"entries recorded {log.size} of these published {log.size}")
        folder = home / "record" / slug
        export_documents(log, tmp_path / slug, visibility="hashes")
        found = steps_record.weft_verify(folder, vkey, tmp_path / slug)
        assert (found["holds"], found["size"]) == (True, log.size)
        assert {one["why"] for one in found["replayed"]["unchecked"]} <= {"elsewhere"}  # it stands in another record
        said = steps_record.go_verify(folder, vkey, tmp_path)
        assert said in {"", f"ok {log.size} {b64encode(bytes.fromhex(found['root'])).decode()} 0\n"}
    replay_all()  # compares every seat, term, result and decision that follows from the entries with the tables

    # Whoever reads without JavaScript reads the same, and can act
    plain = Telephone(chromium, telephone.address, java_script_enabled=False)
    reader = Reader(plain, amara.name, Person.objects.get(name=amara.name))
    garage_pages = [garage + page for page in ("", "roll/", "meetings/", "motions/", "elections/", "mandates/")]
    for page in (
        "/",
        "/councils/",
        "/charters/",
        "/records/",
        "/notices/",
        "/settings/",
        *garage_pages,
        f"/f/{city.slug}/",
        city.body,
        f"/f/{city.slug}/charter/",
        f"/f/{city.slug}/record/",
        rides,
        petition,
    ):
        reader.go(page)
        assert reader.page.title().endswith("Weft")
    reader.go(f"{garage}elections/").press("Call an election", within="tr:has(th:has-text('treasurer'))")
    assert reader.sees("The election is called.")
    reader.unfold("Stand yourself").press("I stand")
    assert reader.sees("Please mend this. Nothing has been saved. Nobody may be")  # the chair does not keep the money
    plain.close()
    assert plain.complaints == []
