"""Identity codes against the vectors of the standards and generated ones."""

from datetime import date

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongshi.domain.identifiers import (
    CREDIT_CODE,
    ORGANISATION_CODE,
    REGION_CODE,
    REGISTRATION_NUMBER,
    RESIDENT_ID,
    TAXPAYER_NUMBER,
    Identifier,
    credit_code_check_character,
    is_valid,
    organisation_code_check_character,
    regions,
    registration_number_check_digit,
    resident_id_check_character,
)

DIGITS = "0123456789"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ALL = (
    CREDIT_CODE,
    ORGANISATION_CODE,
    REGISTRATION_NUMBER,
    RESIDENT_ID,
    TAXPAYER_NUMBER,
    REGION_CODE,
)

VALID = {
    CREDIT_CODE: """91320700MA1MBGC09C 91320105780688132K 91110000600037341L
        91230500MA1B3N1N2M 11230500001755309F 11420000MB15291767 91350100M000100Y43
        914403001922038216 91440300708461136T 91110108551385082Q 91110000710925462X
        91320703MA1TE5T0XR 92320706MA1N8K3P1W 93320722MA1P4D2X1P 123207004680000067
        51320700500000007N 52320707MJ60Q1R23D""",
    ORGANISATION_CODE: "D2143569X D2143569-X MA1MBGC09 710925462 600037341",
    REGISTRATION_NUMBER: """320700000206390 110108000000016
        440301103097413 440301501122085""",
    RESIDENT_ID: """11010519491231002X 440524188001010014 34052419800101001X
        320703198001010015 320723199506060026""",
    TAXPAYER_NUMBER: """320703710925462 320703MA1MBGC09 91320700MA1MBGC09C
        320703198001010015 320703800101001 32070380010100101
        32070319800101001501""",
    REGION_CODE: """320700 320703 320706 320707 320722 320723 320724 320705 320721
        320771 320100 320102 110000 610100 620000 630100 640000 650100 659001""",
}
INVALID = {
    CREDIT_CODE: """91320700138997640N 91320700ma1mbgc09c 9132070OMA1MBGC09C
        9132070IMA1MBGC09C 91320700SA1MBGC09C 91320700VA1MBGC09C 91320700ZA1MBGC09C
        91320700MA1MBGC09 91320700MA1MBGC09CC 00000000000000000X 00000000000000000
        统一社会信用""",
    ORGANISATION_CODE: "D2143569Y MA1MBGC08 MA1MBGC0 -MA1MBGC09 MA1MBGC09- d2143569x",
    REGISTRATION_NUMBER: "320700000000012 32070000020639 32070000020639X 3207",
    RESIDENT_ID: """530102192005080110 320704198001010018 320703198002300017
        320703198013010012 990703198001010015 32070319800101001x 3207038001010
        320703800231001 320703190002290019""",
    TAXPAYER_NUMBER: "3207 320703MA1MBGC08 91320700138997640N 32070338001010012345",
    REGION_CODE: "000000 990700 320799 320708 32070 3207000 32070X 260000",
}


