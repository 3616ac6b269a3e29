"""One attempt at one address: with which objects, and with which valid form. Read by the matrix and by others.

A new address without an attempt here, or without its rows in tests/vectors/site/access.csv, fails the matrix.
"""

import csv
import random
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from tests.conftest import THOROUGH

TABLE = Path(__file__).parents[2] / "vectors" / "site" / "access.csv"
with TABLE.open(newline="") as file:
    ROWS = list(csv.DictReader(line for line in file if not line.startswith("#")))


def shuffled(choices, of):
    """In another order for each ``of`` and each run; who takes only the first of them has had all after some runs."""
    chance = random.Random(f"{random.random()} {of}")
    return chance.sample(list(choices), len(choices))


def one_of(choices, of):
    """One in each run; `make drill` takes every one."""
    return list(choices) if THOROUGH else shuffled(choices, of)[:1]


@dataclass(frozen=True)
class Attempt:
    """args: of the address. data: the form as the page would send it. query: what stands behind the question mark."""

    args: tuple = ()
    data: dict = field(default_factory=dict)
    query: str = ""


def names():
    """Every address of the site by name, and which of its parts are arguments."""

    def walk(resolver):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern)
            elif isinstance(pattern, URLPattern):
                yield pattern.name, bool(pattern.pattern.regex.groups)

    found = {}
    for name, has_arguments in walk(get_resolver()):
        found[name] = found.get(name, False) or has_arguments
    return found


def all_attempts(world):
    """An attempt for every address: those below, and as it is for an address that takes no object. Made once."""
    if not world.attempts:
        world.attempts = _all_attempts(world)
    return world.attempts


def _all_attempts(world):
    made = attempts(world)
    named = {key.partition(":")[0] for key in made}
    bare = {name: Attempt() for name, has_arguments in names().items() if not has_arguments and name not in named}
    return bare | made


def attempts(world):
    """name or name:variant -> Attempt, for every address that needs an object or has a form worth sending."""
    thing, slug = world.things, world.slug
    hall, city = (slug, world.hall.body.ref), (slug, world.city.council.body.ref)
    women = (slug, world.women.body.ref)
    return {
        **_people(),
        **_record(world, slug),
        **_founding(thing),
        **_meetings(thing, hall, city),
        **_motions(world, hall, city, women),
        **_seats(world, hall, city),
        **_members(world, hall, city, women),
        **_secret(thing, hall),
        "federation": Attempt((slug,)),
        "body:workplace": Attempt(hall),
        "body:city": Attempt(city),
    }


def _people():
    key = {"key": "a-1"}
    return {
        "join_with": Attempt(("bado-kemi-tufa-bado-kemi-tufa",), {"name": "Eve", "way": "card"}),
        "card_revoke": Attempt(("12345678",)),
        "card_pin": Attempt(("12345678",), {"words": "bado-kemi-tufa", "pin": "135792"}),
        "recovery_cancel": Attempt((1,)),
        "set_language": Attempt((), {"language": "es", "next": "/"}),
        "account_confirm_email": Attempt(("no:such:key",)),
        "account_reset_password_from_key": Attempt(("1", "set-password")),
        "mfa_remove_webauthn": Attempt((1,)),
        "mfa_edit_webauthn": Attempt((1,), {"name": "mine"}),
        "notices_read": Attempt((), key),
    }


def _record(world, slug):
    return {
        "record_of": Attempt((slug,)),
        "entry": Attempt((slug, 0)),
        "receipt": Attempt((slug, 0)),
        "leaf": Attempt((slug, 0)),
        "document:public": Attempt((slug, world.things["public"].hash)),
        "document:members": Attempt((slug, world.things["document"].hash)),
        "checkpoint": Attempt((slug,)),
        "tile": Attempt((slug, "0/000")),
        "library_charter": Attempt(("workers-assembly",)),
        "library_file": Attempt(("workers-assembly",)),
        "charter": Attempt((slug,)),
        "charter_version": Attempt((slug, world.city.council.federation.charter.hash)),
        "charter_file": Attempt((slug, world.city.council.federation.charter.hash)),
    }


def _secret(thing, hall):
    key, vote = (*hall, thing["key"].ref), (thing["secret"].pk,)
    return {
        "secret_cast": Attempt((thing["board"].uuid,)),
        "keys": Attempt(hall),
        "key_open": Attempt(hall, {"key": "k"}),
        "key": Attempt(key),
        "key_act:commitment": Attempt((*key, "commitment"), {"content": f'{{"commitment":"{"0" * 64}"}}', "key": "k"}),
        "key_act:end": Attempt((*key, "end"), {"key": "k"}),
        "booth": Attempt(vote),
        "board": Attempt(vote),
        "open_sum": Attempt(vote, {"part": "{}", "strong": "", "key": "k"}),
        "election_file": Attempt(vote),
        "credentials_file": Attempt(vote),
        "archive_file": Attempt(vote),
        "strong_file": Attempt(vote),
    }


