"""What is wrong with a part of a call to the office API, in our sentences.

By the types of pydantic, whose own messages are English; never with a value that was
sent, as it may be an identity number.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NO_OBJECT = _("This is no object. Send names with their values.")
_NO_NUMBER = _("This is no whole number.")
_NO_TRUTH = _("This is neither true nor false.")
_PROBLEMS: Mapping[str, Promise] = {
    "missing": _("This is missing. Send it."),
    "extra_forbidden": _("This is not described. Leave it out."),
    "string_type": _("This is no text. Send it in quotation marks."),
    "string_too_short": _("This text is empty. Write something."),
    "string_too_long": _(
        "This text is longer than %(max_length)s characters. Shorten it."
    ),
    "string_pattern_mismatch": _("This text holds a NUL. Remove it."),
    "string_unicode": _("This text is not Unicode. Send it in UTF-8."),
    "enum": _("This is none of the values that are described. Choose one of them."),
    "dict_type": _NO_OBJECT,
    "model_type": _NO_OBJECT,
    "model_attributes_type": _NO_OBJECT,
    "list_type": _("This is no list."),
    "too_short": _("This is empty. Send at least %(min_length)s."),
    "too_long": _("This has more than %(max_length)s members. Leave some out."),
    "bool_type": _NO_TRUTH,
    "bool_parsing": _NO_TRUTH,
    "int_type": _NO_NUMBER,
    "int_parsing": _NO_NUMBER,
    "int_from_float": _NO_NUMBER,
    "int_parsing_size": _NO_NUMBER,
    "greater_than_equal": _("This is less than %(ge)s."),
    "less_than_equal": _("This is more than %(le)s."),
}
_OTHERWISE = _("This is not as described. Compare it with /api/v1/openapi.json.")


def problem(kind: str, bounds: Mapping[str, Any]) -> str:
    """Return the sentence of a fault, by its type and the bounds that it names."""
    return str(_PROBLEMS.get(kind, _OTHERWISE)) % bounds
