"""The environment is read strictly; what is wrong stops the start with a sentence."""

import base64
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongshi import environment
from gongshi.domain.working_days import default_calendar

KEY = base64.b64encode(bytes(32)).decode()
OTHER = base64.b64encode(bytes(range(32))).decode()


def test_first_field_key_comes_first() -> None:
    keys = environment.field_keys(f"k2:{OTHER}, k1:{KEY}")

    assert keys == (("k2", bytes(range(32))), ("k1", bytes(32)))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (f":{KEY}", "key 1 has no id"),
        (KEY, "key 1 has no id"),
        (f"k1:{KEY},", "key 2 has no id"),
        (f"k 1:{KEY}", "key 1 has no id"),
        (f"k1:{KEY},k1:{OTHER}", "two keys have the id k1"),
        ("k1:c2hvcnQ=", "each key is 32 bytes in base64"),
    ],
)
def test_field_keys_that_would_not_open_again_are_refused(
    value: str, said: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        environment.field_keys(value)

    assert KEY not in str(refused.value)


def test_new_field_key_has_an_id_of_its_own() -> None:
    first, second = (environment.new_secrets()["GONGSHI_FIELD_KEYS"] for _ in range(2))

    assert len(environment.field_keys(f"{first},{second}")) == 2


def test_private_file_is_made_for_us_alone_and_left_as_it_is(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("kept")
    old.chmod(0o640)
    before = old.stat()

    environment.private_file(new)
    environment.private_file(old)

    assert new.stat().st_mode & 0o777 == 0o600
    assert old.read_text() == "kept"
    assert (old.stat().st_mode, old.stat().st_mtime_ns) == (
        before.st_mode,
        before.st_mtime_ns,
    )


def test_calendar_without_a_file_is_that_of_the_notices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GONGSHI_CALENDAR_FILE", raising=False)

    assert environment.calendar("GONGSHI_CALENDAR_FILE") is default_calendar()


def test_calendar_file_extends_the_calendar(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("date,kind,name\n2016-03-02,holiday,停电\n")
    monkeypatch.setenv("GONGSHI_CALENDAR_FILE", str(file))

    calendar = environment.calendar("GONGSHI_CALENDAR_FILE")

    assert calendar.is_working_day(date(2016, 3, 2)) is False
    assert calendar.is_working_day(date(2016, 3, 3)) is True


def test_bad_calendar_file_stops_the_start_with_line_and_fault(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("date,kind\n2016-03-02,holiday\n3 March,holiday\n")
    monkeypatch.setenv("GONGSHI_CALENDAR_FILE", str(file))

    with pytest.raises(ImproperlyConfigured) as refused:
        environment.calendar("GONGSHI_CALENDAR_FILE")

    assert str(refused.value) == (
        f"GONGSHI_CALENDAR_FILE={file}: line 3: write the date as 2027-01-01."
    )


def test_single_sign_on_is_off_without_an_issuer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GONGSHI_OIDC_ISSUER", raising=False)

    assert environment.single_sign_on(production=True) is None


def test_single_sign_on_keeps_its_secret_out_of_what_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GONGSHI_OIDC_ISSUER", "https://sso.example.gov.cn/")
    monkeypatch.setenv("GONGSHI_OIDC_CLIENT_ID", "gongshi")
    monkeypatch.setenv("GONGSHI_OIDC_CLIENT_SECRET", "not to be seen")

    found = environment.single_sign_on(production=True)

    assert found is not None
    assert found.issuer == "https://sso.example.gov.cn"
    assert not found.second_factor
    assert "not to be seen" not in repr(found)


@pytest.mark.parametrize(
    ("issuer", "secret", "said"),
    [
        ("https://sso.example.gov.cn", "", "not GONGSHI_OIDC_CLIENT_SECRET"),
        ("http://sso.example.gov.cn", "s", "begins with https://"),
    ],
)
def test_half_a_single_sign_on_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, issuer: str, secret: str, said: str
) -> None:
    monkeypatch.setenv("GONGSHI_OIDC_ISSUER", issuer)
    monkeypatch.setenv("GONGSHI_OIDC_CLIENT_ID", "gongshi")
    monkeypatch.setenv("GONGSHI_OIDC_CLIENT_SECRET", secret)

    with pytest.raises(ImproperlyConfigured, match=said):
        environment.single_sign_on(production=True)
