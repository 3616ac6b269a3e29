"""People entered from a list: vouched for by two, open to objection, admitted together. ADR 0011."""

import io

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.site.factories import (
    DAY,
    NOON,
    acts,
    document,
    entry,
    find_body,
    found_city,
    found_council,
    officer,
    person,
    refused,
    vote_for,
)
from tests.site.remembering import remembered

from weft_site.federation.models import Application, Membership, Objection, Term, Voucher
from weft_site.federation.rolls import list_of, unclaimed
from weft_site.federation.services import applications, imports
from weft_site.federation.sheets import Fault, Line, Sheet
from weft_site.people.models import Invitation, Notice, Person
from weft_site.people.services import join, use_invitation

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY
TWO = [("Ana Ruiz", "ana@example.org"), ("Bo", "")]


@pytest.fixture
@remembered
def depot():
    made = found_council(12)
    officer(made, "secretary", made.people[0])
    return made


def entered(council, lines=TWO, *, now=NOON):
    return imports.import_roll(actor=council.people[0], now=now, body_id=council.body.pk, lines=lines)


def first_of(council, ref):
    return Application.objects.filter(body=council.body, ref__startswith=f"{ref}-").order_by("pk").first()


def vouched(council, lines=TWO):
    ref = entered(council, lines)
    applications.vouch(actor=council.people[1], now=NOON, application_id=first_of(council, ref).pk)
    return ref


def test_a_list_is_admitted_together_when_nobody_objects(depot):
    ref = vouched(depot)
    assert set(Application.objects.values_list("state", flat=True)) == {"objection"}
    assert Notice.objects.filter(kind="application.list").count() == 12

    assert applications.due(NOON + WEEK) == 1

    rows = list(Membership.objects.filter(body=depot.body).order_by("pk"))[12:]
    assert [row.person.name for row in rows] == ["Ana Ruiz", "Bo"]
    assert find_body(depot.body.pk).members_count == 14
    assert acts()[1:] == ["federation.list_entered", "federation.vouched", "federation.members_imported"]
    said = entry("federation.members_imported")
    assert said["data"] == {
        "application": ref,
        "vouchers": 2,
        "objections": 0,
        "objections_until": (NOON + WEEK).isoformat(),
        "members": 2,
        "from": [],
        "lapsed": [],
    }
    assert document("members") == "".join(f"{row.ref} {row.commitment}\n" for row in rows)


def test_the_record_holds_numbers_and_no_names_or_addresses(depot):
    vouched(depot)
    applications.due(NOON + WEEK)

    for act in acts():
        assert "Ana" not in str(entry(act))
        assert "example.org" not in str(entry(act))


def test_no_officer_admits_anybody_alone(depot):
    ref = entered(depot)
    assert Voucher.objects.values_list("membership__person", flat=True).distinct().count() == 1

    refused(
        "application.vouched_twice",
        applications.vouch,
        actor=depot.people[0],
        now=NOON,
        application_id=first_of(depot, ref).pk,
    )
    assert applications.due(NOON + 100 * DAY) == 0


def test_where_the_charter_asks_no_vouchers_a_list_still_needs_two():
    council = found_council(12, ("membership.admission.vouchers", 0), title="Open house")
    officer(council, "secretary", council.people[0])

    ref = entered(council)

    assert first_of(council, ref).state == "vouchers"


def test_members_object_to_one_and_the_rest_is_admitted(depot):
    ref = vouched(depot)
    ana = first_of(depot, ref)
    applications.object_to(actor=depot.people[5], now=NOON, application_id=ana.pk, reason="Left last year")

    assert applications.due(NOON + WEEK) == 1

    states = dict(Application.objects.values_list("person__name", "state"))
    assert states == {"Ana Ruiz": "contested", "Bo": "admitted"}
    assert entry("federation.objected")["data"] == {"application": f"{ref}-1", "count": 1}


def test_members_object_to_a_whole_list_and_decide_it_by_one_vote(depot):
    ref = vouched(depot)
    ana = first_of(depot, ref)
    applications.object_to(actor=depot.people[5], now=NOON, application_id=ana.pk, reason="Padding", whole_list=True)
    assert entry("federation.objected")["data"] == {"application": ref, "count": 2}
    assert Objection.objects.count() == 2
    applications.open_application(actor=depot.people[0], now=NOON, application_id=ana.pk)
    ana.refresh_from_db()
    assert Application.objects.filter(ballot=ana.ballot).count() == 2
    vote_for(ana.ballot, [(who, "no") for who in depot.people[:8]])

    assert applications.due(NOON + 3 * DAY) == 1

    assert set(Application.objects.values_list("state", flat=True)) == {"refused"}
    assert entry("federation.application_decided")["data"]["application"] == ref
    assert find_body(depot.body.pk).members_count == 12


