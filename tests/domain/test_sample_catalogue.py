"""The sample's catalogues: every department has one, and every sample record is in it."""

import pytest

from gongshi.domain.sample import (
    CannotSample,
    Department,
    catalogue_of,
    departments,
)
from gongshi.domain.standards import Kind, form
from tests.domain.test_sample import by_name, sample


@pytest.mark.parametrize("department", departments(), ids=lambda each: each.name)
def test_every_department_has_items_each_with_its_basis(department: Department) -> None:
    items = catalogue_of(department.name)

    assert items
    assert len({(item.kind, item.code) for item in items}) == len(items)
    assert all(item.name and item.basis.startswith("《") for item in items)


@pytest.mark.parametrize("kind", Kind)
def test_sample_records_are_of_items_in_the_catalogue(kind: Kind) -> None:
    name = "连云港市环境保护局"
    wanted = form("jiangsu-2016", kind)

    frame = by_name(sample(wanted, 200, unit=name), wanted)

    listed = {item.code for item in catalogue_of(name) if item.kind is kind}
    assert set(frame.get_column("item_code")) <= listed


def test_nobody_else_has_a_sample_catalogue() -> None:
    with pytest.raises(CannotSample):
        catalogue_of("不存在的局")
