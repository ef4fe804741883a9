"""Finds the first rows, in order, of many parts of a table, each part's from an index.

However many parts and rows there are, little is read: first the head of each part, one
look into the index; then rows only where they may be among the first asked for, as
those of a part whose head comes too late cannot be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

_FIRST, _LAST = date.min, date.max
_FIRST_TIME = datetime.min.replace(tzinfo=UTC)
_LAST_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(kw_only=True)
class Way:
    """What is looked for, in SQL over the table as `r`, and along which index.

    The index begins with the columns of `parts`, of which these values are wanted (or
    with columns that `terms` set equal to one value); then `column`, by which the rows are in order: a date (a time, where `is_time`)
    that is never null where `terms` hold; then `key`, which tells equals apart. Names,
    parts and terms are ours; what comes from outside is in values.
    """

    table: str
    parts: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    column: str
    key: str = "id"
    is_time: bool = False
    descending: bool = False
    terms: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    _worth: tuple[str, tuple[Any, ...]] | None = None
    _near: tuple[str, tuple[Any, ...]] | None = None
    _far: tuple[str, object] | None = None

    def add(self, term: str, *values: object) -> None:
        """Narrow it by a term and its parameters."""
        self.terms.append(term)
        self.values += values

    def only_parts(self, term: str, *values: object) -> None:
        """Look only into parts, as `s`, of which the term holds, as all others are empty.

        For what the index could only find out row by row.
        """
        self._worth = term, values

    def between(self, least: object | None, most: object | None) -> None:
        """Narrow it to a range of the column's values, ends counted in, None: open."""
        least_term = None if least is None else (f"r.{self.column} >= %s", least)
        most_term = None if most is None else (f"r.{self.column} <= %s", most)
        near, far = most_term, least_term
        if not self.descending:
            near, far = far, near
        self._near = near and (near[0], (near[1],))
        self._far = far

    def begin_behind(self, *place: Any) -> None:  # noqa: ANN401 - days, times, keys
        """Begin behind the row with that value of the column and that key.

        A place outside of the range, made up by hand, is none.
        """
        if self._near is not None:
            (value, *_), (end, *_) = place, self._near[1]
            if value > end if self.descending else value < end:
                return
        # In place of the range's own beginning: SQLite seeks by one of two such terms.
        sign = "<" if self.descending else ">"
        self._near = f"(r.{self.column}, r.{self.key}) {sign} (%s, %s)", place

    def narrowed(self, far: str | None = None) -> tuple[list[str], list[Any]]:
        """Return all terms and their values; `far` stands for the far end, if given."""
        terms, values = list(self.terms), list(self.values)
        if self._near is not None:
            terms.append(self._near[0])
            values += self._near[1]
        if far is not None:
            terms.append(far)
        elif self._far is not None:
            terms.append(self._far[0])
            values.append(self._far[1])
        return terms, values

    @property
    def worth(self) -> tuple[str, tuple[Any, ...]]:
        """The term over a part of those that are looked into, and its values."""
        return self._worth or ("TRUE", ())

    @property
    def far_end(self) -> object | None:
        """The value at which the range ends."""
        return self._far and self._far[1]

    def where(self) -> tuple[str, list[Any]]:
        """Return all of it, for rows that are found otherwise than by the index."""
        terms, values = self.narrowed()
        return " AND ".join([*map(self._is_part, self.parts), *terms]), values

    def ordered(self, limit: int) -> str:
        """Return the order and where it ends."""
        columns = f"r.{self.column} {self._way}, r.{self.key} {self._way}"
        return f"ORDER BY {columns} LIMIT {limit}"

    def _is_part(self, column: str) -> str:
        values = ", ".join(map(_literal, self.parts[column]))
        return f"r.{column} IN ({values or 'NULL'})"

    @property
    def _way(self) -> str:
        return "DESC" if self.descending else "ASC"


def first_keys(connection: BaseDatabaseWrapper, way: Way, limit: int) -> list[Any]:
    """Return the keys of the first rows of all parts together; one query."""
    if not all(way.parts.values()):
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_statement(connection, way, limit))
        return [key for (key,) in cursor.fetchall()]


def _statement(
    connection: BaseDatabaseWrapper, way: Way, limit: int
) -> tuple[str, list[Any]]:
    sign = ">=" if way.descending else "<="
    order = "DESC" if way.descending else "ASC"
    bound = f"{sign} (SELECT head FROM bound)"  # noqa: S608 - names are ours
    rows, values = _rows(way, *way.narrowed())
    # The bound takes the place of the range's end, of which SQLite would keep the other.
    near, near_values = _rows(way, *way.narrowed(f"r.{way.column} {bound}"))
    inner = f"SELECT r.{way.key}, r.{way.column} {near} {way.ordered(limit)}"
    if connection.vendor == "postgresql":
        found = f"heads s CROSS JOIN LATERAL ({inner}) r WHERE TRUE"
    else:
        # SQLite knows no LATERAL, but limits a list that depends on the row before.
        chosen = f"r.{way.key} IN (SELECT {way.key} FROM ({inner}))"  # noqa: S608 - as above
        found = f"heads s CROSS JOIN {way.table} r WHERE {chosen}"
    statement = (
        f"WITH {_seeds(way)},"  # noqa: S608 - as above
        f" heads AS MATERIALIZED (SELECT s.*, (SELECT r.{way.column} {rows}"
        f" {way.ordered(1)}) AS head FROM seeds s),"
        " bound AS MATERIALIZED (SELECT coalesce((SELECT head FROM heads"
        f" WHERE head IS NOT NULL ORDER BY head {order} LIMIT 1 OFFSET {limit - 1}),"
        f" %s) AS head) SELECT r.{way.key} FROM {found} AND s.head {bound}"
        f" {way.ordered(limit)}"
    )
    worth_values = way.worth[1]
    return statement, [*worth_values, *values, _end(connection, way), *near_values]


def _rows(way: Way, terms: list[str], values: list[Any]) -> tuple[str, list[Any]]:
    equal = [f"r.{column} = s.{column}" for column in way.parts]
    where = " AND ".join([*equal, *terms]) or "TRUE"
    return f"FROM {way.table} r WHERE {where}", values


def _seeds(way: Way) -> str:
    """Return tables of the parts' values, and of all combinations of them."""
    if not way.parts:
        return "seeds AS (SELECT 1 AS one)"
    lists = [
        f"of_{column}({column}) AS (VALUES"
        f" {', '.join(f'({_literal(value)})' for value in values)})"
        for column, values in way.parts.items()
    ]
    pairs = " CROSS JOIN ".join(f"of_{column}" for column in way.parts)
    worth, _values = way.worth
    seeds = f"seeds AS (SELECT * FROM (SELECT * FROM {pairs}) s WHERE {worth})"  # noqa: S608 - names and terms are ours
    return ", ".join([*lists, seeds])


def _end(connection: BaseDatabaseWrapper, way: Way) -> object:
    if way.far_end is not None:
        return way.far_end
    if way.is_time:
        last = _FIRST_TIME if way.descending else _LAST_TIME
        return connection.ops.adapt_datetimefield_value(last)
    return connection.ops.adapt_datefield_value(_FIRST if way.descending else _LAST)


def _literal(value: int | str) -> str:
    if isinstance(value, int):
        return str(int(value))
    quoted = value.replace("'", "''").replace("%", "%%")
    return f"'{quoted}'"