def test_who_may_not_enter_a_list(depot):
    with_list = {"now": NOON, "lines": TWO}

    refused("standing.office", imports.import_roll, actor=depot.people[1], body_id=depot.body.pk, **with_list)
    refused("standing.office", imports.import_roll, actor=person(), body_id=depot.body.pk, **with_list)
    mine = {"actor": depot.people[0], "body_id": depot.body.pk, "now": NOON}
    refused("import.empty", imports.import_roll, lines=[], **mine)
    refused("import.rows", imports.import_roll, lines=[("A", "")] * 100_001, **mine)
    refused("person.name", imports.import_roll, lines=[("Ana", ""), ("A\u202ena", "")], **mine)
    refused("person.email", imports.import_roll, lines=[("Ana", ""), ("Bo", "nowhere")], **mine)


def test_a_list_is_not_entered_in_a_delegate_council():
    city = found_city()
    from tests.site.factories import serve

    from weft_site.federation.models import Seat

    who = city.workplaces[0].people[0]
    serve(Seat.objects.get(body=city.council.body, office="secretary"), city.workplaces[0].membership(who))

    refused("application.body", imports.import_roll, actor=who, now=NOON, body_id=city.council.body.pk, lines=TWO)


def test_a_list_sent_twice_is_entered_once(depot):
    refs = {
        imports.import_roll(actor=depot.people[0], now=NOON, body_id=depot.body.pk, lines=TWO, key="one form")
        for _ in range(2)
    }

    assert len(refs) == 1
    assert Application.objects.count() == 2


def test_a_list_that_is_withdrawn_leaves_nobody_behind(depot):
    before = Person.objects.count()
    ref = entered(depot)

    refused(
        "standing.office",
        imports.withdraw_list,
        actor=depot.people[1],
        now=NOON,
        body_id=depot.body.pk,
        list_ref=ref,
    )
    imports.withdraw_list(actor=depot.people[0], now=NOON, body_id=depot.body.pk, list_ref=ref)

    assert (Person.objects.count(), EmailAddress.objects.count()) == (before, 0)
    assert entry("federation.list_withdrawn")["data"] == {"list": ref, "count": 2}
    again = {"actor": depot.people[0], "now": NOON, "body_id": depot.body.pk, "list_ref": ref}
    refused("application.state", imports.withdraw_list, **again)


def test_the_preview_knows_the_roll_and_those_who_asked(depot):
    EmailAddress.objects.create(user=depot.people[3], email="dee@example.org", primary=True, verified=True)
    entered(depot)
    sheet = Sheet(
        lines=(
            Line(2, "Somebody", "dee@example.org"),
            Line(3, "Else", "ana@example.org"),
            Line(4, "DEPOT 3", ""),
            Line(5, "New", "new@example.org"),
        ),
        faults=(Fault(6, "import.name", ""),),
        warnings=(),
        total=5,
    )

    found = imports.preview(depot.body, sheet)

    assert [line.number for line in found.lines] == [4, 5]
    assert [(f.number, f.rule) for f in found.faults] == [
        (2, "import.on_roll"),
        (3, "import.on_roll"),
        (6, "import.name"),
    ]
    assert [(f.number, f.rule) for f in found.warnings] == [(4, "import.alike_roll")]


# --- taking up one's line -----------------------------------------------------------------------------------------


def cards_of(council, page=1):
    return dict(imports.claim_cards(actor=council.people[0], now=NOON, body=council.body, page=page))


@pytest.fixture
def listed(depot):
    """A depot with two people from a list admitted."""
    vouched(depot)
    applications.due(NOON + WEEK)
    return depot


def test_whoever_holds_the_card_takes_up_the_line(listed):
    row = Membership.objects.get(person__name="Ana Ruiz")
    code = cards_of(listed)["Ana Ruiz"]

    joined = join(name="Ana R.", way="card", now=NOON, then=lambda who: use_invitation(code=code, person=who, now=NOON))

    row.refresh_from_db()
    assert (row.person, row.status) == (joined.person, "admitted")
    assert not EmailAddress.objects.filter(email="ana@example.org").exists()
    assert list(cards_of(listed)) == ["Bo"]


