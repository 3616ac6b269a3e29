"""Make the values of a checked file into the model. What the file leaves out takes the model's default."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from weft.charter.model import (
    Admission,
    AssociationRights,
    BodyRule,
    Charter,
    Decision,
    Elect,
    Exclusion,
    Executive,
    Fractions,
    FreeArticle,
    Majority,
    Membership,
    Norm,
    NormException,
    Office,
    Procedure,
    Quorum,
    Quota,
    Ratification,
    Recall,
    Rotation,
    SeatRule,
    Section,
    Small,
    Source,
    Step,
)

Values = Mapping[str, Any]


def build(tree: Values, text: str, digest: str) -> Charter:
    """The charter of a file without problems."""
    return Charter(
        **tree["charter"],
        text=text,
        hash=digest,
        membership=_membership(tree["membership"]),
        bodies=_with_executives({kind: _body(kind, body) for kind, body in tree["bodies"].items()}),
        decisions={kind: _decision(kind, decision) for kind, decision in tree["decisions"].items()},
        procedure=Procedure(**tree.get("procedure", {})),
        articles=tuple(FreeArticle(**article) for article in tree.get("articles", ())),
        sources={path: Source(path=path, **source) for path, source in tree.get("sources", {}).items()},
    )


def _with_executives(bodies: dict[str, BodyRule]) -> dict[str, BodyRule]:
    """An executive has the seats that the body which elects it gives it, so that all rules of seats hold for it."""
    for body in list(bodies.values()):
        rule = body.executive
        if rule is not None and not bodies[rule.kind].seats:
            seats = SeatRule(
                index=0,
                sender=body.id,
                norm=rule.size,
                title=bodies[rule.kind].title,
                elect=rule.elect,
                recall=rule.recall,
                executive=True,
            )
            bodies[rule.kind] = replace(bodies[rule.kind], seats=(seats,))
    return bodies


def _with(values: Values, **makers: Any) -> dict[str, Any]:
    """The values, with each table that has a maker made into its model class."""
    return {name: makers[name](value) if name in makers else value for name, value in values.items()}


def _membership(values: Values) -> Membership:
    return Membership(**_with(values, admission=lambda v: Admission(**v), exclusion=lambda v: Exclusion(**v)))


def _quorum(values: Values) -> Quorum:
    return Quorum(**values)


def _majority(values: Values) -> Majority:
    return Majority(**values)


def _elect(values: Values) -> Elect:
    return Elect(**_with(values, quotas=_quotas))


def _quotas(quotas: Iterable[Values]) -> tuple[Quota, ...]:
    return tuple(Quota(**quota) for quota in quotas)


def _recall(values: Values) -> Recall:
    return Recall(**_with(values, majority=_majority))


def _norm(values: Values) -> Norm:
    return Norm(
        **_with(
            values,
            steps=lambda steps: tuple(Step(upto=step.get("upto"), seats=step["seats"]) for step in steps),
            exceptions=lambda exceptions: tuple(NormException(**exception) for exception in exceptions),
        )
    )


def _seat(index: int, values: Values) -> SeatRule:
    made = _with(
        values,
        norm=_norm,
        small=lambda v: Small(**v),
        elect=_elect,
        recall=_recall,
        rotation=lambda v: Rotation(**v),
    )
    return SeatRule(index=index, sender=made.pop("from"), **made)


def _office(name: str, values: Values) -> Office:
    made = _with(values, elect=_elect, recall=_recall, rotation=lambda v: Rotation(**v))
    for fill in ("draw", "rotate"):
        if fill in made:
            made |= {"fill": fill, "count": made.pop(fill)}
    return Office(id=name, **made)


def _body(kind: str, values: Values) -> BodyRule:
    made = _with(
        values,
        quorum=_quorum,
        offices=lambda offices: {name: _office(name, office) for name, office in offices.items()},
        seats=lambda seats: tuple(_seat(index, seat) for index, seat in enumerate(seats)),
        sections=lambda sections: tuple(Section(id=name, **section) for name, section in sections.items()),
        executive=lambda v: Executive(
            **{"kind": v["kind"], "size": _norm(v["size"])} | _with({k: v[k] for k in v if k in ("elect", "recall")},
                                                                     elect=_elect, recall=_recall)
        ),
        quotas=_quotas,
        rights=lambda v: AssociationRights(**v),
        fractions=lambda v: Fractions(**v),
    )  # fmt: skip
    return BodyRule(id=kind, type=made.pop("kind"), title=made.pop("title", "") or plain_name(kind), **made)


def _decision(kind: str, values: Values) -> Decision:
    made = _with(values, majority=_majority, quorum=_quorum, ratified_by=lambda v: Ratification(**v))
    return Decision(id=kind, **made)


def plain_name(name: str) -> str:
    """A short name as words: ``mandate_commission`` is "mandate commission"."""
    return name.replace("_", " ").replace("-", " ")
