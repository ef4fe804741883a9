"""A file is stored whole, sealed and once; a form sent twice makes one batch."""

from pathlib import Path

import pytest
from django.db import IntegrityError

from gongshi.audit.models import Event
from gongshi.intake.actions import receive_file
from gongshi.intake.files import (
    CHUNK_BYTES,
    CannotOpen,
    CannotReceive,
    open_file,
)
from gongshi.intake.models import Batch, BatchState, StoredChunk, StoredFile
from gongshi.records.sealing import CannotUnseal
from tests.factories import (
    AT,
    BY,
    BatchFactory,
    StoredFileFactory,
    UnitFactory,
    upload,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

LARGE = b"0123456789abcdef" * (CHUNK_BYTES // 16) + b"end"


def received(content: bytes = b"a,b\n1,2\n") -> Batch:
    """Receive a file of that content for a unit of its own."""
    return receive_file(upload(content), unit=UnitFactory.create(), by=BY, at=AT)


def test_received_file_makes_a_batch_and_one_event() -> None:
    batch = received()

    assert (batch.state, batch.name, batch.received_by) == (
        BatchState.RECEIVED,
        "许可.csv",
        "li",
    )
    assert not batch.already_received
    assert Event.objects.get().action == "intake.receive_file"


def test_received_bytes_come_back_whole() -> None:
    batch = received(LARGE)

    with open_file(batch.file, name=batch.name) as path:
        assert path.read_bytes() == LARGE
        assert path.suffix == ".csv"


def test_opened_file_is_for_us_alone_and_removed_afterwards() -> None:
    batch = received()

    with open_file(batch.file) as path:
        assert path.stat().st_mode & 0o777 == 0o600

    assert not path.exists()


def test_opened_file_is_removed_after_a_fault() -> None:
    batch = received()
    seen: list[Path] = []

    def fail() -> None:
        with open_file(batch.file) as path:
            seen.append(path)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert not seen[0].exists()


def test_stored_pieces_are_sealed() -> None:
    received(b"320703198001010015")

    assert b"3207031980" not in bytes(StoredChunk.objects.get().sealed)


def test_damaged_piece_is_noticed() -> None:
    batch = received()
    chunk = StoredChunk.objects.get()
    sealed = bytearray(chunk.sealed)
    sealed[-1] ^= 1
    StoredChunk.objects.update(sealed=bytes(sealed))

    with pytest.raises(CannotUnseal), open_file(batch.file):
        pass


def test_missing_piece_is_noticed() -> None:
    batch = received(LARGE)
    StoredChunk.objects.filter(position=1).delete()

    with pytest.raises(CannotOpen), open_file(batch.file):
        pass


def test_same_key_again_returns_the_batch_it_made() -> None:
    unit = UnitFactory.create()
    first = receive_file(upload(key="form-1"), unit=unit, by=BY, at=AT)

    second = receive_file(upload(key="form-1"), unit=unit, by=BY, at=AT)

    assert second == first
    assert second.already_received
    assert Batch.objects.count() == Event.objects.count() == 1


def test_same_key_of_another_unit_is_another_batch() -> None:
    first = receive_file(upload(key="form-1"), unit=UnitFactory.create(), by=BY, at=AT)

    second = receive_file(upload(key="form-1"), unit=UnitFactory.create(), by=BY, at=AT)

    assert second != first


def test_same_bytes_under_a_new_key_share_the_stored_file() -> None:
    unit = UnitFactory.create()
    first = receive_file(upload(), unit=unit, by=BY, at=AT)

    second = receive_file(upload(), unit=unit, by=BY, at=AT)

    assert second != first
    assert second.file == first.file
    assert not second.already_received


def test_file_over_the_limit_is_refused_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOAD_LIMIT_BYTES", 4)

    with pytest.raises(CannotReceive) as refused:
        received(b"12345")

    assert refused.value.code == "too-large"
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\报送\\许可.xlsx", "许可.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n.csv", "ab.csv"),
        ("许" * 300 + ".xlsx", "许" * 250 + ".xlsx"),
    ],
)
def test_file_name_is_cleaned(given: str, kept: str) -> None:
    batch = receive_file(upload(name=given), unit=UnitFactory.create(), by=BY, at=AT)

    assert batch.name == kept


def test_file_without_a_name_is_refused() -> None:
    with pytest.raises(CannotReceive) as refused:
        receive_file(upload(name=" \x00"), unit=UnitFactory.create(), by=BY, at=AT)

    assert refused.value.code == "no-name"


def test_stream_that_was_read_before_is_stored_from_its_start() -> None:
    handed_in = upload(b"a,b\n1,2\n")
    handed_in.stream.read()

    batch = receive_file(handed_in, unit=UnitFactory.create(), by=BY, at=AT)

    assert batch.file.size == 8


def test_stored_file_is_there_once_per_unit() -> None:
    stored = StoredFileFactory.create()

    with pytest.raises(IntegrityError, match=r"stored_file_once_per_unit|sha256"):
        StoredFileFactory.create(unit=stored.unit, sha256=stored.sha256)


def test_stored_file_size_is_not_negative() -> None:
    with pytest.raises(IntegrityError, match="stored_file_size_not_negative"):
        StoredFileFactory.create(size=-1)


def test_stored_chunk_has_its_own_position() -> None:
    stored = StoredFileFactory.create()
    StoredChunk.objects.create(file=stored, position=0, sealed=b"a")

    with pytest.raises(IntegrityError, match=r"stored_chunk_position_unique|position"):
        StoredChunk.objects.create(file=stored, position=0, sealed=b"b")


def test_batch_is_received_once_per_key() -> None:
    batch = BatchFactory.create()

    with pytest.raises(IntegrityError, match=r"batch_received_once|idempotency_key"):
        BatchFactory.create(unit=batch.unit, idempotency_key=batch.idempotency_key)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "lost"}, "batch_state_known"),
        ({"state": BatchState.FAILED}, "batch_failed_has_reason"),
        ({"leased_until": AT, "leased_by": "w"}, "batch_leased_while_working"),
        (
            {"state": BatchState.CHECKING, "leased_until": AT},
            "batch_leased_while_working",
        ),
    ],
)
def test_batch_keeps(values: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        BatchFactory.create(**values)