def test_a_card_that_was_printed_again_is_void(listed):
    first = cards_of(listed)["Bo"]
    cards_of(listed)

    refused("invitation.expired", use_invitation, code=first, person=person("Bo"), now=NOON)
    assert Invitation.objects.filter(revoked_at__isnull=True, purpose=imports.CLAIM).count() == 2


def test_nobody_takes_up_a_second_line(listed):
    cards = cards_of(listed)
    who = join(name="Ana R.", way="card", now=NOON).person
    use_invitation(code=cards["Ana Ruiz"], person=who, now=NOON)

    refused("application.member", use_invitation, code=cards["Bo"], person=who, now=NOON)
    refused("application.member", use_invitation, code=cards["Bo"], person=listed.people[3], now=NOON)


def test_a_member_with_a_sign_in_cannot_be_taken_over(listed):
    assert set(unclaimed(Person.objects.all()).values_list("name", flat=True)) == {"Ana Ruiz", "Bo"}
    from weft_site.federation.services.members import claim

    refused("import.claimed", claim, placeholder=listed.people[3], person=person("Eve"))


def test_who_may_not_print_cards(listed):
    print_it = {"now": NOON, "body": listed.body, "page": 1}

    refused("standing.office", imports.claim_cards, actor=listed.people[1], **print_it)
    refused("standing.office", imports.claim_cards, actor=person(), **print_it)


def test_whoever_comes_before_the_list_is_admitted_keeps_the_place_on_it(depot):
    ref = entered(depot)
    code = cards_of(depot)["Ana Ruiz"]
    who = join(name="Ana R.", way="card", now=NOON).person
    use_invitation(code=code, person=who, now=NOON)

    applications.vouch(actor=depot.people[1], now=NOON, application_id=first_of(depot, ref).pk)
    applications.due(NOON + WEEK)

    assert Membership.objects.get(person=who).status == "admitted"


# --- invitations --------------------------------------------------------------------------------------------------


