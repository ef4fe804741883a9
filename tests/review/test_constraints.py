"""What the tables of comments and notices refuse, whoever writes to them."""

import pytest
from django.db import IntegrityError

from gongshi.review.models import Notice, ReviewComment
from tests.factories import AT, RecordFactory

pytestmark = pytest.mark.django_db


def test_comment_says_something() -> None:
    with pytest.raises(IntegrityError, match="comment_says_something"):
        ReviewComment.objects.create(
            record=RecordFactory.create(), version=1, by="wang", at=AT, text=""
        )


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"kind": "gossip"}, "notice_kind_known"),
        ({"recipient": ""}, "notice_has_a_recipient"),
    ],
)
def test_notice_keeps(values: dict[str, str], constraint: str) -> None:
    defaults = {"recipient": "li", "kind": "returned", "by": "wang"}

    with pytest.raises(IntegrityError, match=constraint):
        Notice.objects.create(
            record=RecordFactory.create(), at=AT, **(defaults | values)
        )
