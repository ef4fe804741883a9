"""What the public store holds: published records, tombstones and where we are.

Made to be sharded by record id: it is in every primary key and unique
constraint of a record's tables, and nothing refers to anything by foreign key
or sequence.
"""

import json
from functools import cache
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongshi.domain import standards
from gongshi.domain.feed import Operation
from gongshi.portal.choices import Kind, Level
from gongshi.portal.unit_models import PublishedItem, PublishedUnit

__all__ = [
    "Cursor",
    "Kind",
    "Level",
    "MonthlyTally",
    "Person",
    "PublicField",
    "PublishedChange",
    "PublishedItem",
    "PublishedRecord",
    "PublishedUnit",
    "Removal",
    "StoreFormat",
    "Tally",
    "Tombstone",
]


class Person(models.TextChoices):
    """Whom a record is about."""

    LEGAL = standards.Person.LEGAL.value, _("Legal person or other organisation")
    NATURAL = standards.Person.NATURAL.value, _("Natural person")


class Removal(models.TextChoices):
    """Why a record is no longer there."""

    WITHDRAW = Operation.WITHDRAW.value, _("Withdrawn")
    END = Operation.END.value, _("Display ended early")


class PublicField(NamedTuple):
    """One public field as the edition defines it, and its value as published."""

    field: standards.Field
    value: str