def _founding(thing):
    code, voting = thing["gathering"].code, thing["voting"].code
    draft = (code, thing["gathering_draft"].pk)
    return {
        "founding_new": Attempt((), {"title": "Bakery", "place": "Yard", "charter": "workers-assembly", "key": "f"}),
        "founding": Attempt((code,)),
        "founding_draft": Attempt(draft, {"membership.founders": "6", "key": "f"}),
        "founding_put": Attempt(draft, {"key": "f"}),
        "founding_propose": Attempt((code,), {"charter": "tenants-union", "key": "f"}),
        "founding_leave": Attempt((code,), {"key": "f"}),
        "founding_vote": Attempt((voting,), {"draft": thing["voting_draft"].pk, "choice": "yes", "key": "f"}),
        "founding_close": Attempt((voting,), {"key": "f"}),
        "founding_cards": Attempt((code,)),
    }


def _meetings(thing, hall, city):
    here, open_ = (*hall, thing["meeting"].ref), (*hall, thing["meeting_open"].ref)
    form = {"title": "Assembly", "place": "Yard", "starts_at": "2026-12-20T18:00", "agenda": "Reports", "key": "g"}
    return {
        "meetings": Attempt(hall),
        "meeting_convene:workplace": Attempt(hall, form),
        "meeting_convene:city": Attempt(city, form),
        "meeting_call:workplace": Attempt(hall, form),
        "meeting_call:city_by_base": Attempt(city, form, "?base=1"),
        "meeting_called": Attempt((*hall, thing["call"].pk), {"key": "g"}),
        "meeting": Attempt(here),
        "meeting_gauge": Attempt(here),
        "meeting_calendar": Attempt(here),
        "meeting_sheet": Attempt(here),
        "meeting_roll": Attempt(open_, {"voter": thing["voter"], "here": "1"}),
        "meeting_agenda": Attempt(here, {"title": "Rents", "key": "g"}),
        "meeting_act:attend": Attempt((*open_, "attend")),
        "meeting_act:leave": Attempt((*open_, "leave")),
        "meeting_act:open": Attempt((*here, "open"), {"key": "g"}),
        "meeting_act:close": Attempt((*open_, "close"), {"key": "g"}),
        "meeting_act:cancel": Attempt((*here, "cancel"), {"key": "g"}),
        "meeting_act:unknown": Attempt((*here, "abolish"), {"key": "g"}),
    }


def _motions(world, hall, city, women):
    thing = world.things
    move = {"title": "Rents", "text": "Lower them.", "kind": "ordinary", "key": "n"}
    until = {"way": "open", "closes_at": "2026-12-20T18:00", "key": "n"}
    above = (*city, thing["city_moved"].ref)

    def on(name):
        return (*hall, thing[name].ref)

    amend = {"title": "Founders", "reason": "Six.", "membership.founders": "6", "key": "n"}
    link = {"mandate": f"{world.hall.body.pk}-{thing['mandate'].pk}", "key": "n"}
    object_ = {"association": world.women.body.pk, "reason": "It passes us over.", "key": "n"}
    return {
        "motions": Attempt(hall),
        "motion_new:workplace": Attempt(hall, move),
        "motion_new:city": Attempt(city, move),
        "motion_table:workplace": Attempt(hall, move | {"body": world.city.council.body.pk}),
        "motion_table:women": Attempt(women, move | {"body": world.city.council.body.pk}),
        "motion": Attempt(on("moved")),
        "motion:city": Attempt(above),
        "motion_put": Attempt(on("seconded"), until),
        "motion_object": Attempt((*city, thing["city_decided"].ref), object_),
        "motion_mandates": Attempt(above, link),
        "motion_act:second": Attempt((*on("moved"), "second"), {"key": "n"}),
        "motion_act:withdraw": Attempt((*on("moved"), "withdraw"), {"key": "n"}),
        "motion_act:close": Attempt((*on("counted"), "close"), {"key": "n"}),
        "motion_act:undecided": Attempt((*on("counted"), "undecided"), {"key": "n"}),
        "motion_act:unknown": Attempt((*on("moved"), "carry"), {"key": "n"}),
        "amend": Attempt(city, amend),
        "ratification": Attempt((*hall, thing["city_decided"].ref), until),
        "vote:workplace": Attempt((thing["put"].ballot_id,), {"choice": "yes"}),
        "vote:city": Attempt((thing["city_put"].ballot_id,), {"choice": "yes"}),
        "vote_count": Attempt((thing["counted"].ballot_id,), {"n-yes": "4", "n-no": "1", "n-abstain": "0", "key": "v"}),
    }


