"""Each event of a public record's life tells how it stood before and after."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from gongshi.audit.models import Event
from gongshi.audit.queries import changes_of, details_of
from gongshi.domain.lifecycle import Mark
from gongshi.publication.actions import defer, end_early, withdraw
from gongshi.publication.actions_life import correct, mark
from gongshi.records.models import Record
from gongshi.review.actions import Hold
from tests.factories import AT, BY, REVIEWER, proposed, public_record

pytestmark = pytest.mark.django_db(databases=["default", "portal"])

OTHER_ID = "320703198001010023"
LATER = AT + timedelta(days=10)
HOLD = Hold(code="privacy", reason="涉及个人13812345678", until=date(2016, 3, 31))


def test_event_of_a_correction_tells_before_and_after_masked() -> None:
    record = public_record(remarks="电话13812345678")
    correction = proposed(record, remarks="电话13987654321", resident_id=OTHER_ID)

    correct(correction, by=REVIEWER, at=LATER, secrecy_checked=True)

    event = Event.objects.get(action="publication.correct")
    assert changes_of(event)["remarks"] == {
        "before": "电话1381*******",
        "after": "电话1398*******",
    }
    assert changes_of(event)["corrected_on"]["after"] == "2016-03-11"
    assert "subject_name" not in changes_of(event)
    assert details_of(event)["withheld"] == ["remarks", "resident_id"]
    assert "13987654321" not in event.changes + event.details
    assert OTHER_ID not in event.changes + event.details


@pytest.mark.parametrize(
    ("act", "changes"),
    [
        (
            lambda r: withdraw(r, reason_code="wrong", reason="误", by=BY, at=LATER),
            {"state": {"before": "published", "after": "withdrawn"}},
        ),
        (
            lambda r: end_early(r, reason_code="repair", reason="信", by=BY, at=LATER),
            {"state": {"before": "published", "after": "ended"}},
        ),
        (
            lambda r: mark(
                r, Mark.DISPUTED, on=AT.date(), reason="有异议", by=BY, at=LATER
            ),
            {"disputed_on": {"before": None, "after": "2016-03-01"}},
        ),
        (
            lambda r: defer(r, hold=HOLD, by=REVIEWER, at=AT),
            {
                "state": {"before": "published", "after": "deferred"},
                "hold_until": {"before": None, "after": "2016-03-31"},
            },
        ),
    ],
    ids=["withdraw", "end-early", "mark", "defer"],
)
def test_event_tells_how_the_record_stood_before_and_after(
    act: Callable[[Record], object], changes: dict[str, object]
) -> None:
    act(public_record())

    event = Event.objects.order_by("-sequence")[0]
    assert changes_of(event).items() >= changes.items()
