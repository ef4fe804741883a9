"""Two at the same moment: published once, landed once, received once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gongshi.accounts.models import Unit
from gongshi.audit.models import Event
from gongshi.audit.queries import verify_chain
from gongshi.intake.actions import receive_file
from gongshi.intake.models import Batch, BatchState, StoredFile
from gongshi.portal.models import PublishedRecord, PublishedUnit
from gongshi.publication.actions import (
    CannotWithdraw,
    publish_batch,
    publish_record,
    withdraw,
)
from gongshi.publication.actions_life import correct
from gongshi.publication.consumers import catch_up_portal
from gongshi.publication.models import Change
from gongshi.publication.queries import verify_feed
from gongshi.publication.units import publish_changed_units
from gongshi.records.actions import CannotLand, Landed, land_rows, settle_batch
from gongshi.records.models import Record
from gongshi.review.actions import (
    CannotReview,
    Comment,
    approve_batch,
    approve_record,
    return_record,
)
from tests.at_once import at_once
from tests.factories import (
    AT,
    BY,
    REVIEWER,
    BatchFactory,
    RecordFactory,
    UnitFactory,
    approved,
    licence_rows,
    proposed,
    public_record,
    source_of,
    upload,
)

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "portal"]),
    pytest.mark.postgresql,  # SQLite has one writer
]


def test_two_publishers_publish_each_record_once() -> None:
    batch = BatchFactory.create(state=BatchState.CHECKED)
    land_rows(licence_rows(*[{}] * 20), source_of(batch))
    settle_batch(batch.pk, at=AT)
    approved(batch)

    def publish() -> int:
        return publish_batch(Batch.objects.select_related("unit").get(), at=AT, chunk=3)

    counts = at_once(publish, publish)

    catch_up_portal()
    assert sum(counts) == Change.objects.count() == 20
    assert PublishedRecord.objects.using("portal").count() == 20
    assert verify_feed() is None
    assert verify_chain() is None


def test_two_workers_tell_of_a_unit_once() -> None:
    UnitFactory.create()
    UnitFactory.create()

    def publish() -> int:
        return publish_changed_units(by=BY, at=AT)

    counts = at_once(publish, publish)

    catch_up_portal()
    assert sorted(counts) == [0, 2]
    assert PublishedUnit.objects.using("portal").count() == 2
    assert verify_feed() is None


def test_two_batches_land_a_decision_once() -> None:
    batches = [BatchFactory.create(), BatchFactory.create()]

    def land(batch: Batch) -> Callable[[], Landed | None]:
        def call() -> Landed | None:
            try:
                return land_rows(licence_rows({}, {}), source_of(batch))
            except CannotLand:
                return None

        return call

    results = at_once(*(land(batch) for batch in batches))

    assert sorted(results, key=str) == [Landed(new=2), None]
    assert Record.objects.count() == 2


def test_one_form_sent_twice_makes_one_batch() -> None:
    unit: Unit = UnitFactory.create()

    def receive() -> Batch:
        return receive_file(upload(key="form-1"), unit=unit, by=BY, at=AT)

    first, second = at_once(receive, receive)

    assert first == second
    assert first.already_received != second.already_received
    assert StoredFile.objects.count() == 1


def test_two_reviewers_of_one_record_publish_it_once() -> None:
    record = RecordFactory.create()

    def review(name: str) -> Callable[[], str]:
        def call() -> str:
            by = replace(REVIEWER, username=name)
            seen = Record.objects.select_related("unit__superior").get(pk=record.pk)
            try:
                approve_record(seen, by=by, at=AT, secrecy_checked=True)
            except CannotReview as error:
                return error.code
            return "published" if publish_record(seen, by=by, at=AT) else "nothing"

        return call

    outcomes = at_once(review("wang"), review("zhao"))

    assert sorted(outcomes) == ["moved", "published"]
    assert Change.objects.count() == 1
    assert Event.objects.filter(action="review.approve").count() == 1
    assert verify_feed() is None


def test_two_reviewers_of_one_batch_approve_it_once() -> None:
    batch = BatchFactory.create(state=BatchState.CHECKED)
    land_rows(licence_rows(*[{}] * 10), source_of(batch))
    settle_batch(batch.pk, at=AT)

    def review(name: str) -> Callable[[], bool]:
        by = replace(REVIEWER, username=name)

        def call() -> bool:
            seen = Batch.objects.select_related("unit").get()
            return approve_batch(seen, by=by, at=AT, secrecy_checked=True)

        return call

    asked = at_once(review("wang"), review("zhao"))
    batch.refresh_from_db()
    publish_batch(batch, at=AT)

    assert sorted(asked) == [False, True]
    names = Record.objects.values_list("reviewed_by", flat=True).distinct()
    assert list(names) == [batch.published_by]
    assert Change.objects.count() == 10


def test_return_of_a_record_and_publication_of_its_batch_do_not_mix() -> None:
    batch = BatchFactory.create(state=BatchState.CHECKED)
    land_rows(licence_rows(*[{}] * 10), source_of(batch))
    settle_batch(batch.pk, at=AT)
    approved(batch)
    one = Record.objects.order_by("row_number").last()
    assert one is not None

    def publish() -> str:
        publish_batch(Batch.objects.select_related("unit").get(), at=AT, chunk=3)
        return "done"

    def send_back() -> str:
        seen = Record.objects.select_related("unit").get(pk=one.pk)
        try:
            return_record(seen, comments=[Comment(text="误")], by=REVIEWER, at=AT)
        except CannotReview:
            return "too late"
        return "returned"

    _, outcome = at_once(publish, send_back)

    one.refresh_from_db()
    published = Change.objects.count()
    assert (one.state, published) == (
        ("returned", 9) if outcome == "returned" else ("published", 10)
    )
    assert Record.objects.filter(state="published").count() == published


def test_publication_during_an_import_leaves_both_whole() -> None:
    first, second = BatchFactory.create(state=BatchState.CHECKED), BatchFactory.create()
    land_rows(licence_rows(*[{}] * 20), source_of(first))
    settle_batch(first.pk, at=AT)
    approved(first)
    others = [{"decision_number": f"连环审〔2015〕{n}号"} for n in range(20)]

    def publish() -> int:
        batch = Batch.objects.select_related("unit").get(pk=first.pk)
        return publish_batch(batch, at=AT, chunk=3)

    def land() -> int:
        return land_rows(licence_rows(*others), source_of(second)).new

    assert at_once(publish, land) == [20, 20]
    assert Record.objects.filter(state="published").count() == 20
    assert Record.objects.filter(state="received").count() == 20
    assert verify_feed() is None


def test_correction_and_withdrawal_leave_the_record_whole() -> None:
    record = public_record()
    correction = proposed(record, remarks="补正")

    def take_over() -> str:
        try:
            correct(correction, by=REVIEWER, at=AT, secrecy_checked=True)
        except CannotReview as error:
            return error.code
        return "corrected"

    def take_back() -> str:
        seen = Record.objects.select_related("unit__superior").get(pk=record.pk)
        try:
            withdraw(seen, reason_code="wrong", reason="误", by=REVIEWER, at=AT)
        except CannotWithdraw as error:
            return error.code
        return "withdrawn"

    outcomes = at_once(take_over, take_back)

    catch_up_portal()
    record.refresh_from_db()
    correction.refresh_from_db()
    is_public = PublishedRecord.objects.using("portal").exists()
    done = [each for each in outcomes if each in ("corrected", "withdrawn")]
    # The first is through; the second follows it or is refused, whichever it was.
    assert done
    assert is_public == ("withdrawn" not in done)
    # A correction of what is withdrawn brings it back to review, unseen by the public.
    is_back = len(done) == 2 and record.state == "checked"
    assert is_back or (record.state == "withdrawn") == ("withdrawn" in done)
    assert (correction.state == "taken") == ("corrected" in done)
    assert record.version == (2 if "corrected" in done else 1)
    assert Change.objects.count() == 1 + len(done) - is_back
    assert verify_feed() is None
    assert verify_chain() is None
