"""The public store can be sharded by record id: nothing in it stands in the way."""

import pytest
from django.apps import apps
from django.db import models

from gongshi.portal.models import PublishedChange, PublishedRecord, Tombstone

_OF_RECORDS: tuple[type[models.Model], ...] = (
    *(PublishedRecord, Tombstone, PublishedChange),
)
_ALL = tuple(apps.get_app_config("portal").get_models())


def _unique_sets(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Return the fields of the primary key and of whatever else must be unique."""
    meta = model._meta
    constraints = [
        one for one in meta.constraints if isinstance(one, models.UniqueConstraint)
    ]
    return [
        tuple(field.name for field in meta.pk_fields),
        *((f.name,) for f in meta.concrete_fields if f.unique and not f.primary_key),
        *(tuple(names) for names in meta.unique_together),
        *(tuple(one.fields) for one in constraints),
    ]


@pytest.mark.parametrize("model", _ALL)
def test_nothing_refers_by_foreign_key_or_is_numbered_by_a_sequence(
    model: type[models.Model],
) -> None:
    fields = model._meta.get_fields()

    assert not [field for field in fields if field.is_relation]
    assert not [field for field in fields if isinstance(field, models.AutoField)]


@pytest.mark.parametrize("model", _OF_RECORDS)
def test_record_id_is_in_all_that_must_be_unique_of_a_record(
    model: type[models.Model],
) -> None:
    assert [one for one in _unique_sets(model) if "record_id" not in one] == []


def test_every_table_with_a_record_id_is_one_of_a_record() -> None:
    with_id = [
        model
        for model in _ALL
        if "record_id" in {field.name for field in model._meta.get_fields()}
    ]

    assert set(with_id) == set(_OF_RECORDS)