def _seats(world, hall, city):
    thing, beside = world.things, (world.slug, world.city.workplaces[1].body.ref)
    seat, recall = (*city, thing["term"].seat.ref), (*city, thing["recall"].ref)
    chair = (*hall, f"{world.hall.body.ref}-chair-1")
    pending = (*city, thing["pending"].seat.ref)
    election, voting = (*hall, thing["election"].ref), (*beside, thing["election_voting"].ref)
    mandate = (*city, thing["mandate_proposed"].ref)
    term = {"term": thing["term"].ref, "key": "s"}
    constituency = world.city.constituency(0)
    stand = {"name": "", "statement": "Yes.", "key": "e"}
    instruct = {"constituency": constituency.pk, "matter": "Heat", "text": "Ask for it.", "position": "yes", "key": "i"}
    other = {"person": world.hall.people[15].pk, "key": "e"}
    return {
        "elections": Attempt(hall),
        "election_call:office": Attempt(city, {"office": "treasurer", "key": "e"}),
        "election_call:delegates": Attempt(hall, {"constituency": thing["free"].ref, "key": "e"}),
        "election": Attempt(election),
        "election_observe": Attempt(election),
        "election_papers": Attempt((*election, "csv")),
        "election_contest:ask": Attempt(
            (*election, "ask"), {"candidacy": thing["election"].candidacies.get().pk, "text": "Why?", "key": "e"}
        ),
        "election_contest:answer": Attempt((*election, "answer"), {"question": "1", "text": "So.", "key": "e"}),
        "election_contest:observer": Attempt((*election, "observer"), {"name": "Rosa Lind", "key": "e"}),
        "election_contest:challenge": Attempt((*election, "challenge"), {"reason": "The roll.", "key": "e"}),
        "election_contest:judge": Attempt(
            (*election, "judge"), {"challenge": "1", "uphold": "yes", "reason": "So.", "key": "e"}
        ),
        "election_contest:unknown": Attempt((*election, "declare"), {"key": "e"}),
        "election_act:nominate_oneself": Attempt((*election, "nominate"), stand),
        "election_act:nominate_another": Attempt((*election, "nominate"), other),
        "election_act:accept": Attempt((*election, "accept"), stand),
        "election_act:withdraw": Attempt((*election, "withdraw"), {"key": "e"}),
        "election_act:open": Attempt((*election, "open"), {"days": "3", "key": "e"}),
        "election_act:close": Attempt((*voting, "close"), {"key": "e"}),
        "election_act:annul": Attempt((*election, "annul"), {"key": "e"}),
        "election_act:unknown": Attempt((*election, "declare"), {"key": "e"}),
        "draw_call": Attempt(hall, {"office": "chair", "key": "d"}),
        "office_rotate": Attempt(hall, {"office": "chair", "key": "d"}),
        "draw": Attempt((*city, thing["draw"].ref)),
        "draw_act:word": Attempt((*city, thing["draw"].ref, "word"), {"word": "bread", "key": "d"}),
        "draw_act:open": Attempt((*city, thing["draw"].ref, "open"), {"key": "d"}),
        "seat": Attempt(seat),
        "seat:office": Attempt(chair),
        "seat_act:resign": Attempt((*seat, "resign"), term),
        "seat_act:report": Attempt((*seat, "report"), term | {"text": "We met."}),
        "seat_act:recall": Attempt((*chair, "recall"), {"term": thing["chair_term"].ref, "reason": "No.", "key": "s"}),
        "seat_act:credential": Attempt(
            (*pending, "credential"), {"term": thing["pending"].ref, "confirm": "yes", "key": "s"}
        ),
        "recall": Attempt(recall),
        "recall_act:sign": Attempt((*recall, "sign"), {"key": "r"}),
        "recall_act:answer": Attempt((*recall, "answer"), {"text": "I was ill.", "key": "r"}),
        "recall_act:open": Attempt((*recall, "open"), {"key": "r"}),
        "recall_act:close": Attempt((*recall, "close"), {"key": "r"}),
        "mandates": Attempt(hall, instruct),
        "mandate": Attempt(mandate),
        "mandate_act:open": Attempt((*mandate, "open"), {"key": "i"}),
        "mandate_act:close": Attempt((*mandate, "close"), {"key": "i"}),
        "fractions": Attempt(city),
        "fraction_act:declare": Attempt((*city, "declare"), {"title": "Tenants", "key": "k"}),
        "fraction_act:join": Attempt((*city, "join"), {"fraction": thing["fraction"].ref, "key": "k"}),
        "fraction_act:leave": Attempt((*city, "leave"), {"fraction": thing["fraction"].ref, "key": "k"}),
    }


