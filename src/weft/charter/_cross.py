"""What two values of a charter say about each other: references, order, circles, combinations.

A check speaks only where the values it reads are right by themselves, so that one mistake is one message.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import cast

from weft.charter._check import Findings, Tree, describe
from weft.charter._toml import Path
from weft.charter.vocabulary import (
    DECISIONS,
    METHODS_WITH_CHOICES,
    MOST_POINTS,
    REQUIRED_DECISIONS,
    SECRET_ON_DEVICES,
    Refers,
    node_at,
    split,
)

_COUNTED = {"base": ("members",), "association": ("members",)}
_SEATED = ("seats", "delegates")
_FILLS = ("elect", "draw", "rotate")
_PORTIONS = ("per", "fixed", "steps", "total")
#: Norm values that speak only beside another one.
_NORM_NEEDS = {
    "seats": "per",
    "round": "per",
    "first_per": "per",
    "first_seats": "first_per",
    "each": "fixed",
    "method": "total",
}


def cross_check(tree: Tree, raw: Mapping[str, object], findings: Findings) -> None:
    """Report everything that is wrong between the values of ``tree``."""
    bodies = _tables(tree.get("bodies"))
    _decisions(_tables(tree.get("decisions")), raw, findings)
    _references(tree, raw, findings)
    for kind, body in bodies.items():
        _body(("bodies", kind), body, findings)
    _kinds(bodies, findings)
    _bottom(bodies, findings)
    _circles(bodies, findings)
    _articles(tree, findings)
    _sources(tree, raw, findings)


def _tables(value: object) -> dict[str, Tree]:
    return cast("dict[str, Tree]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Tree]:
    return cast("list[Tree]", value) if isinstance(value, list) else []


def _names(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, dict) else ()


def _decisions(decisions: Mapping[str, Tree], raw: Mapping[str, object], findings: Findings) -> None:
    if isinstance(raw.get("decisions"), dict) and raw["decisions"]:
        for kind in REQUIRED_DECISIONS:
            if kind not in cast("dict[str, object]", raw["decisions"]):
                why = "Every charter says how it decides and how it is amended."
                findings.add("key.missing", ("decisions", kind), expected=why)
    for kind, decision in decisions.items():
        path: Path = ("decisions", kind)
        _majority((*path, "majority"), decision.get("majority"), findings)
        _quorum((*path, "quorum"), decision.get("quorum"), findings)


# --- references ---------------------------------------------------------------------------------------------------


def _references(tree: Tree, raw: Mapping[str, object], findings: Findings) -> None:
    bodies = _names(raw.get("bodies"))
    offices = {office for body in _tables(raw.get("bodies")).values() if isinstance(body, dict)
               for office in _names(body.get("offices"))}  # fmt: skip
    known: dict[Refers, tuple[str, ...]] = {
        "body": bodies,
        "sender": (*bodies, "electors"),
        "office": tuple(sorted(offices)),
        "decision": (*DECISIONS, *(kind for kind in _names(raw.get("decisions")) if kind not in DECISIONS)),
    }
    for path, refers, name in _walk(tree, ()):
        if refers == "section":
            body = _tables(raw.get("bodies")).get(str(path[1]), {})
            choices = _names(body.get("sections")) if isinstance(body, dict) else ()
        else:
            choices = known[refers]
        if name not in choices:
            code = f"reference.{'body' if refers == 'sender' else refers}"
            near = get_close_matches(name, choices, n=3)
            findings.add(code, path, found=describe(name), expected=", ".join(near or choices[:20]) or "none")
        elif (refers == "office" and name == path[3]) or (path[-1] == "accountable_to" and name == path[1]):
            findings.add("reference.self", path)


def _walk(value: object, path: Path) -> Iterator[tuple[Path, Refers, str]]:
    """Every reference in the tree: where it stands, to what kind of thing, and its name."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _walk(child, (*path, key))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from _walk(child, (*path, place))
    elif path[0] != "sources" and (node := node_at(path)) and node.parameter and node.parameter.refers:
        if isinstance(value, tuple):
            for place, name in enumerate(value):
                yield (*path, place), node.parameter.refers, name
        elif isinstance(value, str) and value:
            yield path, node.parameter.refers, value


# --- one body -----------------------------------------------------------------------------------------------------


