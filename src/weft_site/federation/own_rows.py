"""One person's memberships and terms in a few bodies, and which offices of a body are filled, read in plain SQL.

Every page and every act asks for it first, and Django takes ten times as long to put these questions together as a
database takes to answer them. What follows from the rows is said in `facts.standing`, and nowhere else.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from weft_site.federation.models import Constituency, Membership, Seat, Term

_MEMBERSHIPS, _TERMS, _SEATS, _CONSTITUENCIES = (
    model._meta.db_table  # noqa: SLF001 - Django has no other name for it
    for model in (Membership, Term, Seat, Constituency)
)


def memberships(person_id: int, body_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Body id -> status and reference of a membership that is current there."""
    rows = _rows(
        f"SELECT body_id, status, ref FROM {_MEMBERSHIPS}"  # noqa: S608 - the names of tables and marks alone
        f" WHERE person_id = %s AND body_id IN ({_marks(body_ids)}) AND status IN ({_marks(Membership.CURRENT)})",
        [person_id, *body_ids, *map(str, Membership.CURRENT)],
    )
    return {body: (status, ref) for body, status, ref in rows}


def terms(person_id: int, body_ids: Sequence[int]) -> list[Term]:
    """Every term, also one that has ended, the earliest first; what a standing rests on, and the place itself.

    Of the place: seat_body, seat_ref, office, and of a delegate's seat constituency and rule; None and "" otherwise.
    """
    return list(
        Term.objects.raw(
            "SELECT t.id, t.seat_id, t.starts_at, t.ends_at, t.ended_at, t.ended_by, t.credential,"  # noqa: S608
            " s.body_id AS seat_body, s.ref AS seat_ref, s.office AS office, s.constituency_id AS constituency,"
            " c.rule AS rule"
            f" FROM {_TERMS} t JOIN {_SEATS} s ON s.id = t.seat_id"
            f" LEFT JOIN {_CONSTITUENCIES} c ON c.id = s.constituency_id"
            f" WHERE t.person_id = %s AND s.body_id IN ({_marks(body_ids)}) ORDER BY t.starts_at, t.id",
            [person_id, *body_ids],
        )
    )


def offices_filled(body_id: int, now: datetime) -> frozenset[str]:
    """The offices of a body in which somebody serves at this instant.

    Places of offices are found by what they have not, which an index knows, and each is asked for its term: PostgreSQL
    takes them for as many as the seats of a large council, and would rather read all terms.
    """
    at = connection.ops.adapt_datetimefield_value(now)
    rows = _rows(
        f"SELECT s.office FROM {_SEATS} s WHERE s.body_id = %s AND s.constituency_id IS NULL"  # noqa: S608
        f" AND (SELECT count(*) FROM {_TERMS} t WHERE t.seat_id = s.id AND t.starts_at <= %s"
        " AND (t.ended_at IS NULL OR t.ended_at > %s) AND (t.ends_at IS NULL OR t.ends_at > %s)) > 0",
        [body_id, at, at, at],
    )
    return frozenset(office for (office,) in rows)


def _rows(sql: str, values: Sequence[object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