@pytest.mark.parametrize(
    ("identifier", "text"),
    [(identifier, text) for identifier in ALL for text in VALID[identifier].split()],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_valid_code_is_accepted(identifier: Identifier, text: str) -> None:
    assert is_valid(identifier, text)


@pytest.mark.parametrize(
    ("identifier", "text"),
    [(identifier, text) for identifier in ALL for text in INVALID[identifier].split()],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_invalid_code_is_refused(identifier: Identifier, text: str) -> None:
    assert not is_valid(identifier, text)


@pytest.mark.parametrize(
    ("identifier", "text", "expected"),
    [
        (CREDIT_CODE, "91320700138997640N", "W"),
        (CREDIT_CODE, "91320700MA1MBGC09C", None),
        (CREDIT_CODE, "91320700MA1MBGC08C", "9C"),  # the organisation code is wrong
        (CREDIT_CODE, "91320700OA1MBGC09C", None),  # the form is wrong
        (ORGANISATION_CODE, "MA1MBGC08", "9"),
        (ORGANISATION_CODE, "MA1MBGC0-8", "9"),
        (ORGANISATION_CODE, "D21435690", "X"),
        (REGISTRATION_NUMBER, "320700000000012", "6"),
        (REGISTRATION_NUMBER, "3207000000000", None),
        (RESIDENT_ID, "530102192005080110", "X"),
        (RESIDENT_ID, "320704198001010018", "1"),
        (RESIDENT_ID, "320704198002300018", None),  # no such day
        (TAXPAYER_NUMBER, "320703MA1MBGC08", "9"),
        (TAXPAYER_NUMBER, "91320700138997640N", "W"),
        (TAXPAYER_NUMBER, "320704198001010018", "1"),
        (REGION_CODE, "990700", None),
    ],
)
def test_expected_names_the_right_check_character(
    identifier: Identifier, text: str, expected: str | None
) -> None:
    assert pl.select(identifier.expected(pl.lit(text))).item() == expected


@pytest.mark.parametrize(
    ("identifier", "text", "old"),
    [
        (REGISTRATION_NUMBER, "3207001234567", True),
        (REGISTRATION_NUMBER, "320721NA000123X", True),
        (REGISTRATION_NUMBER, "320700000206390", False),
        (RESIDENT_ID, "320703800101001", True),
        (RESIDENT_ID, "320703198001010015", False),
        (REGION_CODE, "320705", True),
        (REGION_CODE, "320721", True),
        (REGION_CODE, "320706", False),
        (REGION_CODE, "320771", False),
        (REGION_CODE, "650100", False),
    ],
)
def test_old_kind_is_accepted_and_known_as_old(
    identifier: Identifier, text: str, *, old: bool
) -> None:
    assert is_valid(identifier, text)
    assert pl.select(identifier.is_old(pl.lit(text))).item() is old


@pytest.mark.parametrize("identifier", ALL, ids=lambda identifier: identifier.name)
def test_column_is_judged_row_by_row(identifier: Identifier) -> None:
    valid, invalid = VALID[identifier].split(), INVALID[identifier].split()
    frame = pl.DataFrame({"text": [*valid, None, *invalid]})

    judged = frame.select(
        valid=identifier.is_valid(pl.col("text")),
        expected=identifier.expected(pl.col("text")),
        old=identifier.is_old(pl.col("text")),
    )

    assert judged["valid"].to_list() == [True] * len(valid) + [None] + [False] * len(
        invalid
    )
    assert judged.row(len(valid)) == (None, None, None)
    assert judged["expected"].head(len(valid)).null_count() == len(valid)


@pytest.mark.parametrize("identifier", ALL, ids=lambda identifier: identifier.name)
def test_empty_column_is_judged(identifier: Identifier) -> None:
    frame = pl.DataFrame({"text": []}, schema={"text": pl.String})

    assert frame.select(identifier.is_valid(pl.col("text"))).height == 0


@given(
    body=st.from_regex(r"[1-9ANY][1-59][0-9]{6}[0-9A-HJ-NPQRTUWXY]{8}", fullmatch=True)
)
def test_generated_credit_code_is_valid(body: str) -> None:
    assert is_valid(CREDIT_CODE, _credit_code(body))


@given(
    body=st.from_regex(r"[1-9ANY][1-59][0-9]{6}[0-9A-HJ-NPQRTUWXY]{8}", fullmatch=True),
    place=st.integers(0, 17),
    character=st.sampled_from(CREDIT_ALPHABET),
)
def test_one_wrong_character_in_a_credit_code_is_caught(
    body: str, place: int, character: str
) -> None:
    code = _credit_code(body)
    assume(code[place] != character)

    assert not is_valid(CREDIT_CODE, code[:place] + character + code[place + 1 :])


@given(body=st.from_regex(r"[0-9A-Z]{8}", fullmatch=True))
def test_generated_organisation_code_is_valid(body: str) -> None:
    code = body + organisation_code_check_character(body)

    assert is_valid(ORGANISATION_CODE, code)
    assert is_valid(ORGANISATION_CODE, f"{code[:8]}-{code[8]}")


@given(
    body=st.from_regex(r"[0-9]{8}", fullmatch=True),
    place=st.integers(0, 8),
    character=st.sampled_from(DIGITS),
)
def test_one_wrong_digit_in_an_organisation_code_is_caught(
    body: str, place: int, character: str
) -> None:
    # Modulo 11 tells digits apart; letters eleven places from each other it cannot.
    code = body + organisation_code_check_character(body)
    assume(code[place] != character)

    assert not is_valid(ORGANISATION_CODE, code[:place] + character + code[place + 1 :])


@given(
    body=st.from_regex(r"[0-9]{14}", fullmatch=True),
    place=st.integers(0, 14),
    character=st.sampled_from(DIGITS),
)
def test_one_wrong_digit_in_a_registration_number_is_caught(
    body: str, place: int, character: str
) -> None:
    code = body + registration_number_check_digit(body)
    assume(code[place] != character)

    assert is_valid(REGISTRATION_NUMBER, code)
    assert not is_valid(
        REGISTRATION_NUMBER, code[:place] + character + code[place + 1 :]
    )


@given(
    province=st.sampled_from(["11", "32", "44", "54", "61", "62", "63", "64", "65"]),
    place_of_birth=st.from_regex(r"[0-9]{4}", fullmatch=True),
    born=st.dates(date(1800, 1, 1), date(2099, 12, 31)),
    serial=st.from_regex(r"[0-9]{3}", fullmatch=True),
    place=st.integers(0, 17),
    character=st.sampled_from(DIGITS + "X"),
)
def test_one_wrong_character_in_a_resident_id_is_caught(
    province: str,
    place_of_birth: str,
    born: date,
    serial: str,
    place: int,
    character: str,
) -> None:
    body = f"{province}{place_of_birth}{born:%Y%m%d}{serial}"
    number = body + resident_id_check_character(body)
    assume(number[place] != character)

    assert is_valid(RESIDENT_ID, number)
    assert not is_valid(RESIDENT_ID, number[:place] + character + number[place + 1 :])


@given(text=st.text(max_size=24))
def test_any_text_is_judged(text: str) -> None:
    for identifier in ALL:
        assert isinstance(is_valid(identifier, text), bool)


def test_region_is_in_force_within_its_dates() -> None:
    (district,) = (region for region in regions() if region.name == "赣榆县")

    assert district.is_in_force(date(2013, 6, 1))
    assert not district.is_in_force(date(2016, 1, 1))


def test_code_of_a_region_stands_for_one_name_at_a_time() -> None:
    for first in regions():
        for second in regions():
            if first.code == second.code and first != second:
                assert not second.is_in_force(first.valid_from)


def _credit_code(body: str) -> str:
    longer = body + organisation_code_check_character(body[8:])
    return longer + credit_code_check_character(longer)