def _body(path: Path, body: Tree, findings: Findings) -> None:
    kind = body.get("kind")
    _quorum((*path, "quorum"), body.get("quorum"), findings, kind=kind, most=body.get("body_maximum"))
    low, high = body.get("body_minimum"), body.get("body_maximum")
    _ordered((*path, "body_minimum"), (*path, "body_maximum"), low, high, findings)
    if kind in _COUNTED:
        if body.get("seats"):
            findings.add("body.seats_unexpected", (*path, "seats"), found=str(kind))
        for only_seated in ("body_minimum", "body_maximum", "direct_below", "quotas", "fractions"):
            if only_seated in body:
                findings.add("unused", (*path, only_seated), expected='a body with seats (kind = "delegate")')
    elif kind in ("delegate", "commission") and "seats" not in body and findings.clean((*path, "seats")):
        findings.add("body.seats_missing", path, found=str(kind))
    if "rights" in body:
        _rights((*path, "rights"), cast("Tree", body["rights"]), kind, findings)
    for place, seat in enumerate(_list(body.get("seats"))):
        _seat((*path, "seats", place), seat, findings)
    for name, office in _tables(body.get("offices")).items():
        _office((*path, "offices", name), office, findings)
    if isinstance(executive := body.get("executive"), dict):
        _norm((*path, "executive", "size"), executive.get("size"), findings)
        _elect((*path, "executive", "elect"), executive.get("elect"), findings)
        _recall((*path, "executive", "recall"), executive.get("recall"), findings)
    _quotas((*path, "quotas"), _list(body.get("quotas")), findings)


def _quorum(path: Path, quorum: object, findings: Findings, *, kind: object = None, most: object = None) -> None:
    if not isinstance(quorum, dict) or not findings.clean(path):
        return
    if "share" not in quorum and "at_least" not in quorum:
        findings.add("one_of.none", path, expected="share, at_least")
    elif "share" not in quorum and "of" in quorum:
        findings.add("unused", (*path, "of"), expected="share")
    elif kind and "share" in quorum:
        allowed = _COUNTED.get(str(kind), _SEATED)
        of = quorum.get("of", "members")
        if of not in allowed:
            findings.add("quorum.of", (*path, "of"), found=describe(of), other=str(kind), expected=" or ".join(allowed))
    if isinstance(most, int) and isinstance(least := quorum.get("at_least"), int) and least > most:
        findings.add("quorum.beyond", (*path, "at_least"), found=str(least), bound=str(most))


def _rights(path: Path, rights: Tree, kind: object, findings: Findings) -> None:
    if kind is not None and kind != "association":
        findings.add("rights.association", path, found=str(kind))
    elif rights.get("suspends_days") and not rights.get("objection_days") and findings.clean((*path, "objection_days")):
        findings.add("needs", (*path, "suspends_days"), expected="objection_days")


def _quotas(path: Path, quotas: list[Tree], findings: Findings) -> None:
    seen: dict[object, Path] = {}
    for place, quota in enumerate(quotas):
        here: Path = (*path, place)
        if not findings.clean(here):
            continue
        _one_of(here, quota, ("share", "at_least"), findings)
        attribute = quota.get("attribute")
        if attribute in seen:
            earlier = ".".join(map(str, seen[attribute]))
            findings.add("duplicate", (*here, "attribute"), found=describe(attribute), other=earlier)
        seen.setdefault(attribute, here)


def _seat(path: Path, seat: Tree, findings: Findings) -> None:
    _norm((*path, "norm"), seat.get("norm"), findings)
    _elect((*path, "elect"), seat.get("elect"), findings)
    _recall((*path, "recall"), seat.get("recall"), findings)
    if "breach" in seat and seat.get("mandate") != "binding" and findings.clean((*path, "mandate")):
        findings.add("unused", (*path, "breach"), expected='mandate = "binding"')


def _office(path: Path, office: Tree, findings: Findings) -> None:
    if findings.clean(*((*path, fill) for fill in _FILLS)):
        _one_of(path, office, _FILLS, findings)
    if "elect" not in office and ("draw" in office or "rotate" in office):
        for only_elected in ("count", "deputies"):
            if only_elected in office:
                findings.add("unused", (*path, only_elected), expected="elect")
    _elect((*path, "elect"), office.get("elect"), findings)
    _recall((*path, "recall"), office.get("recall"), findings)


