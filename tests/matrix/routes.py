"""The table of all addresses: a new one is one line here, or the test fails."""

import hashlib
from collections.abc import Mapping
from uuid import uuid4

from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.catalogue.models import CatalogueVersion
from gongshi.domain.findings import no_findings
from gongshi.intake.models import ApiToken, BatchState, TokenScope
from gongshi.validation.models import PowerListImport
from gongshi.validation.power_lists.actions import packed
from tests.catalogue.factories import CatalogueItemFactory, DraftFactory
from tests.factories import (
    AT,
    BatchFactory,
    MembershipFactory,
    ProposedCorrectionFactory,
    RecordFactory,
    UserFactory,
)
from tests.matrix.entries import Entry, entrance, guarded, own, public, signed_in, token


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


def _token(unit: Unit, secret: str) -> ApiToken:
    return ApiToken.objects.create(
        unit=unit,
        name=secret,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        scope=TokenScope.SUBMIT,
        made_at=AT,
        expires_at=AT.replace(year=2099),
    )


def office_token(unit: Unit) -> Mapping[str, str]:
    """Return the headers of a call with a token of the unit."""
    secret = uuid4().hex
    _token(unit, secret)
    return {"Authorization": f"Bearer {secret}"}


def api_token(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a token of the unit."""
    return {"token_id": _token(unit, uuid4().hex).pk}


def code(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of an address that names the unit."""
    return {"unit": unit.code}


def unit_code(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a unit's page."""
    return {"code": unit.code}


def person(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of somebody who works in the unit, without any role."""
    return {"key": UserFactory.create(unit=unit).pk}


def role(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a role that somebody has in the unit."""
    return {"key": MembershipFactory.create(user__unit=unit).pk}


def version(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a version of the unit's catalogue."""
    return {"code": unit.code, "number": _draft(unit).number}


def draft(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of what is being drafted for the unit."""
    return {"code": _draft(unit).unit.code}


def item(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of an item of the unit's draft."""
    return {"key": CatalogueItemFactory.create(version=_draft(unit)).pk}


def power_list(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of an import of the unit's power list."""
    done = PowerListImport.objects.create(
        unit=unit,
        name="a.xlsx",
        imported_by="li",
        imported_at=AT,
        findings=packed(no_findings()),
        marked=b"",
    )
    return {"key": done.pk}


def month(unit: Unit) -> Mapping[str, object]:
    """Return the arguments of a unit's month."""
    return {"code": unit.code, "month": "2016-02"}


def _draft(unit: Unit) -> CatalogueVersion:
    found = CatalogueVersion.objects.filter(unit=unit, state="draft").first()
    return found or DraftFactory.create(unit=unit)


_FORM = {"edition": "national-2018", "kind": "licence"}

_FOLLOWED = {
    "kind": "licence",
    "region": "320700",
    "unit": "lyg-hbj",
    "subject": "91320703MA1TE5T0XR",
}

ROUTES: Mapping[str, Entry] = {
    # pipeline
    "healthz": public(),
    "readyz": public(),
    "audit:events": guarded(Permission.AUDIT_READ),
    "audit:export": guarded(Permission.AUDIT_READ, fixed={"ending": "csv"}),
    "help": public(),
    "help-page": public(fixed={"name": "enterer"}),
    # accounts
    "accounts:units": guarded(Permission.UNIT_READ),
    "accounts:unit": guarded(Permission.UNIT_READ, unit_code),
    "accounts:edit-unit": guarded(Permission.UNIT_EDIT, unit_code),
    "accounts:add-unit": guarded(Permission.UNIT_ARRANGE, unit_code),
    "accounts:responsible": guarded(Permission.UNIT_EDIT, unit_code),
    "accounts:people": guarded(Permission.PEOPLE_MANAGE),
    "accounts:new-person": guarded(Permission.PEOPLE_MANAGE),
    "accounts:person": guarded(Permission.PEOPLE_MANAGE, person),
    "accounts:give-role": guarded(Permission.PEOPLE_MANAGE, person),
    "accounts:give-password": guarded(Permission.PEOPLE_MANAGE, person),
    "accounts:take-factors": guarded(Permission.PEOPLE_MANAGE, person),
    "accounts:end-person": guarded(Permission.PEOPLE_MANAGE, person),
    "accounts:resume-person": guarded(Permission.PEOPLE_MANAGE, person),
    "accounts:take-role": guarded(Permission.PEOPLE_MANAGE, role),
    # signing in; these names are django-allauth's
    "account_login": entrance(),
    "account_logout": signed_in(),
    "mfa_authenticate": entrance(),
    "openid_connect_login": entrance(fixed={"provider_id": "sso"}),
    "openid_connect_callback": entrance(fixed={"provider_id": "sso"}),
    "account_change_password": signed_in(),
    "account": signed_in(),
    "end-session": signed_in(fixed={"sign_in_id": 0}),
    "account_reauthenticate": signed_in(),
    "mfa_reauthenticate": signed_in(),
    "mfa_reauthenticate_webauthn": signed_in(),
    "second-factor": signed_in(),
    "mfa_index": signed_in(),
    "mfa_activate_totp": signed_in(),
    "mfa_deactivate_totp": signed_in(),
    "mfa_add_webauthn": signed_in(),
    "mfa_remove_webauthn": signed_in(fixed={"pk": 0}),
    "mfa_view_recovery_codes": signed_in(),
    "mfa_generate_recovery_codes": signed_in(),
    "mfa_download_recovery_codes": signed_in(),
    # catalogue
    "catalogue:catalogues": guarded(Permission.CATALOGUE_READ),
    "catalogue:catalogue": guarded(Permission.CATALOGUE_READ, unit_code),
    "catalogue:version": guarded(Permission.CATALOGUE_READ, version),
    "catalogue:comparison": guarded(Permission.CATALOGUE_READ, version),
    "catalogue:export-xlsx": guarded(Permission.CATALOGUE_READ, version),
    "catalogue:export-csv": guarded(Permission.CATALOGUE_READ, version),
    "catalogue:item": guarded(Permission.CATALOGUE_READ, item),
    "catalogue:begin": guarded(Permission.CATALOGUE_EDIT, unit_code),
    "catalogue:discard": guarded(Permission.CATALOGUE_EDIT, draft),
    "catalogue:propose": guarded(Permission.CATALOGUE_EDIT, draft),
    "catalogue:add": guarded(Permission.CATALOGUE_EDIT, draft),
    "catalogue:change": guarded(Permission.CATALOGUE_EDIT, item),
    "catalogue:remove": guarded(Permission.CATALOGUE_EDIT, item),
    "catalogue:approve": guarded(Permission.CATALOGUE_APPROVE, draft),
    "validation:power-list": guarded(Permission.CATALOGUE_EDIT, unit_code),
    "validation:power-list-result": guarded(Permission.CATALOGUE_EDIT, power_list),
    "validation:power-list-workbook": guarded(Permission.CATALOGUE_EDIT, power_list),
    "validation:power-list-blank": guarded(Permission.CATALOGUE_READ),
    # assessment
    "assessment:coverage": guarded(Permission.CATALOGUE_READ),
    "assessment:unit": guarded(Permission.CATALOGUE_READ, unit_code),
    "assessment:file": guarded(Permission.NIL_REPORT_FILE, month),
    # validation
    "validation:batches": guarded(Permission.RECORD_READ),
    "validation:to-correct": guarded(Permission.RECORD_ENTER, batch),
    "validation:confirm": guarded(Permission.RECORD_ENTER, batch),
    "validation:upload": guarded(Permission.RECORD_ENTER),
    "validation:batch": guarded(Permission.RECORD_READ, batch),
    "validation:workbook": guarded(
        Permission.RECORD_READ, batch, post=Permission.RECORD_REVEAL
    ),
    "validation:template": guarded(Permission.CATALOGUE_READ, fixed=_FORM),
    "validation:template-natural": guarded(Permission.CATALOGUE_READ, fixed=_FORM),
    "validation:enter": guarded(Permission.RECORD_ENTER),
    "validation:entry": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-natural": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-check": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-check-natural": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-fill": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-fill-natural": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-draft": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:entry-draft-natural": guarded(Permission.RECORD_ENTER, fixed=_FORM),
    "validation:subjects": guarded(Permission.RECORD_ENTER, code),
    "validation:drafts": guarded(Permission.RECORD_ENTER),
    "validation:drop-draft": own(Permission.RECORD_ENTER, fixed={"draft_id": uuid4()}),
    # intake
    "office-api:tokens": guarded(Permission.TOKEN_MANAGE),
    "office-api:revoke-token": guarded(Permission.TOKEN_MANAGE, api_token),
    # office API
    "office-api-openapi": public(),
    "office-api-docs": public(),
    "office-api-nothing": public(),
    "office-api-hand-in-record": token(office_token),
    "office-api-hand-in-batch": token(office_token),
    "office-api-get-batch": token(office_token, batch),
    "office-api-get-record": token(office_token, record),
    # review
    "review:todo": guarded(Permission.UNIT_READ),
    "review:records": guarded(Permission.RECORD_READ),
    "review:record": guarded(Permission.RECORD_READ, record),
    "review:edit": guarded(Permission.RECORD_ENTER, record),
    "review:edit-check": guarded(Permission.RECORD_ENTER, record),
    # records
    "identity:reveal": guarded(Permission.RECORD_REVEAL, record),
    # publication
    "publication:approve-batch": guarded(Permission.RECORD_REVIEW, batch),
    "publication:approve": guarded(Permission.RECORD_REVIEW, record),
    "publication:release": guarded(Permission.RECORD_REVIEW, record),
    "publication:return": guarded(Permission.RECORD_REVIEW, record),
    "publication:reopen": guarded(Permission.RECORD_REVIEW, record),
    "publication:resubmit": guarded(Permission.RECORD_ENTER, record),
    "publication:choose-item": guarded(Permission.RECORD_ENTER, record),
    "publication:defer": guarded(Permission.RECORD_HOLD, record),
    "publication:keep-private": guarded(Permission.RECORD_HOLD, record),
    "publication:withdraw": guarded(Permission.RECORD_WITHDRAW, record),
    "publication:mark": guarded(Permission.RECORD_MARK, record),
    "publication:settle": guarded(Permission.RECORD_MARK, record),
    "publication:unmark": guarded(Permission.RECORD_MARK, record),
    "publication:end": guarded(Permission.RECORD_END, record),
    "publication:resume": guarded(Permission.RECORD_END, record),
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
    "api-documentation": public(),
    "open-api:openapi-json": public(),
    "open-api:api-root": public(),
    "open-api:search": public(),
    "open-api:record": public(fixed={"record_id": uuid4()}),
    "open-api:subject": public(fixed={"credit_code": "91320703MA1TE5T0XR"}),
    "open-api:units": public(),
    "open-api:unit": public(fixed={"code": "lyg-hbj"}),
    "open-api:catalogue": public(),
    "open-api:changes": public(),
    "open:index": public(),
    "open:set": public(fixed={"period": "daily", "name": "2016-03-01"}),
    "open:file": public(
        fixed={"period": "daily", "name": "2016-03-01", "file": "SHA256SUMS"}
    ),
    "open:removed": public(fixed={"period": "daily", "name": "2016-03-01"}),
    "open:atom": public(),
    "open:json-feed": public(),
    **{
        f"open:{scope}-{form}": public(fixed={"scope": scope, "form": form, "key": key})
        for scope, key in _FOLLOWED.items()
        for form in ("atom", "json")
    },
    "open:embed": public(fixed={"code": "lyg-hbj"}),
    "open:embed-data": public(fixed={"code": "lyg-hbj"}),
    "open:changes": public(),
    "open:changes_stream": public(),
    "open:changes_head": public(),
    "open:robots": public(),
    "open:sitemaps": public(),
    "open:sitemap": public(fixed={"number": 1}),
}
