"""What the table of records refuses, whoever writes to it, and by what it is found."""

from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from gongshi.domain.lifecycle import State
from gongshi.domain.standards import Kind, Person

# Somebody answers for these, or did when they became public.
_ANSWERED = (State.APPROVED, State.PUBLISHED, State.WITHDRAWN, State.ENDED)
WAITING = (State.CHECKED, State.APPROVED, State.RETURNED, State.DEFERRED)


def _is(*states: State) -> Q:
    return Q(state__in=[str(state) for state in states])


RECORD_CONSTRAINTS = (
    UniqueConstraint(
        fields=["batch_id", "sheet", "row_number"], name="record_row_lands_once"
    ),
    CheckConstraint(
        condition=Q(kind__in=[str(kind) for kind in Kind]), name="record_kind_known"
    ),
    CheckConstraint(
        condition=Q(person__in=[str(Person.LEGAL), str(Person.NATURAL)]),
        name="record_person_known",
    ),
    CheckConstraint(
        condition=Q(state__in=[str(state) for state in State]),
        name="record_state_known",
    ),
    CheckConstraint(
        condition=~Q(state=str(State.NOT_PUBLIC)) | ~Q(not_public_reason=""),
        name="record_not_public_has_reason",
    ),
    CheckConstraint(
        condition=~Q(state=str(State.PUBLISHED))
        | Q(
            not_public_reason="",
            published_at__isnull=False,
            published_on__isnull=False,
        ),
        name="record_published_is_public",
    ),
    CheckConstraint(condition=Q(version__gte=1), name="record_version_positive"),
    CheckConstraint(condition=~Q(entered_by=""), name="record_entered_by_somebody"),
    CheckConstraint(
        condition=~Q(reviewed_by=F("entered_by")), name="record_reviewed_by_another"
    ),
    CheckConstraint(
        condition=~_is(*_ANSWERED)
        | (~Q(reviewed_by="") & Q(approved_at__isnull=False)),
        name="record_public_was_reviewed",
    ),
    CheckConstraint(
        condition=~_is(*_ANSWERED)
        | (~Q(secrecy_checked_by="") & Q(secrecy_checked_at__isnull=False)),
        name="record_public_was_secrecy_checked",
    ),
    CheckConstraint(
        condition=~Q(state=str(State.DEFERRED))
        | (~Q(hold_reason="") & Q(hold_until__isnull=False)),
        name="record_deferred_until_a_day",
    ),
    CheckConstraint(
        condition=~_is(State.WITHDRAWN, State.ENDED)
        | (~Q(removal_code="") & ~Q(removal_reason="")),
        name="record_removed_for_a_reason",
    ),
    CheckConstraint(
        condition=Q(withdraw_by__isnull=True) | Q(revoked_on__isnull=False),
        name="record_withdrawn_when_revoked",
    ),
)

# What an unfinished batch is landing stays out of the lists' indexes: a file of a million
# rows is neither read past by every list meanwhile, nor entered twice.
_SETTLED = ~Q(state=str(State.RECEIVED))

# Conditions are matched term by term by SQLite: queries repeat them as they stand.
RECORD_INDEXES = (
    Index(
        fields=["credit_code"], condition=~Q(credit_code=""), name="record_credit_code"
    ),
    Index(
        fields=["identity_hash"],
        condition=Q(identity_hash__isnull=False),
        name="record_identity",
    ),
    Index(
        fields=["unit", "kind", "decision_date", "id"],
        condition=_SETTLED,
        name="record_of_unit",
    ),
    Index(
        fields=["unit", "state", "kind", "decision_date", "id"],
        condition=_SETTLED,
        name="record_in_state",
    ),
    Index(
        fields=["item", "decision_date"],
        condition=Q(item__isnull=False),
        name="record_of_item",
    ),
    Index(
        fields=["unit", "state", "kind", "publish_by", "id", "decision_date"],
        condition=_is(*WAITING),
        name="record_waiting",
    ),
    Index(
        fields=["unit", "decision_date", "id"],
        condition=_is(*WAITING) & Q(publish_by__isnull=True),
        name="record_without_deadline",
    ),
    Index(
        fields=["unit", "hold_until", "id"],
        condition=Q(state=str(State.DEFERRED)),
        name="record_held",
    ),
    Index(
        fields=["unit", "disputed_on", "id"],
        condition=Q(disputed_on__isnull=False, state=str(State.PUBLISHED)),
        name="record_disputed",
    ),
    Index(
        fields=["unit", "revoked_on", "id"],
        condition=Q(
            kind=str(Kind.PENALTY),
            revoked_on__isnull=False,
            state=str(State.PUBLISHED),
        ),
        name="record_revoked",
    ),
    Index(
        fields=["approved_at"],
        condition=Q(state=str(State.APPROVED)),
        name="record_approved",
    ),
    # Found by how a name or a number begins, whatever the database's collation.
    Index(
        fields=["unit", "subject_name"],
        opclasses=["int8_ops", "varchar_pattern_ops"],
        name="record_subject",
    ),
    Index(
        fields=["unit", "decision_number"],
        opclasses=["int8_ops", "varchar_pattern_ops"],
        name="record_number",
    ),
)