def _one_of(path: Path, table: Tree, names: tuple[str, ...], findings: Findings) -> None:
    found = [name for name in names if name in table]
    if not found:
        findings.add("one_of.none", path, expected=", ".join(names))
    elif len(found) > 1:
        findings.add("one_of.many", path, found=" and ".join(found), expected=", ".join(names))


def _ordered(path: Path, other: Path, low: object, high: object, findings: Findings) -> None:
    if isinstance(low, int) and isinstance(high, int) and low > high:
        findings.add("order", path, found=str(low), bound=str(high), other=".".join(map(str, other)))


def _norm(path: Path, norm: object, findings: Findings) -> None:
    if not isinstance(norm, dict) or not findings.clean(path):
        return
    _one_of(path, norm, _PORTIONS, findings)
    for name, needed in _NORM_NEEDS.items():
        if name in norm and needed not in norm:
            findings.add("unused", (*path, name), expected=needed)
    if "first_per" in norm and "first_seats" not in norm:
        findings.add("needs", (*path, "first_per"), expected="first_seats")
    _ordered((*path, "minimum"), (*path, "maximum"), norm.get("minimum"), norm.get("maximum"), findings)
    if "total" in norm:
        for name in ("minimum", "maximum", "exceptions"):
            if name in norm:
                findings.add("norm.total_bounds", (*path, name), found=str(norm["total"]))
    for place, exception in enumerate(_list(norm.get("exceptions"))):
        here: Path = (*path, "exceptions", place)
        if "minimum" not in exception and "maximum" not in exception:
            findings.add("one_of.none", here, expected="minimum, maximum")
        low, high = exception.get("minimum", norm.get("minimum")), exception.get("maximum", norm.get("maximum"))
        _ordered((*here, "minimum"), (*here, "maximum"), low, high, findings)
    _steps((*path, "steps"), _list(norm.get("steps")), findings)


def _steps(path: Path, steps: list[Tree], findings: Findings) -> None:
    reached = 0
    for place, step in enumerate(steps):
        upto = step.get("upto")
        if (upto is None) != (place == len(steps) - 1):
            findings.add("steps.end", (*path, place))
            return
        if isinstance(upto, int):
            if upto <= reached:
                findings.add("steps.order", (*path, place, "upto"), found=str(upto), bound=str(reached))
                return
            reached = upto


def _elect(path: Path, elect: object, findings: Findings) -> None:
    if not isinstance(elect, dict) or not findings.clean(path):
        return
    method, secret = str(elect.get("method", "plurality")), elect.get("ballot") == "secret"
    if secret and method not in SECRET_ON_DEVICES and not elect.get("on_paper"):
        findings.add("elect.device_secret", path, found=method, expected=", ".join(SECRET_ON_DEVICES))
    elif (
        secret
        and method == "score"
        and not elect.get("on_paper")
        and int(cast("int", elect.get("choices", 0))) > MOST_POINTS
    ):
        findings.add("elect.device_points", (*path, "choices"), found=str(elect["choices"]), bound=str(MOST_POINTS))
    _quotas((*path, "quotas"), _list(elect.get("quotas")), findings)
    for paper in ("paper_below", "on_paper"):
        if elect.get(paper) and not secret:
            findings.add("unused", (*path, paper), expected='ballot = "secret"')
    if method in METHODS_WITH_CHOICES and "choices" not in elect:
        findings.add("needs", path, expected="choices")
    elif "choices" in elect and method not in METHODS_WITH_CHOICES:
        findings.add("unused", (*path, "choices"), expected="method = " + ", ".join(METHODS_WITH_CHOICES))


def _recall(path: Path, recall: object, findings: Findings) -> None:
    if isinstance(recall, dict):
        _majority((*path, "majority"), recall.get("majority"), findings)


def _majority(path: Path, majority: object, findings: Findings) -> None:
    if not isinstance(majority, dict) or not findings.clean(path):
        return
    share = majority.get("share", Fraction(1, 2))
    if share == 1 and majority.get("strictly_more", True):
        findings.add("majority.beyond", path)
    if majority.get("abstentions_count") and majority.get("of", "cast") != "cast":
        findings.add("unused", (*path, "abstentions_count"), expected='of = "cast"')


