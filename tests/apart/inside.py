"""Puts through what offices write around records and units; none of it is public.

Reasons, answers, refusals, numbers to call, drafts of catalogues; beside `planting`.
"""

from datetime import timedelta

from gongshi.accounts.actions_units import ResponsibleValues, name_responsible
from gongshi.accounts.models import Unit
from gongshi.assessment.actions import file_nil_report
from gongshi.assessment.months import Month
from gongshi.catalogue import actions as catalogue
from gongshi.catalogue.items import ItemValues
from gongshi.catalogue.models import Kind
from gongshi.domain.lifecycle import Mark
from gongshi.publication import actions_life
from gongshi.publication.actions import withdraw
from gongshi.publication.units import publish_unit
from gongshi.records.models import ProposedCorrection
from gongshi.review import actions as review
from gongshi.review.actions import Hold
from gongshi.review.reasons import HoldReason
from tests.apart.planted import LICENCE, Planted, identity_number

_SILENT = "lyg-mzj"  # decides nothing, and says so


def plant_inside(planted: Planted) -> None:
    """Plant all of it."""
    _every_reason(planted)
    _objections(planted)
    _refused_correction(planted)
    _personal_data_in_texts(planted)
    _who_answers(planted)
    _nil_report(planted)
    _catalogue(planted)
    # Two of them: a crawl of the pages of all units would take minutes.
    for code in (planted.unit.code, _SILENT):
        unit = Unit.objects.get(code=code)
        publish_unit(unit, by=planted.enterer, at=planted.at)


def _every_reason(planted: Planted) -> None:
    """Keep a record back for every reason that people can give, and one replaced."""
    by, at = planted.reviewer, planted.at
    names = {code: f"never: held for {code}" for code in HoldReason.values}
    replaced = "never: replaced"
    rows = [planted.row(LICENCE, name) for name in (*names.values(), replaced)]
    planted.send(LICENCE, *rows, reviewed=False)
    for code, name in names.items():
        hold = Hold(code=code, reason=planted.mark(name))
        review.keep_unpublished_private(planted.record(name), hold=hold, by=by, at=at)
    review.replace(planted.record(replaced), successor="另一决定", by=by, at=at)


def _objections(planted: Planted) -> None:
    names = ["public: disputed", "public: settled"]
    planted.send(LICENCE, *(planted.row(LICENCE, name) for name in names))
    by, at = planted.reviewer, planted.at
    for name in names:
        reason = planted.mark(f"never: objection, {name}")
        actions_life.mark(
            planted.record(name),
            Mark.DISPUTED,
            on=planted.day,
            reason=reason,
            by=by,
            at=at,
        )
    outcome = planted.mark("never: outcome of an objection")
    actions_life.settle(planted.record(names[1]), outcome=outcome, by=by, at=at)


def _refused_correction(planted: Planted) -> None:
    row = planted.row(LICENCE, "public: not corrected")
    planted.send(LICENCE, row)
    proposed = planted.mark("never: refused correction")
    planted.send(LICENCE, dict(row) | {"licence_content": f"同意{proposed}项目"})
    record = planted.record("public: not corrected")
    actions_life.refuse_correction(
        ProposedCorrection.objects.get(record=record),
        reason=planted.mark("never: why a correction was refused"),
        by=planted.reviewer,
        at=planted.at,
    )


def _personal_data_in_texts(planted: Planted) -> None:
    """Numbers that stand in the middle of texts are masked there, in reasons too."""
    number = planted.marks["never: number in a text"] = identity_number("19920202", 21)
    phone = planted.marks["never: phone in a text"] = "13861369017"
    names = ["public: numbers in its text", "gone: with numbers in the reason"]
    content = f"同意{planted.mark(names[0])}项目，联系人身份证{number}，电话{phone}"
    planted.send(
        LICENCE,
        planted.row(LICENCE, names[0], licence_content=content),
        planted.row(LICENCE, names[1]),
    )
    withdraw(
        planted.record(names[1]),
        reason_code="wrong",
        reason=f"申请人身份证{number}、电话{phone}有误",
        by=planted.reviewer,
        at=planted.at,
    )


def _who_answers(planted: Planted) -> None:
    phone = planted.marks["never: phone of who answers"] = "0518-80419263"
    email = planted.marks["never: address of who answers"] = "zhixi@lyghb.example"
    values = ResponsibleValues(
        name=f"欧阳{planted.mark('public: who answers')}",
        post="科长",
        phone=phone,
        email=email,
        from_date=planted.day,
    )
    name_responsible(planted.unit, values, by=planted.enterer, at=planted.at)


def _nil_report(planted: Planted) -> None:
    other = Unit.objects.get(code=_SILENT)
    month = Month.of(planted.day.replace(day=1) - timedelta(days=1))
    reason = planted.mark("never: reason of a nil report")
    file_nil_report(
        other, month, [Kind.PENALTY], reason=reason, by=planted.enterer, at=planted.at
    )


def _catalogue(planted: Planted) -> None:
    """An item kept from the public keeps its records back; a draft is not told."""
    by, at = planted.enterer, planted.at
    kept = ItemValues(
        kind="licence",
        code="JS320700HB-XK-9901",
        name=f"{planted.mark('public: item kept from the public')}核准",
        is_public=False,
        not_public_reason="依法不公开",
    )
    draft = catalogue.begin_draft(planted.unit, by=by, at=at)
    catalogue.add_item(draft, kept, by=by, at=at)
    catalogue.propose_date(draft, planted.day, by=by, at=at)
    draft.refresh_from_db()
    catalogue.approve(draft, revision=draft.revision, by=planted.reviewer, at=at)
    name = "never: of an item kept from the public"
    planted.send(LICENCE, planted.row(LICENCE, name, item_code=kept.code))
    drafted = ItemValues(
        kind="licence",
        code="JS320700HB-XK-9902",
        name=f"{planted.mark('never: item of a draft')}核准",
    )
    later = catalogue.begin_draft(planted.unit, by=by, at=at)
    catalogue.add_item(later, drafted, by=by, at=at)
