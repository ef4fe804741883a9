"""A payload says what the form calls public, masked, and nothing else."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from gongshi.domain.feed import canonical
from gongshi.domain.standards import FieldType, Form, Kind, Person, Publicity, forms
from gongshi.publication.payload import Publication, payloads
from gongshi.records.preparation import identified, sealed
from tests.factories import (
    NATURAL_PERSON,
    BatchFactory,
    UnitFactory,
    jiangsu_licence,
    licence_rows,
    source_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "portal"])


def payload_of(
    person: Person = Person.LEGAL, years: int | None = None, /, **changes: str | None
) -> Mapping[str, Any]:
    """Return the payload of the default licence with the changes.

    `years` is the term that law gives its catalogue item.
    """
    source = source_of(BatchFactory.create())
    rows = sealed(identified(licence_rows(changes), source), source)
    return built(rows.get_column("content"), jiangsu_licence(), person, years=years)


def built(
    contents: pl.Series, form: Form, person: Person, *, years: int | None = None
) -> Mapping[str, Any]:
    """Return the one payload of the contents, published on 1 March 2016.

    Its text is canonical JSON, or the test fails.
    """
    publication = Publication(
        unit=UnitFactory.create(),
        form=form,
        person=person,
        published_on=date(2016, 3, 1),
        display_years=years,
    )
    (text,) = payloads(contents, publication)[:1]
    value: Mapping[str, Any] = json.loads(text)
    assert text == canonical(value)
    return value


def values(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the payload's fields by their official codes."""
    return dict(payload["fields"])


def test_payload_has_the_public_fields_by_their_official_codes() -> None:
    payload = payload_of()

    assert values(payload)["XK_WSH"] == payload["decision_number"]
    assert values(payload)["XK_FR"] == "欧阳海"
    assert values(payload)["XK_ZT"] == payload["status"] == "正常"


@pytest.mark.parametrize("code", ["XK_XDR_SFZ", "SJC", "BZ", "XK_SYFW"])
def test_internal_fields_stay_inside(code: str) -> None:
    payload = payload_of(remarks="内部", use_scope="0")

    assert code not in values(payload)


def test_identity_number_is_nowhere() -> None:
    text = json.dumps(
        payload_of(licence_content="申请人320703198001010015。"), ensure_ascii=False
    )

    assert "320703198001010015" not in text


def test_payload_of_unmasked_content_is_masked_all_the_same() -> None:
    content = json.dumps(
        {
            "subject_name": "甲公司",
            "licence_content": "电话13812345678",
            "decision_date": "2016-02-26",
        }
    )

    payload = built(pl.Series([content]), jiangsu_licence(), Person.LEGAL)

    assert "13812345678" not in values(payload)["XK_NR"]


def test_taxpayer_number_is_masked() -> None:
    payload = payload_of(taxpayer_number="320703MA1TE5T0X")

    assert values(payload)["XK_XDR_SWDJ"] == "3207***********"


def test_natural_persons_name_is_masked_everywhere() -> None:
    payload = payload_of(
        Person.NATURAL,
        **NATURAL_PERSON,
        item_name="欧阳海燕特种作业操作资格认定",
        licence_content="准予欧阳海燕从事电工作业。",
    )

    text = json.dumps(payload, ensure_ascii=False)
    assert "欧阳海燕" not in text
    assert payload["subject_name"] == "欧阳**"
    assert payload["title"] == "欧阳**特种作业操作资格认定"


def test_natural_person_has_no_fields_of_legal_persons() -> None:
    payload = payload_of(Person.NATURAL, subject_name="欧阳海燕")

    assert payload["credit_code"] is None
    assert not {"XK_XDR_SHXYM", "XK_FR"} & set(values(payload))


def test_sole_traders_owner_is_masked() -> None:
    payload = payload_of(credit_code="92320706MA1N8K3P1W")

    assert values(payload)["XK_FR"] == "欧阳*"


def test_payload_states_the_days_of_publication() -> None:
    payload = payload_of(valid_until="2019/02/25")

    assert (payload["published_on"], payload["listed_until"]) == (
        "2016-03-01",
        "2016-03-10",
    )
    assert payload["display_until"] == "2019-02-25"


def test_record_without_an_end_is_shown_seven_years() -> None:
    assert payload_of(valid_until=None)["display_until"] == "2023-03-01"


@pytest.mark.parametrize(
    ("stated", "years", "end"),
    [
        (None, 3, "2019-03-01"),
        ("2017/02/25", 3, "2017-02-25"),
        ("2030/02/25", 3, "2030-02-25"),
        (None, None, "2023-03-01"),
    ],
)
def test_items_own_term_holds_where_the_record_states_no_end(
    stated: str | None, years: int | None, end: str
) -> None:
    payload = payload_of(Person.LEGAL, years, valid_until=stated)

    assert payload["display_until"] == end


def test_long_term_has_no_end() -> None:
    assert payload_of(valid_until="2099/12/31")["display_until"] is None


def test_long_title_is_cut() -> None:
    title = payload_of(item_name="许" * 250)["title"]

    assert (len(title), title[-1]) == (200, "…")


def test_null_values_are_left_out() -> None:
    assert "XK_XDR_ZDM" not in values(payload_of(organisation_code=None))


@pytest.mark.parametrize(
    "odd",
    [
        '引号"与\\反斜杠',
        "换行\n制表\t控制\x01\x7f",
        "𠮷祥 \u2028 é",
        '{"a":null},"b":null',
    ],
)
def test_text_is_the_canonical_json_of_the_value(odd: str) -> None:
    content = json.dumps(
        {"subject_name": odd, "licence_content": odd, "decision_date": "2016-02-26"},
        ensure_ascii=False,
    )

    payload = built(pl.Series([content]), jiangsu_licence(), Person.LEGAL)

    assert payload["subject_name"] == values(payload)["XK_XDR"] == odd


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.key)
@pytest.mark.parametrize("person", [Person.LEGAL, Person.NATURAL])
def test_every_form_yields_its_public_fields_only(form: Form, person: Person) -> None:
    content = {
        field.name: "2016-02-26" if field.type is FieldType.DATE else f"值{field.code}"
        for field in form.fields
    }

    payload = built(pl.Series([json.dumps(content)]), form, person)

    internal = [f for f in form.fields if f.publicity is Publicity.INTERNAL]
    assert not {field.code for field in internal} & set(values(payload))
    assert payload["kind"] in list(Kind)
