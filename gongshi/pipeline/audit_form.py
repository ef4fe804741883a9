"""What a reader of the audit trail asks for, read from the page's address."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.access import Reader, units_for
from gongshi.accounts.models import Unit
from gongshi.accounts.permissions import Permission
from gongshi.audit.presenting import sentence_of
from gongshi.audit.queries import EventFilter
from gongshi.audit.sentences import GROUPS, SENTENCES

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = _("Write a day between 2000 and 2100 as 2016-03-01.")


# The last day of the calendar has no next one, its first no midnight elsewhere.
_DAYS = (
    MinValueValidator(date(2000, 1, 1), _DAY),
    MaxValueValidator(date(2100, 12, 31), _DAY),
)


class AuditForm(forms.Form):
    """Person, unit, action, target, address, and a period by days in Beijing."""

    person = forms.CharField(label=_("User name"), required=False, max_length=150)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    target = forms.CharField(label=_("Subject number"), required=False, max_length=64)
    address = forms.CharField(label=_("Network address"), required=False, max_length=64)
    since = forms.DateField(
        label=_("From"),
        required=False,
        validators=_DAYS,
        error_messages={"invalid": _DAY},
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        validators=_DAYS,
        error_messages={"invalid": _DAY},
    )

    def __init__(self, asked: Mapping[str, Any], *, reader: Reader) -> None:
        super().__init__(asked or None)
        self._units = list(units_for(reader, Permission.AUDIT_READ))
        self._sees_all = len(self._units) == Unit.objects.count()
        unit, action = self.fields["unit"], self.fields["action"]
        assert isinstance(unit, forms.ChoiceField)
        assert isinstance(action, forms.ChoiceField)
        unit.choices = [
            ("", _("All units")),
            *((unit.code, unit.short_name or unit.name) for unit in self._units),
        ]
        action.choices = _actions()

    @property
    def unit_names(self) -> dict[str, str]:
        """The units within reach: short names by code."""
        return {unit.code: unit.short_name or unit.name for unit in self._units}

    @property
    def asked(self) -> EventFilter:
        """What a valid form asks for, within the reader's reach."""
        values = self.cleaned_data if self.is_bound else {}
        since, until = values.get("since"), values.get("until")
        return EventFilter(
            units=None if self._sees_all else [unit.code for unit in self._units],
            **{
                name: values.get(name, "").strip()
                for name in ("person", "unit", "action", "target", "address")
            },
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until else None,
        )


def _midnight(day: object) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=_SHANGHAI)


def _actions() -> Sequence[tuple[Any, Any]]:
    """Return all actions under the heads of their groups, which stand for all below."""
    choices: list[tuple[Any, Any]] = [("", _("All actions"))]
    for group, name in GROUPS.items():
        below = [each for each in SENTENCES if each.startswith(f"{group}.")]
        named = [(action, sentence_of(action)) for action in below]
        choices.append((gettext(name), [(group, gettext("All of them")), *named]))
    return choices
