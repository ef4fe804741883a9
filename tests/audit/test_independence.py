"""The audit trail outlives whatever it tells of: nothing holds it, it holds nothing."""

from gongshi.audit.models import Event


def test_event_is_related_to_no_other_table_in_either_direction() -> None:
    related = [
        field.name
        for field in Event._meta.get_fields(include_hidden=True)
        if field.is_relation
    ]

    assert related == []
