"""Bulk rows read the same as rows that the models wrote."""

from datetime import UTC, date, datetime
from uuid import UUID

import polars as pl
import pytest
from django.db import IntegrityError, connections, transaction

from gongshi.portal.bulk import insert_frame, insert_rows
from gongshi.portal.models import Cursor, Tombstone

pytestmark = pytest.mark.django_db(databases=["portal"])

AT = datetime(2016, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
_UNLIKE = {
    "position": 1,
    "operation": "withdraw",
    "person": "legal",
    "unit_code": "u",
    "unit_name": "U",
}


def _insert(*rows: tuple[object, ...]) -> int:
    columns = ("record_id", "kind", "reason", "at", *_UNLIKE)
    wide = [(*row, *_UNLIKE.values()) for row in rows]
    return insert_rows(connections["portal"], "tombstone", columns, wide)


def test_bulk_row_reads_as_written() -> None:
    key = UUID("12345678-1234-5678-1234-567812345678")

    inserted = _insert((key, "licence", "改'为\t〔%s〕\n\\N", AT))

    tombstone = Tombstone.objects.get(record_id=key)
    assert inserted == 1
    assert (tombstone.reason, tombstone.at) == ("改'为\t〔%s〕\n\\N", AT)


def test_bulk_rows_of_a_generator_are_all_inserted() -> None:
    connection = connections["portal"]
    rows = ((f"feed-{number}", number, "0") for number in range(12_345))

    inserted = insert_rows(
        connection, "feed_cursor", ("name", "sequence", "hash"), rows
    )

    assert inserted == Cursor.objects.count() == 12_345


def test_no_rows_insert_nothing() -> None:
    assert _insert() == 0


def test_row_that_breaks_a_constraint_is_an_integrity_error() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(using="portal"):
        _insert((UUID(int=1), "decree", "", AT))

    assert not Tombstone.objects.exists()


def test_frame_reads_as_written() -> None:
    key = UUID("12345678-1234-5678-1234-567812345678")
    frame = pl.DataFrame(
        {"record_id": [key.hex], "kind": ["licence"], "reason": ["改'为\t〔%s〕\n\\N"]}
        | {"at": [AT]}
        | {name: [value] for name, value in _UNLIKE.items()}
    )

    inserted = insert_frame(connections["portal"], "tombstone", frame)

    tombstone = Tombstone.objects.get(record_id=key)
    assert inserted == 1
    assert (tombstone.reason, tombstone.at) == ("改'为\t〔%s〕\n\\N", AT)


def test_empty_frame_inserts_nothing() -> None:
    frame = pl.DataFrame(schema={"name": pl.String, "sequence": pl.Int64})

    assert insert_frame(connections["portal"], "feed_cursor", frame) == 0


def test_dates_are_stored_as_dates() -> None:
    connection = connections["portal"]

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE day (day date)")
    insert_rows(connection, "day", ("day",), [(date(2016, 2, 29),), (None,)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM day WHERE day >= %s", [date(2016, 2, 29)])
        assert len(cursor.fetchall()) == 1
