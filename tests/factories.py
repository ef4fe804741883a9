"""Rows of the tables, valid by default; a test changes the one field that matters."""

# The declarations of factory_boy carry no types.
# mypy: disable-error-code="no-untyped-call"

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import polars as pl
from factory.declarations import (
    LazyAttribute,
    LazyFunction,
    SelfAttribute,
    Sequence,
    SubFactory,
)
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from gongshi.accounts.models import Membership, ResponsiblePerson, Role, Unit, User
from gongshi.accounts.permissions import needs_second_factor
from gongshi.audit.actors import Actor
from gongshi.domain.lifecycle import State
from gongshi.domain.rules.prepare import prepare
from gongshi.domain.standards import Form, Kind, form
from gongshi.intake.actions import Upload
from gongshi.intake.models import Batch, BatchState, StoredFile
from gongshi.publication.actions import publish_batch
from gongshi.records.actions import land_rows, settle_batch
from gongshi.records.models import ProposedCorrection, Record, RecordVersion
from gongshi.records.preparation import Source
from gongshi.review.actions import approve_batch
from tests.builders import frame_of
from tests.second_factor import give_factor

AT = datetime(2016, 3, 1, 2, 0, tzinfo=UTC)  # 10 o'clock in Shanghai
BY = Actor(username="li", role="enterer", unit="lyg-hbj", address="10.0.0.8")
REVIEWER = Actor(username="wang", role="reviewer", unit="lyg-hbj", address="10.0.0.9")

LICENCE: Mapping[str, str | None] = {
    "decision_number": "连环审〔2016〕12号",
    "item_name": "建设项目环境影响评价审批",
    "item_code": "JS320700HB-XK-0001",
    "licence_category": "核准",
    "licence_content": "同意年产300吨精细化工产品项目环境影响报告书的结论。",
    "subject_name": "连云港苍梧化工有限公司",
    "credit_code": "91320703MA1TE5T0XR",
    "organisation_code": None,
    "registration_number": None,
    "taxpayer_number": None,
    "resident_id": "320703198001010015",
    "legal_representative": "欧阳海",
    "decision_date": "2016/02/26",
    "valid_until": "2019/02/25",
    "authority": "连云港市环境保护局",
    "status": "0",
    "region_code": "320706",
    "updated_date": "2016/02/29",
    "remarks": None,
    "use_scope": "0",
}
NATURAL_PERSON: Mapping[str, str | None] = {
    "subject_name": "欧阳海燕",
    "credit_code": None,
    "legal_representative": None,
    "resident_id": "320723199506060026",
}


class UnitFactory(DjangoModelFactory[Unit]):
    """A department of the city."""

    class Meta:
        model = Unit

    code = Sequence(lambda n: f"lyg-{n}")
    name = Sequence(lambda n: f"连云港市第{n}局")
    short_name = Sequence(lambda n: f"市{n}局")
    region_code = "320700"
    start_date = date(2015, 7, 1)


class UserFactory(DjangoModelFactory[User]):
    """A person who can sign in, without any role."""

    class Meta:
        model = User

    username = Sequence(lambda n: f"user{n}")
    unit = SubFactory(UnitFactory)


