"""What the public must not see: numbers of persons, their names, minors."""

from gongshi.domain.privacy.documents import birth_date, is_minor, mask_identity
from gongshi.domain.privacy.names import mask_person_name
from gongshi.domain.privacy.texts import finds_personal_data, mask_text

__all__ = [
    "birth_date",
    "finds_personal_data",
    "is_minor",
    "mask_identity",
    "mask_person_name",
    "mask_text",
]
