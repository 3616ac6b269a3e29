"""Papers of an election: ranks, what tellers type, two tellers' papers, files, the lot, and the hash of the stages."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weft.ballots import draw_lots, lot_commitment
from weft.ballots.papers import (
    COMMITTEE,
    PapersInvalid,
    Terms,
    check_papers,
    count_finding,
    from_file,
    marked,
    papers_agree,
    papers_document,
    papers_lot,
    problem_sentence,
    ranking,
    read_document,
    read_paper,
    stages_hash,
)
from weft.charter.model import Quota
from weft.errors import RuleBroken

NAMES = ("m1-1", "m1-2", "m1-3", "m1-4")
TERMS = Terms("stv_scottish", NAMES, places=2)
orders = st.lists(st.sampled_from(NAMES), unique=True)
sheets = st.dictionaries(
    orders.map(lambda order: " ".join(str(NAMES.index(name) + 1) for name in order)), st.integers(1, 9), max_size=6
)


@given(orders)
def test_ranks_written_beside_candidates_give_the_order_back(order):
    written = {name: str(order.index(name) + 1) if name in order else "" for name in NAMES}

    assert ranking(written) == order


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 5)))
def test_ranks_are_taken_exactly_when_they_are_the_first_numbers_each_once(ranks):
    whole = sorted(ranks.values()) == list(range(1, len(ranks) + 1))

    try:
        found = ranking({name: str(rank) for name, rank in ranks.items()})
    except RuleBroken as refusal:
        assert not whole
        twice = len(set(ranks.values())) < len(ranks)
        assert refusal.rule == ("ballot.rank_twice" if twice else "ballot.rank_gap")  # noqa: PT017 - one of two answers
    else:
        assert whole
        assert [ranks[name] for name in found] == sorted(ranks.values())


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "first", "²", "\N{ARABIC-INDIC DIGIT ONE}", "1234567"])
def test_what_is_no_rank_is_refused(written):
    with pytest.raises(RuleBroken) as refusal:
        ranking({"m1-1": written})

    assert refusal.value == RuleBroken("ballot.rank", found=written)


@pytest.mark.parametrize(
    ("text", "read"), [("2 1 3", "2 1 3"), (" 2,1 ,3 ", "2 1 3"), ("", ""), (" ", ""), ("04", "4"), ("1", "1")]
)
def test_a_paper_is_read_in_one_form_however_it_is_spaced(text, read):
    assert read_paper(text, TERMS) == read


@pytest.mark.parametrize("method", sorted(COMMITTEE))
def test_for_a_committee_the_order_on_a_paper_says_nothing(method):
    assert read_paper("3 1", Terms(method, NAMES)) == read_paper("1 3", Terms(method, NAMES)) == "1 3"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("2 x", RuleBroken("ballot.paper", found="x")),
        ("2-1", RuleBroken("ballot.paper", found="2-1")),
        ("٢", RuleBroken("ballot.paper", found="٢")),
        ("1234567", RuleBroken("ballot.paper", found="1234567")),
        ("0", RuleBroken("ballot.paper_number", number=0, most=4)),
        ("5", RuleBroken("ballot.paper_number", number=5, most=4)),
        ("2 1 2", RuleBroken("ballot.paper_twice", number=2)),
    ],
)
def test_what_cannot_stand_on_a_paper_is_refused(text, refusal):
    with pytest.raises(RuleBroken) as found:
        read_paper(text, TERMS)

    assert found.value == refusal


@given(sheets, sheets)
def test_two_tellers_agree_exactly_when_each_paper_was_found_equally_often(first, second):
    if first == second:
        assert papers_agree(first, second) == first
    else:
        with pytest.raises(RuleBroken) as refusal:
            papers_agree(first, second)
        numbers = refusal.value.numbers
        assert first.get(numbers["paper"], 0) == numbers["first"] != numbers["second"]
        assert second.get(numbers["paper"], 0) == numbers["second"]


def test_the_first_paper_on_which_they_differ_is_the_first_by_its_numbers_and_not_by_its_letters():
    with pytest.raises(RuleBroken) as refusal:
        papers_agree({"10 1": 1, "2": 1}, {})

    assert refusal.value == RuleBroken("ballot.papers_differ", paper="2", first=1, second=0)


@given(sheets, st.integers(0, 60))
def test_an_entry_is_possible_exactly_while_there_are_no_more_papers_than_voters(papers, entitled):
    if sum(papers.values()) <= entitled:
        check_papers(papers, TERMS, entitled=entitled)
    else:
        with pytest.raises(RuleBroken, match=r"ballot\.count"):
            check_papers(papers, TERMS, entitled=entitled)


@given(sheets)
def test_a_document_reads_back_to_the_same_papers_and_the_same_bytes(papers):
    text = papers_document("v5 counted stv_scottish", papers, TERMS)

    assert read_document(text, "v5 counted stv_scottish", TERMS) == papers
    assert text.startswith("# v5 counted stv_scottish\n4 2\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "# more\n",
        lambda text: text.replace("2 1 2 0", "1 1 2 0\n1 1 2 0"),
        lambda text: text.replace('"m1-1"\n"m1-2"', '"m1-2"\n"m1-1"'),
        lambda text: text.replace("\n4 2\n", "\n4 3\n"),
        lambda text: text.replace("v5", "v6"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("2 1 2 0", "2 1 2 2 0"),
    ],
)
def test_a_document_that_says_the_same_in_another_way_or_anything_more_is_refused(change):
    text = papers_document("v5 counted stv_scottish", {"1 2": 2, "3": 1}, TERMS)
    assert change(text) != text

    with pytest.raises((RuleBroken, PapersInvalid)):
        read_document(change(text), "v5 counted stv_scottish", TERMS)


def test_a_file_names_candidates_by_name_or_by_reference_in_any_order():
    called = dict(zip(NAMES, ("Ana", "Bo", "Cai", "Dee"), strict=True))
    by_name = '4 2\n3 1 2 0\n0\n"Dee"\n"Cai"\n"Bo"\n"Ana"\n'
    by_ref = '4 2\n3 4 3 0\n0\n"m1-1"\n"m1-2"\n"m1-3"\n"m1-4"\n'

    assert from_file(by_name.encode(), "blt", TERMS, called) == {"4 3": 3}
    assert from_file(by_ref.encode(), "blt", TERMS, called) == {"4 3": 3}


def test_where_two_have_one_name_a_file_must_name_them_by_reference():
    called = dict(zip(NAMES, ("Ana", "Ana", "Cai", "Dee"), strict=True))

    with pytest.raises(RuleBroken, match="file_candidates"):
        from_file(b'4 2\n3 1 0\n0\n"Ana"\n"Ana"\n"Cai"\n"Dee"\n', "blt", TERMS, called)


def test_every_problem_of_a_file_has_its_sentence():
    with pytest.raises(PapersInvalid) as found:
        from_file(b"4 2\n1 9 0\n1 1 1 0\nx 0\n", "blt", TERMS, {})

    said = [msgid % values for msgid, values in map(problem_sentence, found.value.problems)]
    assert said == [problem.text() for problem in found.value.problems]
    assert len(said) >= 4


def test_the_lot_is_drawn_by_numbers_from_the_hash_of_the_file():
    seed, document = bytes(range(32)), b"papers"
    lot = papers_lot(seed, document, NAMES, commitment=lot_commitment(seed))

    order = draw_lots(seed, sha256(document).digest(), ["1", "3", "4"], commitment=lot_commitment(seed))

    assert list(lot(["m1-4", "m1-1", "m1-3"])) == [NAMES[int(number) - 1] for number in order]


def test_a_lot_with_another_seed_is_refused():
    lot = papers_lot(bytes(32), b"papers", NAMES, commitment=lot_commitment(bytes(range(32))))

    with pytest.raises(RuleBroken, match=r"lot\.commitment"):
        lot(list(NAMES))


def test_the_hash_of_the_stages_tells_counts_apart_that_have_the_same_result():
    few = TERMS.count([(["m1-1"], 5), (["m1-2"], 4)], lot=sorted)
    more = TERMS.count([(["m1-1"], 6), (["m1-2"], 4)], lot=sorted)

    assert few.elected == more.elected
    assert stages_hash(few) != stages_hash(more)
    assert stages_hash(few) == stages_hash(TERMS.count([(["m1-2"], 4), (["m1-1"], 5)], lot=sorted))


def test_the_finding_says_what_a_quota_changed():
    terms = Terms("approval", NAMES, 2, quotas=(Quota("women", at_least=1),), attributes={"m1-4": ("women",)})
    count = terms.count([(["m1-1", "m1-2"], 5), (["m1-4"], 1)], lot=sorted)

    found = count_finding(count)

    assert found["kept"] == [{"attribute": "women", "needed": 1, "reachable": 1, "held": 1}]
    assert [one[0] for one in found["substitutions"]] == ["m1-4"]


@pytest.mark.parametrize(
    ("method", "choices", "paper", "rule"),
    [
        ("score", 5, {"m1-1": 6}, "ballot.too_many_marks"),
        ("limited", 1, ["m1-1", "m1-2"], "ballot.too_many_marks"),
        ("irv", None, {"m1-1": 1}, "ballot.choice"),
        ("irv", None, ["m1-1", "m1-1"], "ballot.choice"),
        ("list", None, ["m1-1"], "ballot.choice"),
        ("cumulative", None, {"m1-1": 1}, "elect.choices"),
    ],
)
def test_a_paper_is_judged_by_the_rule_that_will_count_it(method, choices, paper, rule):
    with pytest.raises(RuleBroken) as refusal:
        Terms(method, NAMES, 2, choices).check(paper)

    assert refusal.value.rule == rule


@given(orders)
def test_every_order_of_candidates_is_a_paper_that_a_ranked_rule_takes(order):
    TERMS.check(order)

    text = " ".join(str(NAMES.index(name) + 1) for name in order)
    assert marked(text, TERMS) == order
