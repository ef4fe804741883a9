"""The table of all addresses: a new one is one line here, or the test fails."""

from collections.abc import Mapping
from uuid import uuid4

from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.intake.models import BatchState
from tests.factories import BatchFactory, ProposedCorrectionFactory, RecordFactory
from tests.matrix.entries import Entry, entrance, guarded, public, signed_in


def batch(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a checked batch of the unit."""
    return {"batch_id": BatchFactory.create(unit=unit, state=BatchState.CHECKED).pk}


def record(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a record of the unit."""
    return {"record_id": RecordFactory.create(unit=unit).pk}


def correction(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a proposed correction of a record of the unit."""
    record = RecordFactory.create(unit=unit)
    return {"correction_id": ProposedCorrectionFactory.create(record=record).pk}


_FORM = {"edition": "national-2018", "kind": "licence"}

ROUTES: Mapping[str, Entry] = {
    # pipeline
    "healthz": public(),
    "readyz": public(),
    # accounts
    "accounts:sign-in": entrance(),
    "accounts:sign-out": signed_in(),
    # validation
    "validation:batches": guarded(Permission.RECORD_READ),
    "validation:to-correct": guarded(Permission.RECORD_READ, batch),
    "validation:confirm": guarded(Permission.RECORD_ENTER, batch),
    "validation:upload": guarded(Permission.RECORD_ENTER),
    "validation:batch": guarded(Permission.RECORD_READ, batch),
    "validation:workbook": guarded(Permission.RECORD_READ, batch),
    "validation:template": guarded(Permission.CATALOGUE_READ, fixed=_FORM),
    "validation:template-natural": guarded(Permission.CATALOGUE_READ, fixed=_FORM),
    # review
    "review:todo": guarded(Permission.UNIT_READ),
    "review:records": guarded(Permission.RECORD_READ),
    "review:record": guarded(Permission.RECORD_READ, record),
    # publication
    "publication:approve-batch": guarded(Permission.RECORD_REVIEW, batch),
    "publication:approve": guarded(Permission.RECORD_REVIEW, record),
    "publication:release": guarded(Permission.RECORD_REVIEW, record),
    "publication:return": guarded(Permission.RECORD_REVIEW, record),
    "publication:reopen": guarded(Permission.RECORD_REVIEW, record),
    "publication:resubmit": guarded(Permission.RECORD_ENTER, record),
    "publication:defer": guarded(Permission.RECORD_HOLD, record),
    "publication:keep-private": guarded(Permission.RECORD_HOLD, record),
    "publication:withdraw": guarded(Permission.RECORD_WITHDRAW, record),
    "publication:mark": guarded(Permission.RECORD_MARK, record),
    "publication:settle": guarded(Permission.RECORD_MARK, record),
    "publication:end": guarded(Permission.RECORD_END, record),
    "publication:correct": guarded(Permission.RECORD_REVIEW, correction),
    "publication:refuse": guarded(Permission.RECORD_REVIEW, correction),
    # portal
    "portal:home": public(),
    "portal:search": public(),
    "portal:record": public(fixed={"record_id": uuid4()}),
    "portal:language": public(),
    "portal:person": public(),
    "portal:lists": public(),
    "portal:kind": public(fixed={"kind": "licence"}),
    "portal:region": public(fixed={"code": "320700"}),
    "portal:units": public(),
    "portal:unit": public(fixed={"code": "lyg-hbj"}),
    "portal:catalogue": public(),
    "portal:unit-catalogue": public(fixed={"code": "lyg-hbj"}),
    "portal:item": public(fixed={"code": "JS320700HB-XK-0001"}),
    "portal:subject": public(fixed={"credit_code": "91320703MA1TE5T0XR"}),
    "portal:withdrawals": public(),
    "portal:statistics": public(),
    "portal:about": public(),
    "portal:appearance": public(),
    # portal, the open side
    "open:changes": public(),
    "open:changes_stream": public(),
    "open:changes_head": public(),
    "open:robots": public(),
    "open:sitemaps": public(),
    "open:sitemap": public(fixed={"number": 1}),
}