class MembershipFactory(DjangoModelFactory[Membership]):
    """An enterer in the unit where the person works."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    user = SubFactory(UserFactory)
    unit = SelfAttribute("user.unit")
    role = Role.ENTERER

    @post_generation  # type: ignore[untyped-decorator]
    def second_factor(self: Membership, create: bool, wanted: bool | None) -> None:
        """Set a second factor up where the role needs one; `False`: not yet."""
        if wanted is not False and needs_second_factor([Role(self.role)]):
            give_factor(self.user)


class ResponsiblePersonFactory(DjangoModelFactory[ResponsiblePerson]):
    """Somebody who answers for a unit at present."""

    class Meta:
        model = ResponsiblePerson

    unit = SubFactory(UnitFactory)
    name = "李海州"
    post = "法规处处长"
    phone = "0518-85521234"
    filed_on = date(2016, 1, 18)
    filed_by = "wang"
    from_date = date(2016, 1, 18)


class StoredFileFactory(DjangoModelFactory[StoredFile]):
    """A file of which only the entry is there; see `receive_file` for real ones."""

    class Meta:
        model = StoredFile

    unit = SubFactory(UnitFactory)
    sha256 = Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    size = 1
    received_at = AT


class BatchFactory(DjangoModelFactory[Batch]):
    """A batch just received."""

    class Meta:
        model = Batch

    unit = SubFactory(UnitFactory)
    file = SubFactory(StoredFileFactory, unit=SelfAttribute("..unit"))
    idempotency_key = Sequence(lambda n: f"key-{n}")
    name = "许可.xlsx"
    received_by = "li"
    received_at = AT
    state = BatchState.RECEIVED
    published_by = LazyAttribute(lambda it: _if_approved(it.state, REVIEWER.username))
    approved_at = LazyAttribute(lambda it: _if_approved(it.state, AT) or None)


def _if_approved(state: str, value: object) -> object:
    return value if state in (BatchState.PUBLISHING, BatchState.PUBLISHED) else ""


class RecordFactory(DjangoModelFactory[Record]):
    """A licence that was checked and waits for publication."""

    class Meta:
        model = Record

    id = LazyFunction(uuid4)
    kind = "licence"
    edition = "jiangsu-2016"
    person = "legal"
    unit = SubFactory(UnitFactory)
    batch_id = LazyFunction(uuid4)
    sheet = "Sheet1"
    row_number = 2
    entered_by = BY.username
    decision_number = "连环审〔2016〕12号"
    decision_date = date(2016, 2, 26)
    subject_name = "连云港苍梧化工有限公司"
    credit_code = "91320703MA1TE5T0XR"
    authority = "连云港市环境保护局"
    region_code = "320706"
    content = json.dumps(
        {
            name: value.replace("/", "-")
            for name, value in LICENCE.items()
            if value and name != "resident_id"
        },
        ensure_ascii=False,
    )
    digest = "0" * 64
    state = State.CHECKED
    received_at = AT
    publish_by = date(2016, 3, 8)


class RecordVersionFactory(DjangoModelFactory[RecordVersion]):
    """The first version of a record that was corrected."""

    class Meta:
        model = RecordVersion

    record = SubFactory(RecordFactory)
    version = 1
    batch_id = LazyFunction(uuid4)
    edition = "jiangsu-2016"
    entered_by = BY.username
    replaced_at = AT
    content = "{}"
    digest = "0" * 64


class ProposedCorrectionFactory(DjangoModelFactory[ProposedCorrection]):
    """Another content for a record that is held."""

    class Meta:
        model = ProposedCorrection

    record = SubFactory(RecordFactory)
    batch_id = LazyFunction(uuid4)
    sheet = "Sheet1"
    row_number = 2
    record_unit = SelfAttribute("record.unit")
    unit = SelfAttribute("record.unit")
    entered_by = BY.username
    received_at = AT
    edition = "jiangsu-2016"
    person = "legal"
    decision_number = SelfAttribute("record.decision_number")
    decision_date = SelfAttribute("record.decision_date")
    subject_name = SelfAttribute("record.subject_name")
    credit_code = SelfAttribute("record.credit_code")
    authority = SelfAttribute("record.authority")
    region_code = SelfAttribute("record.region_code")
    content = SelfAttribute("record.content")
    digest = "1" * 64
    publish_by = SelfAttribute("record.publish_by")


def jiangsu_licence() -> Form:
    """Return the form that the rows here are of."""
    return form("jiangsu-2016", Kind.LICENCE)


def licence_rows(*changes: Mapping[str, str | None]) -> pl.DataFrame:
    """Return a prepared frame of licences, each the default with its changes.

    Decision numbers differ unless a change says otherwise; first record in row 2.
    """
    rows = [
        dict(LICENCE) | {"decision_number": f"连环审〔2016〕{number}号"} | dict(change)
        for number, change in enumerate(changes, start=12)
    ]
    return prepare(frame_of(jiangsu_licence(), rows), jiangsu_licence())


def source_of(batch: Batch) -> Source:
    """Return where rows of the batch come from."""
    return Source(
        form=jiangsu_licence(),
        unit=batch.unit,
        batch_id=batch.pk,
        sheet="Sheet1",
        entered_by=batch.received_by,
        at=AT,
    )


def approved(batch: Batch, *, at: datetime = AT) -> Batch:
    """Return the checked batch after somebody else's approval, secrecy checked."""
    approve_batch(batch, by=REVIEWER, at=at, secrecy_checked=True)
    return batch


def public_record(*, unit: Unit | None = None, **changes: str | None) -> Record:
    """Return a licence that was landed, approved and published, as people do it."""
    batch = BatchFactory.create(
        unit=unit or UnitFactory.create(), state=BatchState.CHECKED
    )
    land_rows(licence_rows(changes), source_of(batch))
    settle_batch(batch.pk, at=AT)
    publish_batch(approved(batch), at=AT)
    return Record.objects.select_related("unit__superior").get(batch_id=batch.pk)


def proposed(record: Record, **changes: str | None) -> ProposedCorrection:
    """Return what a later batch of the record's unit proposes to change."""
    batch = BatchFactory.create(unit=record.unit, state=BatchState.CHECKED)
    land_rows(licence_rows(changes), source_of(batch))
    settle_batch(batch.pk, at=AT)
    return ProposedCorrection.objects.get(batch_id=batch.pk)


def standing_as(state: State) -> dict[str, Any]:
    """Return what a record has that has come to this state, so that it is allowed."""
    values: dict[str, Any] = {"state": state}
    if state in (State.APPROVED, State.PUBLISHED, State.WITHDRAWN, State.ENDED):
        values |= {
            "reviewed_by": REVIEWER.username,
            "approved_at": AT,
            "secrecy_checked_by": REVIEWER.username,
            "secrecy_checked_at": AT,
        }
    if state in (State.PUBLISHED, State.WITHDRAWN, State.ENDED):
        values |= {"published_at": AT, "published_on": AT.date()}
    if state in (State.WITHDRAWN, State.ENDED):
        values |= {"removal_code": "other", "removal_reason": "误"}
    if state is State.DEFERRED:
        values |= {"hold_reason": "调查中", "hold_until": date(2016, 3, 31)}
    if state is State.NOT_PUBLIC:
        values |= {"not_public_reason": "not-public"}
    return values


def upload(
    content: bytes = b"a,b\n1,2\n", *, name: str = "许可.csv", key: str | None = None
) -> Upload:
    """Return a small file handed in, under a fresh key unless one is given."""
    return Upload(name=name, stream=BytesIO(content), key=key or uuid4().hex)
