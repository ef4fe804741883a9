"""The catalogue's forms: one item, the day from which a draft shall be in force."""

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.catalogue.items import START, ItemValues, values_of
from gongshi.catalogue.models import CatalogueItem, Kind, Subjects
from gongshi.domain.power_list import is_item_code

_REFUSALS: Mapping[str, tuple[str, Promise]] = {
    "item-exists": (
        "code",
        _(
            "Another item of this kind has this code. Open that one, or correct the code."
        ),
    ),
    "too-far": (
        "effective_from",
        _("This day lies more than a year ahead. Choose an earlier one."),
    ),
    "not-entrusted-by-unit": (
        "entrusted_to",
        _("Choose one of the bodies that the unit itself entrusts."),
    ),
}
_DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ItemForm(forms.Form):
    """One item of a draft."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    code = forms.CharField(
        label=_("Item code"),
        max_length=64,
        help_text=_("As in the power list, such as JS320700HB-XK-0001."),
    )
    name = forms.CharField(label=_("Item name"), max_length=256)
    basis = forms.CharField(
        label=_("Basis in law"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Law, article and paragraph."),
    )
    subjects = forms.ChoiceField(
        label=_("Kinds of subject"), choices=Subjects.choices, initial=Subjects.ANY
    )
    is_public = forms.ChoiceField(
        label=_("Disclosure"),
        choices=[("yes", _("Open to the public")), ("no", _("Not open to the public"))],
        initial="yes",
    )
    not_public_reason = forms.CharField(
        label=_("Why it is not public"), required=False, max_length=256
    )
    publish_working_days = forms.IntegerField(
        label=_("Working days to publish"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Only where the law says other than 7 working days."),
    )
    display_years = forms.IntegerField(
        label=_("Years on display"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Only where the law says other than 7 years."),
    )
    from_date = forms.DateField(label=_("Valid from"), widget=_DATE, initial=START)
    until_date = forms.DateField(label=_("Valid until"), widget=_DATE, required=False)
    entrusted_to = forms.ChoiceField(label=_("Entrusted to"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        bodies: Sequence[Unit],
        item: CatalogueItem | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(item) if item else None)
        self._bodies = {body.code: body for body in bodies}
        choice = self.fields["entrusted_to"]
        assert isinstance(choice, forms.ChoiceField)
        names = [(body.code, body.name) for body in bodies]
        choice.choices = [("", _("The unit acts itself")), *names]

    def clean_code(self) -> str:
        """Refuse a code that no page can be named by."""
        code = str(self.cleaned_data["code"])
        if not is_item_code(code):
            raise forms.ValidationError(
                _(
                    "Write the code without spaces and line breaks, and without “.”,"
                    " “..” or nothing before, between or after slashes."
                ),
                "item-code",
            )
        return code

    def clean(self) -> dict[str, object]:
        """Refuse a hidden item without a reason, and a time that ends before it begins."""
        values = self.cleaned_data
        if values.get("is_public") == "yes":
            values["not_public_reason"] = ""
        elif not values.get("not_public_reason"):
            self.add_error(
                "not_public_reason",
                _("Say why this item is not public, such as the law that forbids it."),
            )
        begins, ends = values.get("from_date"), values.get("until_date")
        if begins and ends and ends < begins:
            self.add_error(
                "until_date", _("The last day lies before the first. Correct one.")
            )
        return values

    @property
    def values(self) -> ItemValues:
        """What a valid form says."""
        given = self.cleaned_data
        body = self._bodies.get(given["entrusted_to"])
        said = {**given, "is_public": given["is_public"] == "yes", "entrusted_to": body}
        return ItemValues(**said)

    def refuse(self, code: str) -> None:
        """Show why the draft did not take it; `code` as in `CannotEdit`."""
        _refuse(self, code)


class DateForm(forms.Form):
    """The day from which a draft shall be in force."""

    effective_from = forms.DateField(label=_("In force from"), widget=_DATE)

    def refuse(self, code: str) -> None:
        """Show why the draft did not take it; `code` as in `CannotEdit`."""
        _refuse(self, code)


class ApprovalForm(forms.Form):
    """What the approver had before their eyes."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


def _refuse(form: forms.Form, code: str) -> None:
    field, text = _REFUSALS[code]
    form.add_error(field, forms.ValidationError(str(text), code))


def _initial(item: CatalogueItem) -> dict[str, object]:
    values = values_of(item)
    body = values.entrusted_to
    return {
        **vars(values),
        "is_public": "yes" if values.is_public else "no",
        "entrusted_to": body.code if body else "",
    }
