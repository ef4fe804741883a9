"""After a rotation everything opens with the new key alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from gongshi.audit.models import Event
from gongshi.intake.actions import receive_file
from gongshi.intake.files import open_file
from gongshi.records.actions import land_rows, settle_batch
from gongshi.records.models import Record
from gongshi.records.queries import withheld_values
from tests.factories import (
    AT,
    BY,
    BatchFactory,
    UnitFactory,
    licence_rows,
    source_of,
    upload,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

OLD = ("k1", b"1" * 32)
NEW = ("k2", b"2" * 32)
KEYS = "django.conf.settings.FIELD_KEYS"


def test_rotation_reseals_records_corrections_and_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(KEYS, (OLD,))
    file = receive_file(upload(b"a"), unit=UnitFactory.create(), by=BY, at=AT).file
    for rows in (licence_rows({}), licence_rows({"remarks": "另"})):
        batch = BatchFactory.create()
        land_rows(rows, source_of(batch))
        settle_batch(batch.pk, at=AT)
    monkeypatch.setattr(KEYS, (NEW, OLD))
    out = StringIO()

    call_command("rotate_keys", stdout=out)

    monkeypatch.setattr(KEYS, (NEW,))
    assert "2 records and 1 pieces" in out.getvalue()
    assert withheld_values(Record.objects.get())["resident_id"]
    with open_file(file) as path:
        assert path.read_bytes() == b"a"
    assert Event.objects.in_order().last().action == "records.rotate_keys"  # type: ignore[union-attr]


def test_rotation_stops_where_a_key_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KEYS, (OLD,))
    receive_file(upload(b"a"), unit=UnitFactory.create(), by=BY, at=AT)
    monkeypatch.setattr(KEYS, (NEW,))

    with pytest.raises(CommandError, match="unknown-key"):
        call_command("rotate_keys")
