"""Finds the numbers of persons in a free text: identity, telephone, bank account.

Works on a text whose characters were flattened one by one: any digit, full-width
letter, dash or space became its ASCII form, so that positions stay those of the
original.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from gongshi.domain.identifiers import (
    credit_code_check_character,
    organisation_code_check_character,
    resident_id_check_character,
)

Span = tuple[int, int]

_LAST_CODE_POINT = 0x20000  # beyond it there are neither digits nor dashes

_DATE = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_FOREIGNER = r"9\d"  # permanent residence cards since 2023
_IDENTITY = re.compile(
    rf"(?=(?:{_PROVINCE}|{_FOREIGNER})\d{{4}}"
    rf"(?:18|19|20)\d\d{_DATE}\d{{3}}[\dX])"
)
# A region, a date of these years and a serial is more likely a case number than a
# child with a slip of the pen: there the check character has to be right.
_FIRST_YEAR_OF_CASES = "2010"
_OLD_IDENTITY = re.compile(rf"(?={_PROVINCE}\d{{6}}{_DATE}\d{{3}})")
_DIGIT_RUN = re.compile(r"\d(?:[ -]*\d){14,}(?:[ -]*X)?")

_CREDIT_CODE = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"
)
_HASH = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9-]*[a-f])(?:[0-9a-f]{64}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![0-9A-Za-z])"
)

_NOT_AN_AMOUNT = r"(?!\d|[.,]\d| ?[十百千万亿]*元)"
_AFTER_NO_CODE = r"(?<![0-9A-Za-z])(?<!\d[.,])"
_PHONE_WORD = r"(?:(?i:tel|phone|mobile|mob|qq|wx|vx|weixin)[ :.]?)?"
_AREA = r"0(?:10|2\d|3[1-9]\d|4[1-9]\d|5[1-9]\d|6[36]\d|7\d\d|8[1-9]\d|9\d\d)"
_PHONES = (
    re.compile(
        rf"{_AFTER_NO_CODE}{_PHONE_WORD}(?:(?:\+|00)?86[ -]*)?"
        rf"(?P<number>1[3-9]\d[ -]*\d{{4}}[ -]*\d{{4}}){_NOT_AN_AMOUNT}"
    ),
    re.compile(
        rf"{_AFTER_NO_CODE}{_PHONE_WORD}"
        rf"(?P<number>{_AREA}\)?[ -]*[2-8]\d{{2,3}}[ -]*\d{{4}}){_NOT_AN_AMOUNT}"
    ),
    re.compile(
        r"(?:电话|手机|座机|传真|热线|联系方式|(?i:tel|fax))[^0-9A-Za-z,，。;；]{0,6}"
        rf"(?P<number>\d(?:[ -]?\d){{6,11}}){_NOT_AN_AMOUNT}"
    ),
)
_ACCOUNTS = (
    re.compile(
        r"(?:账号|帐号|卡号|账户|帐户|银行卡)[^0-9A-Za-z,，。;；]{0,6}"
        rf"(?P<number>\d(?:[ -]?\d){{7,24}}){_NOT_AN_AMOUNT}"
    ),
)
_CARD = re.compile(
    r"(?<!\d)(?<!\d[.,])"
    r"(?P<number>\d{16,19}|\d{4}(?:[ -]+\d{4}){3}(?:[ -]*\d{1,3})?)"
    rf"{_NOT_AN_AMOUNT}"
)
_CARD_PREFIXES = ("3", "4", "5", "6", "9")
_CHINESE_CARD = "62"  # UnionPay: masked even with a wrong check digit


def personal_spans(text: str) -> list[Span]:
    """Return where numbers of persons stand in a text: start, end; sorted, apart."""
    flat = text.translate(_flattening())
    codes = [match.span() for match in _HASH.finditer(flat)]
    codes += [match.span() for match in _CREDIT_CODE.finditer(flat) if _is_code(match)]
    found = [*_identity_spans(flat, codes), *_other_spans(flat, codes)]
    return _merged(found)


def _is_code(match: re.Match[str]) -> bool:
    """Whether a match is a credit code, and not an identity number by its check."""
    code = match[0]
    return (
        not (_IDENTITY.match(code) and _has_right_check(code))
        and credit_code_check_character(code[:17]) == code[17]
        and organisation_code_check_character(code[8:16]) == code[16]
    )


def _identity_spans(flat: str, codes: list[Span]) -> Iterator[Span]:
    """Yield every stretch that could be an identity number, whatever is beside it."""
    for run in _DIGIT_RUN.finditer(flat):
        places = [i for i in range(*run.span()) if flat[i] not in " -"]
        digits = "".join(flat[i] for i in places)
        for first, length in _identities(digits):
            span = places[first], places[first + length - 1] + 1
            if not _within(span, codes):
                yield span


def _identities(digits: str) -> Iterator[tuple[int, int]]:
    for match in _IDENTITY.finditer(digits):
        number = digits[match.start() : match.start() + 18]
        if number[6:10] < _FIRST_YEAR_OF_CASES or _has_right_check(number):
            yield match.start(), 18
    for match in _OLD_IDENTITY.finditer(digits):
        yield match.start(), 15


def _has_right_check(number: str) -> bool:
    return resident_id_check_character(number[:17]) == number[17]


def _other_spans(flat: str, codes: list[Span]) -> Iterator[Span]:
    for pattern in (*_PHONES, *_ACCOUNTS):
        for match in pattern.finditer(flat):
            if not _within(match.span("number"), codes):
                yield match.span("number")
    for match in _CARD.finditer(flat):
        if _is_card(match["number"]) and not _within(match.span("number"), codes):
            yield match.span("number")


def _is_card(number: str) -> bool:
    digits = number.replace(" ", "").replace("-", "")
    if digits.startswith(_CHINESE_CARD):
        return True
    return digits.startswith(_CARD_PREFIXES) and _passes_luhn(digits)


def _passes_luhn(digits: str) -> bool:
    """Whether the last digit is right by ISO/IEC 7812-1."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _within(span: Span, others: list[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


@cache
def _flattening() -> dict[int, str]:
    """Return each character's ASCII form where it may be part of a number."""
    flat = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for character in map(chr, range(0x80, _LAST_CODE_POINT)):
        code = ord(character)
        category = unicodedata.category(character)
        if category == "Nd":
            flat[code] = str(unicodedata.digit(character))
        elif category == "Pd" or character == "−":
            flat[code] = "-"
        elif category == "Cf" or character.isspace():
            flat[code] = " "
    flat |= dict.fromkeys(map(ord, "×ХхΧ"), "X") | {ord("x"): "X", 0xFF58: "X"}
    flat |= dict.fromkeys(map(ord, "\t\n\r\v\f_"), " ")
    return flat
