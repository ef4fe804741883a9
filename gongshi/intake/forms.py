"""The form for a new token."""

from collections.abc import Sequence
from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.intake.actions_tokens import Wish
from gongshi.intake.models import TokenScope

_REFUSED = {
    "bad-name": ("name", _("Use 2 to 40 small letters, digits and hyphens.")),
    "name-taken": ("name", _("The unit has, or had, a token of this name.")),
    "bad-expiry": ("expires_on", _("Choose a day after today, within two years.")),
}


class TokenForm(forms.Form):
    """For which unit, by which name, allowing what, until when."""

    unit = forms.ChoiceField(label=_("Unit"))
    name = forms.CharField(label=_("Name"), max_length=40)
    scope = forms.ChoiceField(label=_("Allows"), choices=TokenScope.choices)
    expires_on = forms.DateField(
        label=_("Valid to the end of"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(
        self,
        data: object = None,
        *,
        units: Sequence[Unit],
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        self._units = {unit.code: unit for unit in units}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(unit.code, unit.name) for unit in units]

    @property
    def chosen_unit(self) -> Unit:
        """The unit of a valid form."""
        return self._units[self.cleaned_data["unit"]]

    @property
    def wish(self) -> Wish:
        """The token of a valid form; valid to the end of its last day."""
        last = datetime.combine(self.cleaned_data["expires_on"], time(23, 59, 59))
        return Wish(
            name=self.cleaned_data["name"],
            scope=TokenScope(self.cleaned_data["scope"]),
            expires_at=timezone.make_aware(last),
        )

    def refuse(self, code: str) -> None:
        """Show why the token was not made; `code` as in `CannotMake`."""
        name, text = _REFUSED[code]
        self.add_error(name, forms.ValidationError(text, code))
