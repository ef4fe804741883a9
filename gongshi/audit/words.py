"""What the codes among an event's values are called, by the name of the value.

The vocabularies belong to apps above this one; a test holds their words equal.
"""

from collections.abc import Mapping

from gongshi.domain.messages import noop
from gongshi.domain.rules import BY_CODE

_GROUNDS_OF_WAITING = {
    "state-secret": noop("State secret"),
    "trade-secret": noop("Trade secret"),
    "privacy": noop("Personal privacy"),
    "safety": noop("National or public safety, economic or social stability"),
    "other-law": noop("Another law or regulation"),
}
_NOT_PUBLIC = _GROUNDS_OF_WAITING | {
    "not-public": noop("Simple procedure, or for sharing or enquiry only"),
    "minor-subject": noop("A minor"),
    "item-not-public": noop("The catalogue keeps this item from the public"),
    "replaced": noop("Entered wrongly; another record takes its place"),
}
_REMOVALS = _GROUNDS_OF_WAITING | {
    "revoked": noop("The decision was revoked or changed by law"),
    "wrong": noop("Published by mistake"),
    "not-for-public": noop("Not to be public by law"),
    "duplicate": noop("Published twice"),
    "repair": noop("Credit repair granted"),
    "law": noop("The law ends the period"),
    "other": noop("Other reason"),
}
_MARKS = {
    "disputed": noop("Objection (disputed)"),
    "revoked": noop("Decision revoked"),
    "other": noop("Other change of state"),
}
_DECISIONS = {
    "licence": noop("Administrative licence"),
    "penalty": noop("Administrative penalty"),
}
_UNITS = {
    "government": noop("Government or zone administration"),
    "department": noop("Government department"),
    "authorised": noop("Body authorised by law"),
    "entrusted": noop("Entrusted body"),
    "vertical": noop("Vertically managed body"),
}
_LOOKS = {
    "compare": noop("Compare what was entered with the decision"),
    "objection": noop("Deal with an objection of the person"),
    "correction": noop("Correct the record"),
    "enquiry": noop("Answer an enquiry made under the law"),
    "other": noop("Another reason"),
}
_ROLES = {
    "enterer": noop("Enters"),
    "reviewer": noop("Reviews"),
    "unit_admin": noop("Unit administrator"),
    "county_office": noop("County credit office"),
    "centre": noop("City information centre"),
    "credit_office": noop("City credit office"),
    "auditor": noop("Auditor"),
    "system_admin": noop("System administrator"),
}
_FACTORS = {
    "totp": noop("Code application"),
    "webauthn": noop("Passkey"),
    "recovery_codes": noop("Recovery codes"),
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "code": _GROUNDS_OF_WAITING,
    "factor": _FACTORS,
    "factors": _FACTORS,
    "how": _FACTORS
    | {
        "password": noop("Password"),
        "mfa": noop("Second factor"),
        "socialaccount": noop("Single sign-on"),
    },
    "kind": _DECISIONS | _UNITS | _LOOKS,
    "kinds": _DECISIONS,
    "level": {
        "province": noop("Province"),
        "city": noop("City"),
        "county": noop("County, district or zone"),
    },
    "mark": _MARKS,
    "not_public_reason": _NOT_PUBLIC,
    "removal_code": _REMOVALS,
    "role": _ROLES,
    "roles": _ROLES,
    "rule": {code: rule.summary for code, rule in BY_CODE.items()},
    "scope": {
        "read": noop("Read batches and records"),
        "submit": noop("Hand in records, and read"),
    },
    "status_mark": _MARKS,
    "step": {
        "password": noop("Password"),
        "second-factor": noop("Second factor"),
        "single-sign-on": noop("Single sign-on"),
    },
    "subjects": {
        "legal": noop("Legal persons and other organisations"),
        "natural": noop("Natural persons"),
        "any": noop("Legal and natural persons"),
    },
}
