"""Identity codes with their check characters, over whole columns at once."""

from gongshi.domain.identifiers.credit_code import (
    CREDIT_CODE,
    ORGANISATION_CODE,
    credit_code_check_character,
    organisation_code_check_character,
)
from gongshi.domain.identifiers.identifier import Identifier, is_valid
from gongshi.domain.identifiers.region_code import REGION_CODE, Region, regions
from gongshi.domain.identifiers.registration_number import (
    REGISTRATION_NUMBER,
    registration_number_check_digit,
)
from gongshi.domain.identifiers.resident_id import (
    RESIDENT_ID,
    resident_id_check_character,
)
from gongshi.domain.identifiers.taxpayer_number import TAXPAYER_NUMBER

__all__ = [
    "CREDIT_CODE",
    "ORGANISATION_CODE",
    "REGION_CODE",
    "REGISTRATION_NUMBER",
    "RESIDENT_ID",
    "TAXPAYER_NUMBER",
    "Identifier",
    "Region",
    "credit_code_check_character",
    "is_valid",
    "organisation_code_check_character",
    "regions",
    "registration_number_check_digit",
    "resident_id_check_character",
]
