"""Pages of membership and accession: who sees what, in a fixed number of queries, and files that are safe to open."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tests.site.factories import DAY, NOON, found_city, found_council, officer, people, person

from weft.ballots import roll_hash
from weft_site.federation.acting import begin
from weft_site.federation.models import Accession, Application, Membership
from weft_site.federation.services import accession, applications, associations, bodies
from weft_site.federation.services.members import leave

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def clock(monkeypatch):
    def set_to(instant):
        monkeypatch.setattr("weft_site.clock.now", lambda: instant)

    set_to(NOON)
    return set_to


@pytest.fixture
def depot(clock):
    return found_council(12)


def path(body, rest):
    return f"/f/{body.federation.log.slug}/b/{body.ref}/{rest}"


def sign_in(client, who):
    client.force_login(who, backend=BACKEND)
    return client


# --- the roll -----------------------------------------------------------------------------------------------------


def test_members_see_the_names_and_others_only_how_many(client, depot):
    inside = sign_in(client, depot.people[0]).get(path(depot.body, "roll/"))
    assert b"Depot 7" in inside.content

    city = found_city(sizes=(30, 30))
    sign_in(client, city.workplaces[1].people[0])
    other = client.get(path(city.workplaces[0].body, "roll/"))
    assert other.status_code == 200
    assert b"Works 1 7" not in other.content
    assert b"The names are for its own members." in other.content
    assert client.get(path(depot.body, "roll/")).status_code == 404


@pytest.mark.parametrize("words", ["depot 7", "DEPOT 7", "7 Dépot"])
def test_the_roll_is_searched_without_case_and_accents(client, depot, words):
    page = sign_in(client, depot.people[0]).get(path(depot.body, "roll/"), {"q": words})

    assert [row.person.name for row in page.context["rows"]] == ["Depot 7"]


def test_the_search_knows_other_scripts(client, depot):
    bodies.add_members(depot.body, [person("Ольга Петрова")], index=500, now=NOON)

    page = sign_in(client, depot.people[0]).get(path(depot.body, "roll/"), {"q": "ОЛЬГА"})

    assert [row.person.name for row in page.context["rows"]] == ["Ольга Петрова"]


def test_fifty_names_a_page(client, depot):
    bodies.add_members(depot.body, people(60, "Late"), index=500, now=NOON)

    pages = [sign_in(client, depot.people[0]).get(path(depot.body, "roll/"), {"page": n}) for n in (1, 2)]

    assert [len(page.context["rows"]) for page in pages] == [50, 22]


@pytest.mark.parametrize("query", [{}, {"q": "late"}])
def test_the_roll_takes_as_many_queries_for_forty_as_for_four_hundred(client, depot, query):
    sign_in(client, depot.people[0])
    address = path(depot.body, "roll/")
    bodies.add_members(depot.body, people(40, "Late"), index=500, now=NOON)
    client.get(address, query)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address, query)
    bodies.add_members(depot.body, people(360, "Late again"), index=501, now=NOON)
    applications.apply(actor=person("Zoe"), now=NOON, body_id=depot.body.pk, of_age=True)
    with CaptureQueriesContext(connection) as many:
        client.get(address, query)

    assert len(few) == len(many)


def test_csv_and_xlsx_hold_the_roll_and_its_hash(client, depot):
    sign_in(client, depot.people[0])
    fingerprint = roll_hash(Membership.objects.filter(body=depot.body).values_list("ref", flat=True))
    bodies.add_members(depot.body, [], index=500, now=NOON)

    as_csv = client.get(path(depot.body, "roll.csv"))
    rows = list(csv.reader(io.StringIO(as_csv.content.decode().lstrip("\ufeff"))))
    sheet = load_workbook(io.BytesIO(client.get(path(depot.body, "roll.xlsx")).content)).active

    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="roll-depot-b0.csv"'
    assert rows[0] == ["Reference", "Name", "Since", "Status"]
    assert rows[1][1:] == ["Depot 1", "2026-11-23", "Admitted"]
    assert rows[-1][-1] == fingerprint
    assert [cell.value for cell in sheet[2]][1] == "Depot 1"
    assert sheet.cell(sheet.max_row, 2).value == fingerprint


def test_a_name_that_looks_like_a_formula_is_harmless_in_a_file(client, depot):
    bodies.add_members(depot.body, [person("=HYPERLINK(A1)")], index=500, now=NOON)

    text = sign_in(client, depot.people[0]).get(path(depot.body, "roll.csv")).content.decode()

    assert '"\'=HYPERLINK(A1)"' in text


def test_files_are_for_members(client, depot):
    assert client.get(path(depot.body, "roll.csv")).status_code == 302
    assert sign_in(client, person("Eve")).get(path(depot.body, "roll.csv")).status_code == 404


# --- applying -----------------------------------------------------------------------------------------------------


def test_a_stranger_applies_and_sees_where_it_stands(client, depot):
    ana = person("Ana")
    sign_in(client, ana)
    assert client.get(path(depot.body, "")).status_code == 404

    page = client.get(path(depot.body, "apply/"))
    assert (page.status_code, b"I am at least 16 years old." in page.content) == (200, True)
    refused = client.post(path(depot.body, "apply/"), {})
    assert (refused.status_code, Application.objects.count()) == (409, 0)
    done = client.post(path(depot.body, "apply/"), {"of_age": "on", "key": "k"})

    application = Application.objects.get(person=ana)
    assert done.url == path(depot.body, f"applications/{application.ref}/")
    assert client.get(done.url).status_code == 200
    assert sign_in(client, person("Eve")).get(done.url).status_code == 404


def test_members_vouch_object_and_vote_on_the_page(client, depot, clock):
    applications.apply(actor=person("Ana"), now=NOON, body_id=depot.body.pk, of_age=True)
    address = path(depot.body, "applications/q1/")
    for number in (0, 1):
        assert sign_in(client, depot.people[number]).post(address + "vouch/").status_code == 302
    sign_in(client, depot.people[2])
    assert client.post(address + "object/", {"reason": ""}).status_code == 409
    assert client.post(address + "object/", {"reason": "Hires <b>here</b>"}).status_code == 302
    page = client.get(address)
    assert b"Hires &lt;b&gt;here&lt;/b&gt;" in page.content
    assert client.post(address + "open/").status_code == 302
    application = Application.objects.get()
    assert client.get(address).context["voting"] is True
    assert client.get(f"/vote/{application.ballot_id}/").status_code == 200
    clock(NOON + 3 * DAY)
    assert client.post(address + "close/").status_code == 302
    assert client.post(address + "frobnicate/").status_code == 404


def test_the_applicant_reads_the_reason_but_not_who_gave_it(client, depot):
    ana = person("Ana")
    applications.apply(actor=ana, now=NOON, body_id=depot.body.pk, of_age=True)
    application = Application.objects.get()
    for number in (0, 1):
        applications.vouch(actor=depot.people[number], now=NOON, application_id=application.pk)
    applications.object_to(actor=depot.people[7], now=NOON, application_id=application.pk, reason="A reason")

    page = sign_in(client, ana).get(path(depot.body, "applications/q1/")).content.decode()

    assert "A reason" in page
    assert "Depot 8" not in page
    assert "Depot 1" not in page


def test_leaving_asks_once_and_says_what_ends(client, depot):
    officer(depot, "treasurer", depot.people[3])
    sign_in(client, depot.people[3])

    page = client.get(path(depot.body, "leave/"))
    assert b"treasurer" in page.content
    assert client.post(path(depot.body, "leave/"), {"key": "k"}).url == f"/f/{depot.federation.log.slug}/"
    assert client.get(path(depot.body, "leave/")).status_code == 404
    assert Membership.objects.get(person=depot.people[3]).status == "left"


def test_pages_that_need_a_sign_in_ask_for_it(client, depot):
    for rest in ("apply/", "leave/", "membership/", "roll/import/", "roll/invite/", "accessions/", "accessions/join/"):
        answer = client.get(path(depot.body, rest))
        assert (answer.status_code, answer.url.startswith("/login/") or "login" in answer.url) == (302, True), rest


def test_state_changes_are_never_done_by_looking(client, depot):
    sign_in(client, depot.people[0])
    applications.apply(actor=person("Ana"), now=NOON, body_id=depot.body.pk, of_age=True)

    assert client.get(path(depot.body, "applications/q1/vouch/")).status_code == 405
    assert client.get(path(depot.body, "roll/import/confirm/")).status_code == 405


def test_the_pages_of_a_member(client, depot):
    sign_in(client, depot.people[0])
    for rest in ("membership/", "roll/", "roll/invite/", "roll/import/", "roll/cards/", "numbers/", "accessions/",
                 "accessions/join/", "accessions/found/"):  # fmt: skip
        assert client.get(path(depot.body, rest)).status_code == 200, rest
    made = client.post(path(depot.body, "roll/invite/"), {"people": 3, "days": 7})
    assert (made.status_code, len(made.context["card"]["code"])) == (200, 29)


def wide_city():
    """A city whose record is long enough that new references do not meet those of the factory."""
    city = found_city(sizes=(30, 30))
    acting = begin(city.council.body.pk, None, NOON)
    while acting.index < 10:
        acting.record("deliberation.motion_decided")
    return city


# --- accession ----------------------------------------------------------------------------------------------------


def test_the_whole_accession_in_the_browser(client, clock):
    depot, mill = found_council(26), found_council(30, title="Mill")
    sign_in(client, depot.people[0])
    slug = mill.federation.log.slug
    assert client.get(path(depot.body, "accessions/join/"), {"into": "nowhere"}).status_code == 409
    assert client.get(path(depot.body, "accessions/join/"), {"into": f"https://x.example/f/{slug}/"}).status_code == 200
    done = client.post(path(depot.body, "accessions/join/"), {"into": slug, "as_kind": "workplace", "key": "k"})
    assert done.url == path(depot.body, "accessions/a1/")
    assert client.post(done.url + "open/").status_code == 409
    clock(NOON + 14 * DAY)
    assert client.post(done.url + "open/").status_code == 302
    row = Accession.objects.get()
    for who in depot.people:
        sign_in(client, who).post(f"/vote/{row.ballot_id}/", {"choice": "yes"})
    assert client.post(done.url + "close/").status_code == 302
    clock(NOON + 28 * DAY)
    sign_in(client, mill.people[0])
    received = client.get(path(mill.body, "accessions/"))
    assert [asked.pk for asked in received.context["received"]] == [row.pk]
    assert client.post(done.url + "accept-open/").status_code == 302
    row.refresh_from_db()
    for who in mill.people:
        answer = sign_in(client, who).post(f"/vote/{row.acceptance_id}/", {"choice": "yes"})
        assert answer.status_code == 302
    assert client.get(f"/vote/{row.acceptance_id}/").status_code == 200
    assert client.post(done.url + "accept-close/").status_code == 302

    row.refresh_from_db()
    assert (row.state, row.result.federation) == ("accepted", mill.federation)
    sign_in(client, depot.people[5])
    assert client.get(done.url).status_code == 200
    assert client.get(path(depot.body, "")).url == path(row.result, "")
    assert client.get(f"/f/{depot.federation.log.slug}/").url == f"/f/{slug}/"
    assert client.get(path(depot.body, "meetings/")).url == path(row.result, "")  # from a notice of former days
    assert client.post(path(depot.body, "leave/"), {"key": "k"}).status_code == 404


def test_a_founding_together_in_the_browser(client, clock):
    depot, mill = found_council(26), found_council(30, title="Mill")
    sign_in(client, depot.people[0])
    form = {"title": "Riverton", "charter": "workers-assembly", "others": f"{mill.federation.log.slug}\n"}
    wrong = client.post(path(depot.body, "accessions/found/"), form | {"text": "no charter"})
    assert (wrong.status_code, Accession.objects.count()) == (409, 0)
    done = client.post(path(depot.body, "accessions/found/"), form)
    assert done.status_code == 302
    sign_in(client, mill.people[0])
    offered = client.get(path(mill.body, "accessions/"))
    assert [row.body for row in offered.context["offered"]] == [depot.body]
    assert client.get(done.url).context["takes_up"] == mill.body
    taken = client.post(done.url + "take-up/")

    assert taken.url == path(mill.body, "accessions/a1/")
    assert Accession.objects.values("proposal").distinct().count() == 1
    assert sign_in(client, person("Eve")).get(done.url).status_code == 404


def test_an_association_is_proposed_in_the_browser(client, clock):
    city = wide_city()
    works = city.workplaces[0]
    address = f"/f/{works.body.federation.log.slug}/associations/new/"
    assert sign_in(client, person("Eve")).get(address).status_code == 404
    sign_in(client, works.people[0])
    assert client.get(address).status_code == 200
    form = {"title": "Youth", "kind": "association", "body": works.body.pk, "of_age": "on"}
    done = client.post(address, form)
    assert done.status_code == 302
    page = client.get(done.url)
    assert b"It exists once 5 people have joined." in page.content
    assert client.get(done.url.replace("roll/", "apply/")).status_code == 200


def test_the_gathering_of_an_association_is_open_to_all_of_the_federation(client, clock):
    city = wide_city()
    first, second = city.workplaces
    ref = associations.propose_association(
        actor=first.people[0], now=NOON, body_id=first.body.pk, kind="association", title="Youth", of_age=True
    )
    sign_in(client, second.people[0])

    page = client.get(f"/f/{second.body.federation.log.slug}/b/{ref}/apply/")

    assert b"1 have joined so far" in page.content


def test_leaving_a_federation_in_the_browser(client, clock):
    city = found_city(sizes=(30, 30))
    works = city.workplaces[0]
    sign_in(client, works.people[0])
    assert client.get(path(works.body, "accessions/leave/")).status_code == 200
    done = client.post(path(works.body, "accessions/leave/"), {"key": "k"})
    assert client.get(done.url).status_code == 200
    clock(NOON + 14 * DAY)
    client.post(done.url + "open/")
    row = Accession.objects.get()
    for who in works.people:
        sign_in(client, who).post(f"/vote/{row.ballot_id}/", {"choice": "yes"})
    client.post(done.url + "close/")

    row.refresh_from_db()
    assert (row.state, row.result.federation.title) == ("accepted", "Works 1")
    assert client.get(done.url).status_code == 200
    assert client.get(path(works.body, "")).url == path(row.result, "")


def test_a_person_of_no_council_sees_no_proposal(client, depot):
    mill = found_council(30, title="Mill")
    accession.propose_accession(
        actor=depot.people[0], now=NOON, body_id=depot.body.pk, into_id=mill.federation.pk, as_kind="workplace"
    )
    leave(actor=depot.people[3], now=NOON, body_id=depot.body.pk)

    assert sign_in(client, person("Eve")).get(path(depot.body, "accessions/a1/")).status_code == 404
    assert sign_in(client, mill.people[0]).get(path(depot.body, "accessions/a1/")).status_code == 200