class PublishedRecord(models.Model):
    """One published decision, already masked; exactly one row per record id.

    `position` is the sequence number of the change that made this version
    visible: the order "newest first" and the row number in the search index.
    A natural person's record is reachable by its permanent address only: it
    has no `listed_until` and no `search_text`.
    """

    # Identification
    record_id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    edition = models.CharField(max_length=32)
    person = models.CharField(max_length=16, choices=Person.choices)

    # Source
    unit_code = models.CharField(max_length=64)
    unit_name = models.CharField(max_length=256)
    unit_level = models.CharField(max_length=16, choices=Level.choices)
    superior_code = models.CharField(max_length=64, blank=True)
    entrusted_name = models.CharField(max_length=256, blank=True)
    region_code = models.CharField(max_length=12)
    authority = models.CharField(max_length=256)

    # Decision
    decision_number = models.CharField(max_length=256)
    decision_number_key = models.CharField(max_length=256)
    decision_date = models.DateField()
    subject_name = models.CharField(max_length=512)
    credit_code = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=512)
    status = models.CharField(max_length=64, blank=True)
    catalogue_item = models.CharField(max_length=64, blank=True)
    category = models.CharField(max_length=512, blank=True)  # labels, joined with ";"
    # JSON text, [[code, label, value], …]: written by the hundred thousand and
    # only ever read whole, so the database need not parse it.
    detail = models.TextField()
    search_text = models.TextField(blank=True)
    # Natural persons: keyed hash of name and number, by which alone they are found.
    person_key = models.CharField(max_length=64, blank=True)

    # Publication
    version = models.PositiveIntegerField(default=1)
    published_on = models.DateField()
    listed_until = models.DateField(null=True)
    display_until = models.DateField(null=True)
    corrected_on = models.DateField(null=True)
    disputed_on = models.DateField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "published_record"
        verbose_name = _("published record")
        verbose_name_plural = _("published records")
        indexes = [
            # Holds all that a count asks beside the index, so that it reads no rows.
            models.Index(
                fields=["position", "display_until", "decision_date"],
                name="published_record_position",
            ),
            models.Index(
                fields=["listed_until", "position"], name="published_record_listed"
            ),
            models.Index(
                fields=["kind", "listed_until", "position"],
                name="published_record_kind_listed",
            ),
            models.Index(
                fields=["unit_code", "listed_until", "position"],
                name="published_record_unit_listed",
            ),
            models.Index(
                fields=["region_code", "listed_until", "position"],
                name="published_record_region_listed",
            ),
            # Natural persons' records have no listing; `listed_until >= …` implies it.
            models.Index(
                fields=["catalogue_item", "listed_until", "position"],
                condition=models.Q(listed_until__isnull=False),
                name="published_record_item_listed",
            ),
            models.Index(
                fields=["credit_code", "position"], name="published_record_credit_code"
            ),
            models.Index(
                fields=["decision_number_key", "position"],
                name="published_record_decision",
            ),
            models.Index(
                fields=["person_key"],
                condition=~models.Q(person_key=""),
                name="published_record_person",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="published_record_kind_known",
                condition=models.Q(kind__in=Kind.values),
            ),
            models.CheckConstraint(
                name="published_record_person_known",
                condition=models.Q(person__in=Person.values),
            ),
            models.CheckConstraint(
                name="published_record_natural_person_unlisted",
                condition=~models.Q(person=Person.NATURAL)
                | models.Q(listed_until__isnull=True, search_text=""),
            ),
            models.CheckConstraint(
                name="published_record_level_known",
                condition=models.Q(unit_level__in=Level.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_number} ({self.record_id})"

    @property
    def fields(self) -> list[PublicField]:
        """The filled public fields in the order of their edition."""
        values = json.loads(self.detail)
        return [
            PublicField(field, values[code])
            for code, field in _fields_by_code(self.edition, self.kind).items()
            if values.get(code)
        ]

    @property
    def is_natural_person(self) -> bool:
        """Whether the record is about a natural person."""
        return self.person == Person.NATURAL


class Tombstone(models.Model):
    """What remains of a record that was taken away: whose, when it went, and why.

    Only a legal person's is named with its id: a natural person's record may come
    back, as after a deferral, and would then be reached by whoever noted the id.
    `person` is empty where the removal did not tell; that counts as natural.
    """

    record_id = models.UUIDField(primary_key=True)
    position = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    person = models.CharField(max_length=16, choices=Person.choices, blank=True)
    operation = models.CharField(max_length=16, choices=Removal.choices)
    unit_code = models.CharField(max_length=64)
    unit_name = models.CharField(max_length=256)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "tombstone"
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        indexes = [models.Index(fields=["position"], name="tombstone_position")]
        constraints = [
            models.CheckConstraint(
                name="tombstone_kind_known", condition=models.Q(kind__in=Kind.values)
            ),
            models.CheckConstraint(
                name="tombstone_person_known",
                condition=models.Q(person__in=["", *Person.values]),
            ),
            models.CheckConstraint(
                name="tombstone_operation_known",
                condition=models.Q(operation__in=Removal.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} withdrawn at {self.at:%Y-%m-%d}"

    @property
    def is_named(self) -> bool:
        """Whether lists may name the record's id."""
        return self.person == Person.LEGAL


class PublishedChange(models.Model):
    """One link of the feed as anybody may check it: without its payload.

    The payload of a record that is on display can be made again from its row; that
    of one taken away, or of a natural person, the public must not keep.
    """

    pk = models.CompositePrimaryKey("sequence", "record_id")
    sequence = models.BigIntegerField()
    record_id = models.UUIDField()
    operation = models.CharField(max_length=16)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)  # `domain.feed.payload_digest`
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "published_change"
        verbose_name = _("published change")
        verbose_name_plural = _("published changes")

    def __str__(self) -> str:
        return f"{self.sequence} {self.operation}"


class Cursor(models.Model):
    """How far a feed has been applied; committed together with what it applied."""

    name = models.CharField(max_length=64, primary_key=True)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "feed_cursor"
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")
        constraints = [
            models.CheckConstraint(
                name="feed_cursor_sequence_not_negative",
                condition=models.Q(sequence__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.sequence}"


class StoreFormat(models.Model):
    """The form in which this store keeps something; see `formats`.

    Written with the first change that the store takes, never afterwards.
    """

    name = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "store_format"
        verbose_name = _("store format")
        verbose_name_plural = _("store formats")

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Tally(models.Model):
    """How many records of a kind are published, so that no page counts them."""

    kind = models.CharField(max_length=16, choices=Kind.choices, primary_key=True)
    records = models.BigIntegerField(default=0)

    class Meta:
        db_table = "published_tally"
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        constraints = [
            models.CheckConstraint(
                name="published_tally_not_negative", condition=models.Q(records__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.records}"


class MonthlyTally(models.Model):
    """How many records of a unit, kind, region and category a month brought.

    Counted by the month of first publication, whatever has been corrected since;
    one withdrawn is counted no more. Small enough to lie whole on every node.
    """

    pk = models.CompositePrimaryKey(
        "unit_code", "kind", "region_code", "category", "month"
    )
    unit_code = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    region_code = models.CharField(max_length=12)
    category = models.CharField(max_length=512, blank=True)
    month = models.CharField(max_length=7)  # 2016-03
    records = models.BigIntegerField(default=0)

    class Meta:
        db_table = "published_monthly_tally"
        verbose_name = _("monthly tally")
        verbose_name_plural = _("monthly tallies")
        constraints = [
            models.CheckConstraint(
                name="published_monthly_tally_not_negative",
                condition=models.Q(records__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.kind} {self.month}: {self.records}"


@cache
def _fields_by_code(edition: str, kind: str) -> dict[str, standards.Field]:
    return {
        field.code: field
        for form in standards.forms()
        if (form.edition, form.kind) == (edition, kind)
        for field in form.fields
    }