# --- between bodies -----------------------------------------------------------------------------------------------


def _kinds(bodies: Mapping[str, Tree], findings: Findings) -> None:
    elected = set()
    for kind, body in bodies.items():
        executive = body.get("executive")
        named = executive.get("kind") if isinstance(executive, dict) else None
        if isinstance(named, str) and named in bodies:
            elected.add(named)
            found = bodies[named].get("kind")
            path: Path = ("bodies", kind, "executive", "kind")
            if found not in (None, "executive") and findings.clean(path):
                findings.add("reference.type", path, found=describe(named), other=str(found), expected="executive")
    for kind, body in bodies.items():
        if body.get("kind") == "executive" and kind not in elected and "seats" not in body:
            executives_unread = any(not findings.clean(("bodies", other, "executive")) for other in bodies)
            if not executives_unread and findings.clean(("bodies", kind, "seats")):
                findings.add("body.orphan", ("bodies", kind))


def _bottom(bodies: Mapping[str, Tree], findings: Findings) -> None:
    unread = not findings.clean(("bodies",)) and any(
        "kind" not in body or not findings.clean(("bodies", kind, "seats")) for kind, body in bodies.items()
    )
    rests = any(
        body.get("kind") == "base" or any(seat.get("from") == "electors" for seat in _list(body.get("seats")))
        for body in bodies.values()
    )
    if bodies and not rests and not unread:
        findings.add("body.bottom", ("bodies",))


def _circles(bodies: Mapping[str, Tree], findings: Findings) -> None:
    """Seats and executives must form a graph without circles; each circle is named once, where it closes."""
    rests_on: dict[str, dict[str, Path]] = {kind: {} for kind in bodies}
    for kind, body in bodies.items():
        for place, seat in enumerate(_list(body.get("seats"))):
            sender = seat.get("from")
            if isinstance(sender, str) and sender in bodies:
                rests_on[kind].setdefault(sender, ("bodies", kind, "seats", place, "from"))
        executive = body.get("executive")
        named = executive.get("kind") if isinstance(executive, dict) else None
        if isinstance(named, str) and bodies.get(named, {}).get("kind") == "executive":
            rests_on[named].setdefault(kind, ("bodies", kind, "executive", "kind"))
    done: set[str] = set()
    for kind in bodies:
        _follow(kind, [], rests_on, done, findings)


def _follow(
    kind: str, trail: list[str], rests_on: Mapping[str, Mapping[str, Path]], done: set[str], findings: Findings
) -> None:
    if kind in done:
        return
    trail.append(kind)
    for sender, path in rests_on[kind].items():
        if sender in trail:
            circle = [*trail[trail.index(sender) :], sender]
            findings.add("body.circle", path, found=" ← ".join(circle))
        else:
            _follow(sender, trail, rests_on, done, findings)
    trail.pop()
    done.add(kind)


# --- texts and sources --------------------------------------------------------------------------------------------


def _articles(tree: Tree, findings: Findings) -> None:
    seen: dict[object, int] = {}
    for place, article in enumerate(_list(tree.get("articles"))):
        name = article.get("id")
        if name in seen:
            earlier = f"articles.{seen[name]}.id"
            findings.add("duplicate", ("articles", place, "id"), found=describe(name), other=earlier)
        elif name is not None:
            seen[name] = place


def _sources(tree: Tree, raw: Mapping[str, object], findings: Findings) -> None:
    for path, source in _tables(tree.get("sources")).items():
        steps = split(path)
        node = node_at(steps)
        # A value left out can have a source as well: that there was no term is also history.
        table = steps[:-1] if node and node.parameter else steps
        if node is None or not _stands(raw, table):
            findings.add("source.path", ("sources", path))
        elif source.get("status") == "V" and not source.get("source") and findings.clean(("sources", path, "source")):
            findings.add("source.missing", ("sources", path))


def _stands(raw: object, steps: Iterable[str | int]) -> bool:
    """Whether the file holds this path; a shorthand holds whatever it stands for."""
    for step in steps:
        if isinstance(raw, str):
            return True
        if isinstance(step, int):
            if not isinstance(raw, list) or step >= len(raw):
                return False
            raw = raw[step]
        elif isinstance(raw, dict) and step in raw:
            raw = raw[step]
        else:
            return False
    return True
