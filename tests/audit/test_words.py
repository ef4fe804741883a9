"""Codes among an event's values are told in the words that the pages use."""

from collections.abc import Iterable

import pytest
from django.utils.functional import Promise
from django.utils.translation import gettext, override

from gongshi.accounts.actions_units import ResponsibleValues
from gongshi.accounts.models import Kind as UnitKind
from gongshi.accounts.models import Level, Role, Step
from gongshi.accounts.units.actions import FIELDS
from gongshi.audit.actions import Target, record_event
from gongshi.audit.actors import Actor
from gongshi.audit.presenting import ShownEvent, name_of, present
from gongshi.audit.words import WORDS
from gongshi.catalogue.items import NAMES as ITEM_NAMES
from gongshi.catalogue.models import Kind, Subjects
from gongshi.intake.models import TokenScope
from gongshi.records.revealing import RevealReason
from gongshi.records.telling import LIFE
from gongshi.review.reasons import EndReason, HoldReason, WithdrawalReason
from gongshi.review.wording import MARKS, NOT_PUBLIC
from tests.factories import AT

VOCABULARIES: dict[str, Iterable[tuple[str, str | Promise]]] = {
    "code": HoldReason.choices,
    "kind": [*Kind.choices, *UnitKind.choices, *RevealReason.choices],
    "kinds": Kind.choices,
    "level": Level.choices,
    "mark": [(str(mark), word) for mark, word in MARKS.items()],
    "not_public_reason": NOT_PUBLIC.items(),
    "removal_code": [
        *HoldReason.choices,
        *WithdrawalReason.choices,
        *EndReason.choices,
    ],
    "role": Role.choices,
    "roles": Role.choices,
    "scope": TokenScope.choices,
    "status_mark": [(str(mark), word) for mark, word in MARKS.items()],
    "step": Step.choices,
    "subjects": Subjects.choices,
}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_code_of_a_vocabulary_is_called_as_on_the_pages(name: str) -> None:
    with override("zh-hans"):
        called = {code: str(word) for code, word in VOCABULARIES[name]}
        told = {code: gettext(WORDS[name].get(code, code)) for code in called}

    assert told == called


@pytest.mark.parametrize(
    "name",
    sorted({*FIELDS, *LIFE, *ITEM_NAMES, *ResponsibleValues.__annotations__}),
)
def test_value_that_changes_has_a_name(name: str) -> None:
    assert name_of(name) != name


def test_value_of_a_unit_is_called_as_on_its_page() -> None:
    with override("zh-hans"):
        assert name_of("credit_code", "unit") == "统一社会信用代码"
        assert name_of("credit_code", "record").startswith("行政相对人代码")


def shown(details: dict[str, object], **changes: tuple[object, object]) -> ShownEvent:
    """Return a withdrawal with these details and changes as its page tells it."""
    event = record_event(
        at=AT,
        by=Actor(username="wang", role="reviewer"),
        action="publication.withdraw",
        target=Target(kind="record", key="k"),
        details=details,
        changes=changes,
    )
    with override("zh-hans"):
        return present(event)


@pytest.mark.django_db
def test_ground_of_a_removal_is_told_in_words() -> None:
    told = shown(
        {}, removal_code=(None, "duplicate"), not_public_reason=("", "minor-subject")
    )

    after = {each.name: each.after for each in told.altered}
    assert after == {"撤下事由": "重复公示", "不公开原因": "未成年人"}


@pytest.mark.django_db
def test_lists_of_codes_and_of_fields_are_told_in_words() -> None:
    told = shown({"how": ["password", "totp"], "fields": ["subject_name"]})

    assert [text for _, text in told.details] == ["行政相对人名称", "密码、动态口令"]


@pytest.mark.django_db
def test_role_is_told_before_its_unit() -> None:
    told = shown({"roles": ["reviewer lyg-hbj"]})

    assert told.details == [("角色", "审核 lyg-hbj")]


@pytest.mark.django_db
def test_before_and_after_that_are_no_whole_states_are_told_as_they_are() -> None:
    told = shown({"before": {"month": 1}, "after": "x"})

    assert sorted(text for _, text in told.details) == ["x", "月份：1"]


@pytest.mark.django_db
def test_code_that_nobody_knows_is_told_as_it_is() -> None:
    told = shown({}, removal_code=(None, "of-another-version"))

    assert told.altered[0].after == "of-another-version"
