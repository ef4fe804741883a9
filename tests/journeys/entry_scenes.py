"""Pages of entry in the middle of the work: forms, drafts, rounds, tokens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.test import Client
from openpyxl import load_workbook

from gongshi.accounts.models import Role, Unit
from gongshi.intake.actions import receive_file
from gongshi.intake.actions_tokens import Wish, make_token
from gongshi.intake.models import Batch, BatchState, Draft, TokenScope
from gongshi.records.models import Record
from gongshi.review.actions import Comment, return_record
from gongshi.validation.corrections import write_rows_to_correct
from tests.catalogue.factories import CatalogueItemFactory, CatalogueVersionFactory
from tests.factories import (
    AT,
    BY,
    BatchFactory,
    RecordFactory,
    jiangsu_licence,
    upload,
)
from tests.journeys.office_scenes import Scene, somebody
from tests.office.desk import (
    WRONG_CODE,
    address,
    check,
    checked_batch,
    licence_file,
    published_batch,
)


def _faulty(unit: Unit) -> Batch:
    return checked_batch(
        unit,
        licence_file(
            {}, WRONG_CODE, {"decision_date": "2016/01/05"}, {}, WRONG_CODE, {}
        ),
        by="chen",
    )


def _rounds(unit: Unit) -> tuple[Client, str]:
    batch = _faulty(unit)
    _round_of(batch)
    return somebody(unit, Role.ENTERER), address(batch)


def _round(unit: Unit) -> tuple[Client, str]:
    return somebody(unit, Role.ENTERER), address(_round_of(_faulty(unit)))


def _round_of(batch: Batch) -> Batch:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        write_rows_to_correct(batch, path)
        book = load_workbook(path)
        sheet = book.worksheets[0]
        place = [cell.value for cell in sheet[1]].index(_CODE_LABEL) + 1
        sheet.cell(2, place).value = "91320703MA1TE5T0XR"
        book.save(path)
        again = receive_file(
            upload(path.read_bytes(), name="待修改行.xlsx"),
            unit=batch.unit,
            by=replace(BY, username="chen"),
            at=AT + timedelta(hours=2),
        )
    check(again)
    return again


def _waiting(unit: Unit) -> tuple[Client, str]:
    return somebody(unit, Role.REVIEWER), address(_faulty(unit))


def _batches(unit: Unit) -> tuple[Client, str]:
    _round_of(_faulty(unit))
    published_batch(unit, licence_file({"decision_number": "连环审〔2016〕90号"}))
    for number, state in enumerate(BatchState):
        BatchFactory.create(
            unit=unit,
            name=f"2016年{number + 1}月行政许可.xlsx",
            state=state,
            failure="unknown-template" if state == BatchState.FAILED else "",
        )
    return somebody(unit, Role.ENTERER), "/office/batches/"


def _enter(unit: Unit) -> tuple[Client, str]:
    checked_batch(unit, licence_file({}, {}, {}))
    client = somebody(unit, Role.ENTERER)
    _save_draft(client)
    return client, "/office/records/new/"


def _drafts(unit: Unit) -> tuple[Client, str]:
    client = somebody(unit, Role.ENTERER)
    _save_draft(client)
    return client, "/office/drafts/"


def _reasons(unit: Unit) -> tuple[Client, str]:
    _faulty(unit)
    return somebody(unit, Role.ENTERER), "/office/"


def _reopened(unit: Unit) -> tuple[Client, str]:
    client = somebody(unit, Role.ENTERER)
    _save_draft(client, subject_name="张三", resident_id="320703198001010015")
    return client, f"{FORM}?draft={Draft.objects.get().pk}"


def _without_item(unit: Unit) -> tuple[Client, str]:
    version = CatalogueVersionFactory.create(unit=unit)
    for name in ("排污许可", "辐射安全许可"):
        CatalogueItemFactory.create(version=version, name=name)
    record = RecordFactory.create(unit=unit, edition="national-2018", content="{}")
    return somebody(unit, Role.ENTERER), f"/office/records/{record.pk}/"


def _save_draft(client: Client, **changes: str) -> None:
    typed = {
        "decision_number": "连环审〔2016〕77号",
        "subject_name": "连云港花果山茶业有限公司",
    } | changes
    client.post(FORM, {**typed, "draft": str(uuid4()), "action": "save"})


def _copied(unit: Unit) -> tuple[Client, str]:
    batch = checked_batch(unit, licence_file({}))
    record = Record.objects.get(batch_id=batch.pk)
    return somebody(unit, Role.ENTERER), f"{FORM}?copy={record.pk}&unit={unit.code}"


def _edit(unit: Unit) -> tuple[Client, str]:
    batch = checked_batch(unit, licence_file({"remarks": "见附件"}))
    record = Record.objects.get(batch_id=batch.pk)
    comments = [
        Comment(text="请对照决定书原件核对。"),
        Comment(field="licence_content", text="许可内容过于简略，请写明产能和地点。"),
        Comment(field="remarks", text="请写明附件名称。"),
    ]
    reviewer = replace(BY, username="wang")
    return_record(record, comments=comments, by=reviewer, at=AT)
    return somebody(unit, Role.ENTERER), f"/office/records/{record.pk}/edit/"


def _tokens(unit: Unit) -> tuple[Client, str]:
    for number, scope in enumerate(TokenScope):
        wish = Wish(
            name=f"oa-{number + 1}",
            scope=scope,
            expires_at=AT + timedelta(days=300),
        )
        make_token(wish, unit=unit, by=BY, at=AT)
    return somebody(unit, Role.UNIT_ADMIN), "/office/tokens/"


FORM = "/office/records/new/jiangsu-2016/licence/"
_CODE_LABEL = jiangsu_licence().by_name["credit_code"].label
ENTRY_SCENES: Mapping[str, Scene] = {
    "batch-waiting-for-reasons": _waiting,
    "batches": _batches,
    "draft-reopened": _reopened,
    "drafts": _drafts,
    "enter": _enter,
    "entry-copied": _copied,
    "entry-edit": _edit,
    "record-without-item": _without_item,
    "round": _round,
    "rounds": _rounds,
    "todo-with-reasons": _reasons,
    "tokens": _tokens,
}
