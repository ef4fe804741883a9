"""The forms about units: what they keep themselves, what is arranged, who answers."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.actions_units import ResponsibleValues, told
from gongshi.accounts.models import Kind, Level, ResponsiblePerson, Unit
from gongshi.accounts.units.actions import ARRANGED_FIELDS, OWN_FIELDS
from gongshi.domain import identifiers
from gongshi.domain.web_address import is_site_address

_DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_PHONE = RegexValidator(
    r"^\+?[0-9][0-9 -]{4,38}[0-9]$",
    _("Write digits, with hyphens or spaces, such as 0518-85521234."),
)
_UNIT_REFUSALS: Mapping[str, tuple[str, Promise]] = {
    "code-taken": ("code", _("Another unit has this code. Choose another one.")),
    "credit-code-taken": (
        "credit_code",
        _("Another unit has this credit code. Compare both with their certificates."),
    ),
    "no-superior": (
        "superior",
        _("An entrusted body needs the unit that entrusts it."),
    ),
    "superior-left": (
        "superior",
        _(
            "Choose the unit above this one. Without it, nobody could open this unit or"
            " those below it any more."
        ),
    ),
    "below-entrusted": (
        "superior",
        _(
            "An entrusted body cannot entrust another one. Choose the unit in whose name"
            " both act."
        ),
    ),
    "has-catalogue": (
        "kind",
        _(
            "This unit has a catalogue of its own, which an entrusted body cannot have."
            " Let it end by its last day and add a new unit."
        ),
    ),
    "has-items": (
        "superior",
        _(
            "Items of the superior's catalogue are entrusted to this body, so that it"
            " stays what it is and where it is. Let it end by its last day and add a new"
            " unit."
        ),
    ),
    "below-itself": (
        "superior",
        _("That unit stands below this one. Choose one that does not."),
    ),
    "ends-before-it-begins": (
        "valid_until",
        _("The last day lies before the first. Correct one."),
    ),
}
_PERSON_REFUSALS: Mapping[str, tuple[str, Promise]] = {
    "no-name": ("name", _("Write the person's full name.")),
    "no-contact": (
        "phone",
        _("Write a phone number or an e-mail address for the credit office."),
    ),
    "in-future": ("from_date", _("This day is yet to come. File the person then.")),
    "before-present": (
        "from_date",
        _(
            "The present person answers since a later day. Choose that day to correct"
            " the entry, or a later one for somebody new."
        ),
    ),
    "unit-ended": ("name", _("The unit has ended. Nobody is filed for it any more.")),
}


class UnitForm(forms.Form):
    """What a unit keeps up to date itself."""

    short_name = forms.CharField(label=_("Short name"), max_length=60, required=False)
    credit_code = forms.CharField(
        label=_("Credit code"),
        max_length=18,
        required=False,
        help_text=_("18 characters, as on the certificate."),
    )
    site_name = forms.CharField(
        label=_("Publication site"),
        max_length=100,
        required=False,
        help_text=_("Without one, the unit's page on the credit site takes its place."),
    )
    site_address = forms.URLField(
        label=_("Site address"),
        max_length=500,
        required=False,
        assume_scheme="http",
        help_text=_("The whole address, such as http://www.example.gov.cn/."),
    )

    def clean_credit_code(self) -> str:
        """Refuse a code whose check character is wrong."""
        code = str(self.cleaned_data["credit_code"]).strip().upper()
        if code and not identifiers.is_valid(identifiers.CREDIT_CODE, code):
            raise forms.ValidationError(
                _("The check character is wrong. Compare it with the certificate."),
                "credit-code",
            )
        return code

    def clean_site_address(self) -> str:
        """Refuse what is no address of a site that everybody can open."""
        address = str(self.cleaned_data["site_address"])
        if address and not is_site_address(address):
            raise forms.ValidationError(
                _(
                    "Write the whole address, such as http://www.example.gov.cn/,"
                    " without user names, or leave it empty."
                ),
                "site-address",
            )
        return address

    @property
    def values(self) -> Mapping[str, object]:
        """What a valid form says, for `edit_unit`."""
        return {field: self.cleaned_data[field] for field in OWN_FIELDS}

    def refuse(self, code: str) -> None:
        """Show why it was not taken; `code` as in `CannotEditUnit`."""
        field, text = _UNIT_REFUSALS[code]
        self.add_error(field, forms.ValidationError(str(text), code))


class ArrangedUnitForm(UnitForm):
    """What a unit keeps itself, and what is arranged from above."""

    name = forms.CharField(label=_("Official name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=Kind.choices)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    region_code = forms.CharField(label=_("Region code"), max_length=6)
    superior = forms.ChoiceField(label=_("Superior unit"), required=False)
    credit_authority = forms.ChoiceField(
        label=_("Credit authority that it reports to"), required=False
    )
    start_date = forms.DateField(
        label=_("Discloses decisions since"),
        widget=_DATE,
        help_text=_("2015-07-01 or 2016-01-01 by the notice."),
    )
    valid_from = forms.DateField(label=_("Exists since"), widget=_DATE)
    valid_until = forms.DateField(
        label=_("Exists until"),
        widget=_DATE,
        required=False,
        help_text=_(
            "After this day it hands in no new decisions. What it disclosed stays."
        ),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: Sequence[Unit],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._units = {unit.code: unit for unit in units}
        choices = [("", "—"), *((unit.code, unit.name) for unit in units)]
        for name in ("superior", "credit_authority"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean_region_code(self) -> str:
        """Refuse a code that is not listed."""
        code = str(self.cleaned_data["region_code"])
        if not identifiers.is_valid(identifiers.REGION_CODE, code):
            raise forms.ValidationError(
                _("This is no region code that is listed. Write six digits."),
                "region-code",
            )
        return code

    @property
    def values(self) -> Mapping[str, object]:
        """What a valid form says, for `edit_unit`."""
        said = self.cleaned_data
        arranged = {field: said[field] for field in ARRANGED_FIELDS}
        for name in ("superior", "credit_authority"):
            arranged[name] = self._units.get(said[name])
        return {**super().values, **arranged}


class NewUnitForm(ArrangedUnitForm):
    """A unit that is not there yet."""

    code = forms.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z-]{0,39}$",
        label=_("Unit code"),
        help_text=_("Short and for good, such as lyg-hbj."),
        error_messages={
            "invalid": _(
                "Use letters, digits and hyphens, at most 40, such as lyg-hbj."
            )
        },
    )


class ResponsibleForm(forms.Form):
    """Who answers for the unit, from which day, and how to reach them."""

    name = forms.CharField(label=_("The person's name"), max_length=60)
    post = forms.CharField(label=_("Post"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        validators=[_PHONE],
        help_text=_("For the credit office; never public."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=120,
        required=False,
        help_text=_("For the credit office; never public."),
    )
    public_phone = forms.CharField(
        label=_("Public phone"),
        max_length=40,
        required=False,
        validators=[_PHONE],
        help_text=_(
            "Shown to everybody on the unit's public page. Leave it empty to show none."
        ),
    )
    from_date = forms.DateField(
        label=_("Answers from"),
        widget=_DATE,
        help_text=_(
            "The same day corrects the present entry; a later one begins a new person's"
            " time, and the one before is kept."
        ),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        present: ResponsiblePerson | None,
        today: date,
    ) -> None:
        initial = told(present) if present else {"from_date": today}
        super().__init__(data, initial=initial)

    @property
    def values(self) -> ResponsibleValues:
        """What a valid form says."""
        return ResponsibleValues(**self.cleaned_data)

    def refuse(self, code: str) -> None:
        """Show why it was not taken; `code` as in `CannotNameResponsible`."""
        field, text = _PERSON_REFUSALS[code]
        self.add_error(field, forms.ValidationError(str(text), code))