def test_an_invitation_leads_to_the_application_and_vouches(depot, client, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    code = imports.invite_to_body(actor=depot.people[4], now=NOON, body=depot.body, people=1, days=7)
    ana = person("Ana")
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")

    onward = client.post(f"/join/{code}/")
    assert onward.status_code == 302
    page = client.get(onward.url)
    assert b"Whoever invited you is the first." in page.content
    token = page.context["token"]
    done = client.post(onward.url, {"of_age": "on", "invitation": token})

    application = Application.objects.get(person=ana)
    assert (done.status_code, done.url.endswith(f"/applications/{application.ref}/")) == (302, True)
    assert application.vouchers.get().membership.person == depot.people[4]


def test_an_invitation_of_somebody_else_vouches_for_nobody(depot, client, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    code = imports.invite_to_body(actor=depot.people[4], now=NOON, body=depot.body, people=1, days=7)
    onward = use_invitation(code=code, person=person("Ana"), now=NOON)
    eve = person("Eve")
    client.force_login(eve, backend="allauth.account.auth_backends.AuthenticationBackend")

    client.post(onward, {"of_age": "on"})

    assert Application.objects.get(person=eve).vouchers.count() == 0


def test_who_may_not_invite(depot):
    ask = {"now": NOON, "body": depot.body, "people": 1, "days": 7}

    refused("standing.member", imports.invite_to_body, actor=person(), **ask)
    refused("invitation.bounds", imports.invite_to_body, actor=depot.people[0], **(ask | {"people": 501}))
    refused("procedure.invitation_days", imports.invite_to_body, actor=depot.people[0], **(ask | {"days": 31}))


# --- in the browser ----------------------------------------------------------------------------------------------


@pytest.fixture
def browser(client, depot, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    client.force_login(depot.people[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def path(council, rest):
    return f"/f/{council.federation.log.slug}/b/{council.body.ref}/{rest}"


def upload(browser, council, content, name="roll.csv"):
    return browser.post(path(council, "roll/import/"), {"file": SimpleUploadedFile(name, content)})


def test_preview_and_confirm(browser, depot):
    page = upload(browser, depot, b"name,email\nAna Ruiz,ana@example.org\n=1+1,\nBo,\n")
    assert page.status_code == 200
    assert page.context["found"].total == 3
    assert b"The cell begins like a formula." in page.content
    assert (Person.objects.filter(name="Bo").count(), Application.objects.count()) == (0, 0)

    form = {"list": page.context["carried"], "key": page.context["key"]}
    done = [browser.post(path(depot, "roll/import/confirm/"), form) for _ in range(2)]

    assert {answer.url for answer in done} == {path(depot, "lists/q1/")}
    assert Application.objects.count() == 2
    assert browser.get(path(depot, "lists/q1/")).status_code == 200


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name\nMüller\n".encode("latin-1"), "Line 2 is not UTF-8."),
        (b'name\n"Bo\n', "a quotation mark is opened and not closed"),
        (b"", "There is nobody on this list."),
        (b"name\n" + b"A\n" * 6_000_000, "The file is larger than 10 MB."),
        (b"MZ\x90\x00 a program that is called roll.csv", "has a zero byte"),
        (b"name\n" + b"A\n" * 100_001, "A list can have up to 100000 people."),
    ],
)
def test_a_file_that_cannot_be_read_is_said_so(browser, depot, content, words):
    page = upload(browser, depot, content)

    assert page.status_code == 409
    assert words in page.content.decode()
    assert Application.objects.count() == 0


@pytest.mark.one_database
@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x" * 300 + ".csv", "roll.php"])
def test_the_name_of_a_file_means_nothing(browser, depot, name):
    assert upload(browser, depot, b"name\nBo\n", name=name).context["found"].lines == (Line(2, "Bo", ""),)


def test_html_in_a_cell_is_shown_as_text(browser, depot):
    page = upload(browser, depot, b"name\n<script>alert(1)</script>\n")

    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in page.content
    assert b"<script>alert(1)" not in page.content


def test_a_preview_that_was_changed_or_made_for_another_is_refused(browser, client, depot):
    carried = upload(browser, depot, b"name\nBo\n").context["carried"]

    changed = browser.post(path(depot, "roll/import/confirm/"), {"list": carried[:-1] + "x"})
    other = found_council(12, title="Mill")
    officer(other, "secretary", other.people[0])
    client.force_login(other.people[0], backend="allauth.account.auth_backends.AuthenticationBackend")
    moved = client.post(path(other, "roll/import/confirm/"), {"list": carried})

    assert (changed.status_code, moved.status_code) == (409, 409)
    assert b"import.preview" in changed.content
    assert Application.objects.count() == 0


@pytest.mark.parametrize("rest", ["roll/import/", "roll/cards/"])
def test_lists_and_cards_are_not_there_for_members(client, depot, rest):
    client.force_login(depot.people[1], backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get(path(depot, rest)).status_code == 404
    assert client.post(path(depot, rest)).status_code == 404


def test_cards_are_printed_by_sheets(browser, listed, monkeypatch):
    monkeypatch.setattr(imports, "CARDS", 1)

    page = browser.get(path(listed, "roll/cards/"))
    assert list(page.context["sheets"].page_range) == [1, 2]
    sheet = browser.post(path(listed, "roll/cards/"), {"sheet": "2"})

    assert [card["name"] for card in sheet.context["cards"]] == ["Bo"]
    assert b"Bo" in sheet.content


def test_five_thousand_people_are_previewed_entered_and_admitted(browser, depot):
    out = io.StringIO()
    out.write("name,email\n")
    out.writelines(f"Worker {n},w{n}@example.org\n" for n in range(5_000))

    page = upload(browser, depot, out.getvalue().encode())
    browser.post(path(depot, "roll/import/confirm/"), {"list": page.context["carried"], "key": "k"})
    applications.vouch(actor=depot.people[1], now=NOON, application_id=Application.objects.order_by("pk").first().pk)
    assert applications.due(NOON + WEEK) == 1

    assert find_body(depot.body.pk).members_count == 5_012
    assert {list_of(row) for row in Application.objects.all()} == {"q1"}
    assert Term.objects.count() == 1


def test_a_list_is_one_thing_to_look_at_however_long_it_is(client, depot, monkeypatch):
    monkeypatch.setattr("weft_site.clock.now", lambda: NOON)
    ref = entered(depot, [(f"Worker {n}", "") for n in range(30)])
    client.force_login(depot.people[5], backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get("/").content.decode()

    listed = f'<a href="{path(depot, f"lists/{ref}/")}">A list of people asks to join Depot</a>'
    assert page.count(listed) == 1
    assert f"/applications/{ref}" not in page
