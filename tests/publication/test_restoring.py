"""What the public store keeps of a record makes its payload again, to the byte."""

from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongshi.accounts.models import Unit
from gongshi.domain.feed import Operation, PublicChange, payload_digest
from gongshi.domain.standards import FieldType, Form, Kind, Person, forms
from gongshi.portal.models import PublishedRecord
from gongshi.portal.projection import rows_of
from gongshi.portal.restoring import restored
from gongshi.publication.payload import Publication, payloads
from tests.factories import AT, UnitFactory
from tests.portal.changes import record_id

pytestmark = pytest.mark.django_db(databases=["default"])

_LEGAL = [form for form in forms() if form.person is not Person.NATURAL]
# What reaches a record has been cleaned: no control characters, no lone surrogates.
_TEXT = st.text(
    st.characters(exclude_categories=["C"], include_characters="\n\t"), min_size=1
).filter(lambda text: text.strip() == text)
_DAY = st.dates(date(2010, 1, 1), date(2099, 12, 31)).map(date.isoformat)


@st.composite
def _contents(draw: st.DrawFn) -> tuple[Form, dict[str, str | None]]:
    form = draw(st.sampled_from(_LEGAL))
    values: dict[str, str | None] = {}
    for field in form.fields:
        text = _DAY if field.type is FieldType.DATE else _TEXT
        values[field.name] = draw(st.none() | text)
    return form, values | {"decision_date": draw(_DAY)}


@pytest.fixture
def unit() -> Unit:
    """Return a unit with another above it."""
    unit: Unit = UnitFactory.create(superior=UnitFactory.create())
    return unit


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    written=_contents(),
    version=st.integers(1, 9),
    corrected_on=st.none() | st.dates(date(2016, 1, 1), date(2030, 1, 1)),
)
def test_restored_payload_is_the_one_that_was_published(
    unit: Unit,
    written: tuple[Form, dict[str, str | None]],
    version: int,
    corrected_on: date | None,
) -> None:
    form, values = written
    publication = Publication(
        unit=unit,
        form=form,
        person=Person.LEGAL,
        published_on=date(2016, 3, 1),
        version=version,
        corrected_on=corrected_on,
    )
    frame = pl.DataFrame([values], schema=dict.fromkeys(form.names, pl.String))
    contents = frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    (payload,) = payloads(contents, publication)

    record = _stored(payload)

    assert restored(record) == payload
    assert payload_digest(restored(record)) == payload_digest(payload)


@pytest.mark.parametrize("kind", list(Kind))
def test_record_without_anything_optional_is_restored_too(
    unit: Unit, kind: Kind
) -> None:
    form = next(form for form in _LEGAL if form.kind is kind)
    publication = Publication(
        unit=unit, form=form, person=Person.LEGAL, published_on=date(2016, 3, 1)
    )
    values: dict[str, str | None] = dict.fromkeys(form.names)
    values["decision_date"] = "2016-02-26"
    frame = pl.DataFrame([values], schema=dict.fromkeys(form.names, pl.String))
    contents = frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    (payload,) = payloads(contents, publication)

    assert restored(_stored(payload)) == payload


def _stored(payload: str) -> PublishedRecord:
    """Return the record as it is read from the row that the payload becomes."""
    change = PublicChange(
        sequence=1,
        record_id=record_id(1),
        operation=Operation.PUBLISH,
        at=AT,
        payload=payload,
        hash="0" * 64,
    )
    values = rows_of([change]).row(0, named=True)
    record = PublishedRecord(**values)
    for field in PublishedRecord._meta.fields:
        setattr(record, field.attname, field.to_python(values.get(field.attname)))
    return record