def _members(world, hall, city, women):
    thing = world.things
    depot = (world.depot.federation.log.slug, world.depot.body.ref)
    asked, listed = (*hall, thing["application"].ref), (*hall, thing["list"])
    accession = (*depot, thing["accession"].ref)
    key = {"key": "m"}
    slug = world.slug
    together = {"title": "Coast", "charter": "workers-assembly", "others": "riverton", "key": "m"}
    found = {
        "title": "Night shift",
        "kind": "association",
        "body": world.hall.body.pk,
        "of_age": "on",
        "key": "m",
    }
    return {
        "roll": Attempt(hall),
        "roll:city": Attempt(city),
        "roll_csv": Attempt(hall),
        "roll_xlsx": Attempt(hall),
        "invite": Attempt(hall, {"people": "2", "days": "7"}),
        "import_roll": Attempt(hall, {"file": ""}),
        "import_confirm": Attempt(hall, {"list": "made up", "key": "m"}),
        "roll_cards": Attempt(hall, {"sheet": "1"}),
        "member_lapse": Attempt((*hall, thing["voter"]), key),
        "membership": Attempt(hall, {"attributes": []}),
        "leave": Attempt(hall, key),
        "numbers": Attempt(hall, {"unit": "workers", "number": "900", "source": "The firm's report.", "key": "m"}),
        "apply:workplace": Attempt(hall, {"of_age": "on", "transfer": "on", "key": "m"}),
        "apply:women": Attempt(women, {"of_age": "on", "key": "m"}),
        "apply:city": Attempt(city, {"of_age": "on", "key": "m"}),
        "list": Attempt(listed),
        "list_withdraw": Attempt(listed, key),
        "application": Attempt(asked),
        "application_act:vouch": Attempt((*asked, "vouch"), key),
        "application_act:object": Attempt((*asked, "object"), key | {"reason": "He hires and fires."}),
        "application_act:withdraw": Attempt((*asked, "withdraw"), key),
        "application_act:open": Attempt((*asked, "open"), key),
        "application_act:close": Attempt((*asked, "close"), key),
        "application_act:admit": Attempt((*asked, "admit"), key),
        "accessions": Attempt(depot),
        "accession_join": Attempt(depot, {"into": slug, "as_kind": "workplace", "key": "m"}, f"?into={slug}"),
        "accession_found": Attempt(depot, together),
        "accession_leave": Attempt(hall, key),
        "accession": Attempt(accession),
        "accession_act:open": Attempt((*accession, "open"), key),
        "accession_act:withdraw": Attempt((*accession, "withdraw"), key),
        "accession_act:accept_close": Attempt((*accession, "accept-close"), key),
        "association_new": Attempt((world.slug,), found),
    }


def answer_of(answer, wrote):
    """An answer in a word or two, as the table has it: what page, which refusal, and whether anything changed."""
    if answer.status_code == 302:
        to = resolve(answer["Location"].partition("?")[0]).url_name
        return "sign in" if to == "account_login" else f"{'done' if wrote else 'to'} {to}"
    if answer.status_code == 200:
        return "done" if wrote else "page"
    if answer.status_code == 409:
        return f"no: {rule_of(answer)}"
    return str(answer.status_code)


def rule_of(answer):
    """The rule id of a refusal: of the refusal's page, or of the form in which it is shown."""
    if answer["Content-Type"] == "application/json":  # to a page's own script
        return answer.json()["code"]
    context = answer.context or []
    if "refusal" in context:
        return context["refusal"]["rule"]
    contexts = context if isinstance(context, list) else [context]  # Django gives a list of them, or the only one
    shown = [value for found in contexts for value in found.flatten().values()]
    for form in (value for value in shown if isinstance(value, BaseForm) and value.errors):
        return ",".join(sorted({error.code or "" for errors in form.errors.as_data().values() for error in errors}))
    return "?"


class Writes:
    """Notes whether a request wrote a row of the site; sessions and counters of attempts are not asked about."""

    def __init__(self):
        self.seen = False
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")) and "weft_site_" in sql[:60]:
            self.seen = True
            self.statements.append(sql)
        return execute(sql, params, many, context)

    def __enter__(self):
        self._wrapper = connection.execute_wrapper(self)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *error):
        self._wrapper.__exit__(*error)
