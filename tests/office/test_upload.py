"""The upload page: what it says beforehand, what it takes, what it refuses."""

from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongshi.accounts.models import Unit, User
from gongshi.intake.models import Batch, StoredFile
from gongshi.validation.uploading import BoundedUpload
from tests.factories import MembershipFactory, UnitFactory
from tests.office.desk import (
    UPLOAD,
    address,
    form_data,
    licence_file,
    page_of,
    queued,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

FILE = licence_file({}, {})


def test_page_tells_formats_and_limits_beforehand(
    browser: Client, settings: LazySettings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 30 * 1024 * 1024

    page = page_of(browser, UPLOAD)

    assert "xlsx, xls, ods or csv; up to 30 MB and 1,048,576 rows" in page


def test_each_form_shown_has_a_key_of_its_own(browser: Client) -> None:
    first, second = browser.get(UPLOAD), browser.get(UPLOAD)

    assert first.context["form"]["key"].value() != second.context["form"]["key"].value()


def test_one_unit_is_not_asked_for_and_several_are(
    browser: Client, officer: User
) -> None:
    one = page_of(browser, UPLOAD)
    MembershipFactory.create(user=officer, unit=UnitFactory.create())

    several = page_of(browser, UPLOAD)

    assert '<select class="form-select form-select-lg" id="id_unit"' in several
    assert "id_unit" not in one


def test_several_units_begin_with_the_one_where_the_officer_works(
    browser: Client, officer: User, unit: Unit
) -> None:
    MembershipFactory.create(user=officer, unit=UnitFactory.create())

    page = page_of(browser, UPLOAD)

    assert f'<option value="{unit.code}" selected>' in page


def test_upload_makes_a_batch_and_goes_to_its_page(browser: Client, unit: Unit) -> None:
    response = browser.post(UPLOAD, form_data(unit, FILE))

    batch = Batch.objects.get()
    assert response.status_code == 302
    assert response.headers["Location"] == address(batch)
    assert (batch.unit, batch.name) == (unit, "许可.csv")


def test_upload_is_queued_for_the_worker(browser: Client, unit: Unit) -> None:
    browser.post(UPLOAD, form_data(unit, FILE))

    assert queued() == ["check_batch"]


def test_upload_keeps_who_sent_it(browser: Client, officer: User, unit: Unit) -> None:
    browser.post(UPLOAD, form_data(unit, FILE))

    assert Batch.objects.get().received_by == officer.username


def test_form_sent_twice_makes_one_batch_and_shows_it(
    browser: Client, unit: Unit
) -> None:
    key = str(uuid4())
    first = browser.post(UPLOAD, form_data(unit, FILE, key=key))

    second = browser.post(UPLOAD, form_data(unit, FILE, key=key), follow=True)

    assert Batch.objects.count() == 1
    assert second.redirect_chain == [(first.headers["Location"], 302)]
    assert "The file arrived once" in second.content.decode()
    assert queued() == ["check_batch"]


def test_form_brought_back_takes_another_file(browser: Client, unit: Unit) -> None:
    key = str(uuid4())
    browser.post(UPLOAD, form_data(unit, FILE, key=key))

    browser.post(UPLOAD, form_data(unit, licence_file({}), key=key))

    assert (Batch.objects.count(), StoredFile.objects.count()) == (2, 2)


def test_same_file_in_a_new_form_makes_a_new_batch_on_the_stored_file(
    browser: Client, unit: Unit
) -> None:
    browser.post(UPLOAD, form_data(unit, FILE))
    browser.post(UPLOAD, form_data(unit, FILE))

    assert (Batch.objects.count(), StoredFile.objects.count()) == (2, 1)


def test_edition_can_be_named(browser: Client, unit: Unit) -> None:
    browser.post(UPLOAD, form_data(unit, FILE, edition="jiangsu-2016"))

    assert Batch.objects.get().forced_edition == "jiangsu-2016"


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"file": None}, "file", "required"),
        ({"file": SimpleUploadedFile("leer.csv", b"")}, "file", "empty"),
        ({"unit": ""}, "unit", "required"),
        ({"unit": "nirgends"}, "unit", "invalid_choice"),
        ({"edition": "1999"}, "edition", "invalid_choice"),
        ({"key": ""}, "key", "required"),
        ({"key": "1' OR 1=1"}, "key", "invalid"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_nothing_is_kept(
    browser: Client, unit: Unit, changes: dict[str, object], field: str, code: str
) -> None:
    response = browser.post(UPLOAD, form_data(unit, FILE, **changes))

    errors = response.context["form"].errors.as_data()
    assert response.status_code == 422
    assert [error.code for error in errors[field]] == [code]
    assert 'role="alert"' in response.content.decode()
    assert not Batch.objects.exists()


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    browser: Client, unit: Unit, settings: LazySettings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2 * 1024 * 1024

    response = browser.post(UPLOAD, form_data(unit, b"a" * (5 * 1024 * 1024)))

    assert response.status_code == 422
    assert "larger than 2 MB" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_of_a_file_that_is_too_large_only_the_limit_touches_the_disk(
    settings: LazySettings,
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    handler = BoundedUpload()
    handler.new_file("file", "gross.csv", "text/csv", None)

    for start in range(0, 240, 40):
        handler.receive_data_chunk(b"a" * 40, start)

    file = handler.file_complete(240)
    assert file is not None
    assert (file.size, len(file.read())) == (240, 101)


def test_a_file_up_to_the_limit_arrives_whole(
    browser: Client, unit: Unit, settings: LazySettings
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 300_000

    browser.post(UPLOAD, form_data(unit, b"a" * 300_000))

    assert StoredFile.objects.get().size == 300_000


def test_uploads_are_bounded_by_the_settings(settings: LazySettings) -> None:
    handler = f"{BoundedUpload.__module__}.{BoundedUpload.__name__}"
    handlers = settings.FILE_UPLOAD_HANDLERS

    assert handlers == [handler]


def test_a_second_file_in_the_form_is_refused(browser: Client, unit: Unit) -> None:
    two = {
        "file": [SimpleUploadedFile("a.csv", FILE), SimpleUploadedFile("b.csv", FILE)]
    }

    response = browser.post(UPLOAD, form_data(unit, FILE) | two)

    assert response.status_code == 400
    assert not Batch.objects.exists()


def test_nobody_uploads_for_another_unit(browser: Client) -> None:
    other = UnitFactory.create()

    response = browser.post(UPLOAD, form_data(other, FILE))

    assert response.status_code == 422
    assert not Batch.objects.exists()


def test_upload_without_the_forms_token_is_refused_in_words(officer: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(officer)
    assert officer.unit is not None

    response = careful.post(UPLOAD, form_data(officer.unit, FILE))

    assert response.status_code == 403
    assert 'class="notice"' in response.content.decode()
    assert not Batch.objects.exists()
