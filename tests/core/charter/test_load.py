"""A charter file becomes a charter, or every problem in it with its line."""

from fractions import Fraction
from hashlib import sha256

import pytest

from weft.charter import CharterProblems, Problem, load
from weft.charter.model import (
    Admission,
    BodyRule,
    Charter,
    Decision,
    Elect,
    Majority,
    Membership,
    Norm,
    Quorum,
    Ratification,
    Recall,
    SeatRule,
)


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(CharterProblems) as refused:
        load(text)
    return refused.value.problems


def codes_of(text: str | bytes) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.path, problem.code) for problem in problems_of(text)]


def test_a_minimal_charter_becomes_exactly_these_values(minimal):
    assert load(minimal) == Charter(
        id="trial",
        title="Trial council",
        text=minimal,
        hash=sha256(minimal.encode()).hexdigest(),
        membership=Membership(who="Everyone who works here", minimum_age=16, founders=3, admission=Admission(2, 7)),
        bodies={
            "workplace": BodyRule("workplace", "base", "workplace", Quorum(Fraction(1, 5), "members", 5)),
            "city": BodyRule(
                "city",
                "delegate",
                "city",
                Quorum(Fraction(1, 2), "seats", 1),
                seats=(SeatRule(index=0, sender="workplace", norm=Norm(unit="members", per=25)),),
            ),
        },
        decisions={
            "ordinary": Decision("ordinary", majority=Majority(Fraction(1, 2), "cast", strictly_more=True)),
            "charter": Decision("charter", majority=Majority(Fraction(2, 3), strictly_more=False), notice_days=14),
        },
    )


def test_the_example_of_the_design_is_read_whole():
    charter = load("""
[charter]
id = "workers-assembly"
title = "Workers' Assembly"
[membership]
who = "Everyone who works here and does not own, hire or fire"
minimum_age = 16
admission = { vouchers = 2, objection_days = 7 }
[bodies.workplace]
kind = "base"
quorum = { share = "1/5", of = "members", at_least = 5 }
offices = { chair = { elect = "plurality", term_days = 180 }, teller = { draw = 2 } }
[bodies.association]
kind = "association"
quorum = { at_least = 5 }
[bodies.city]
kind = "delegate"
quorum = { share = "1/2", of = "seats" }
[[bodies.city.seats]]
from = "workplace"
norm = { per = 25, unit = "members", round = "down" }
small = { below = 25, do = "combine" }
elect = { method = "approval", ballot = "secret", paper_below = 20 }
recall = { open_by = "1/10", quorum = "1/4", majority = "simple" }
[[bodies.city.seats]]
from = "association"
norm = { fixed = 2, each = true }
[decisions.ordinary]
majority = { share = "1/2", of = "cast", strictly_more = true }
[decisions.charter]
majority = { share = "2/3", of = "cast", strictly_more = false }
ratified_by = { bodies = "workplace", share = "1/2" }
""")

    workplaces, associations = charter.body("city").seats
    offices = charter.body("workplace").offices
    assert workplaces.elect == Elect("approval", "secret", paper_below=20)
    assert workplaces.recall == Recall(Fraction(1, 10), 1, Fraction(1, 4), Majority())
    assert (associations.index, associations.norm) == (1, Norm(fixed=2, each=True))
    assert (offices["chair"].fill, offices["chair"].elect) == ("elect", Elect("plurality"))
    assert (offices["teller"].fill, offices["teller"].count, offices["teller"].elect) == ("draw", 2, None)
    assert charter.decision("charter").ratified_by == Ratification("workplace")


def test_ten_errors_are_ten_messages_on_their_lines():
    text = """\
[charter]
id = "Trial Council"
title = "Trial"

[membership]
who = "Everyone"
minimum_age = 5
admision = { vouchers = 2 }

[bodies.workplace]
kind = "base"
quorum = { share = 0.2 }

[bodies.city]
kind = "delegates"
quorum = { share = "3/2", of = "seats" }

[[bodies.city.seats]]
from = "workplaces"
norm = { per = 25, fixed = 2 }
elect = { method = "irv", ballot = "secret" }

[decisions.ordinary]
majority = { share = "1/2", strictly_more = "yes" }

[decisions.charter]
majority = "two_thirds"
"""
    found = problems_of(text)

    assert [(problem.line, problem.path, problem.code) for problem in found] == [
        (2, "charter.id", "id.form"),
        (7, "membership.minimum_age", "bound.low"),
        (8, "membership.admision", "key.unknown_near"),
        (12, "bodies.workplace.quorum.share", "type.share"),
        (15, "bodies.city.kind", "choice.near"),
        (16, "bodies.city.quorum.share", "bound.high"),
        (19, "bodies.city.seats.0.from", "reference.body"),
        (20, "bodies.city.seats.0.norm", "one_of.many"),
        (21, "bodies.city.seats.0.elect", "elect.device_secret"),
        (24, "decisions.ordinary.majority.strictly_more", "type.yes_no"),
    ]
    assert len(found) == 10
    assert str(found[2]) == "line 8: membership.admision is not a parameter of a charter. Did you mean admission?"
    assert found[1].text() == "membership.minimum_age is 5; it must be at least 10 (years)."
