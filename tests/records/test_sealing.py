"""Sealed values open with their key, in their place, and nowhere else."""

import pytest

from gongshi.records.sealing import (
    CannotUnseal,
    is_current,
    lookup_hash,
    reseal,
    seal,
    seal_values,
    unseal,
    unseal_values,
)

OLD = ("k1", b"1" * 32)
NEW = ("k2", b"2" * 32)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seal with the old key."""
    monkeypatch.setattr("django.conf.settings.FIELD_KEYS", (OLD,))


def test_sealed_bytes_open_again() -> None:
    assert unseal(seal(b"320703198001010015", context=b"a"), context=b"a") == (
        b"320703198001010015"
    )


def test_sealed_bytes_show_nothing_and_differ_each_time() -> None:
    first, second = (seal(b"320703198001010015", context=b"a") for _ in range(2))

    assert b"3207031980" not in first
    assert first != second


def test_values_open_for_their_own_record_only() -> None:
    sealed = seal_values({"resident_id": "320703198001010015"}, record_id="a" * 32)

    assert unseal_values(sealed, record_id="a" * 32) == {
        "resident_id": "320703198001010015"
    }
    with pytest.raises(CannotUnseal) as refused:
        unseal_values(sealed, record_id="b" * 32)
    assert refused.value.code == "damaged"


@pytest.mark.parametrize("sealed", [b"", b"\x02k9" + b"x" * 40])
def test_unknown_key_is_named_as_such(sealed: bytes) -> None:
    with pytest.raises(CannotUnseal) as refused:
        unseal(sealed, context=b"a")

    assert refused.value.code == "unknown-key"


def test_changed_byte_is_noticed() -> None:
    sealed = bytearray(seal(b"text", context=b"a"))
    sealed[-1] ^= 1

    with pytest.raises(CannotUnseal) as refused:
        unseal(bytes(sealed), context=b"a")

    assert refused.value.code == "damaged"


def test_new_key_opens_what_the_old_one_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(b"text", context=b"a")
    monkeypatch.setattr("django.conf.settings.FIELD_KEYS", (NEW, OLD))

    fresh = reseal(sealed, context=b"a")

    assert not is_current(sealed)
    assert is_current(fresh)
    monkeypatch.setattr("django.conf.settings.FIELD_KEYS", (NEW,))
    assert unseal(fresh, context=b"a") == b"text"


def test_lookup_hash_depends_on_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.LOOKUP_KEY", b"1" * 32)
    here = lookup_hash("320703198001010015")
    monkeypatch.setattr("django.conf.settings.LOOKUP_KEY", b"2" * 32)

    assert lookup_hash("320703198001010015") != here
