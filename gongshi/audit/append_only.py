"""Rows that are written once: events of the audit trail, changes of the feed."""

from collections.abc import Iterable
from typing import NoReturn, Self, TypeVar

from django.db import models
from django.db.models.base import ModelBase

_Row = TypeVar("_Row", bound="AppendOnly", covariant=True)


class CannotChangeHistory(Exception):
    """An event or a change was to be edited or deleted."""

    code = "history-is-append-only"


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """Reads rows by their number; refuses to change them."""

    def in_order(self) -> Self:
        """Return the rows as they were appended."""
        return self.order_by("sequence")

    def update(self, **values: object) -> NoReturn:
        """Refuse: what is written is never edited."""
        raise CannotChangeHistory

    def delete(self) -> NoReturn:
        """Refuse: what is written is never deleted."""
        raise CannotChangeHistory


class AppendOnly(models.Model):
    """A row that is inserted, and from then on only read.

    It refuses in Python; the database's own triggers refuse everybody else.
    """

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Insert the row; refuse to change one that is there."""
        if not self._state.adding:
            raise CannotChangeHistory
        super().save(force_insert=True, using=using)

    def delete(self, *arguments: object, **options: object) -> NoReturn:
        """Refuse: what is written is never deleted."""
        raise CannotChangeHistory
