"""The forms about people: a new account, a role to give."""

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Role, Unit, User

LONGEST_USERNAME, LONGEST_NAME = 64, 60
NOT_GIVEN = _("You cannot give this role in that unit.")


class PersonForm(forms.Form):
    """Who it is and where the person works."""

    username = forms.CharField(
        label=_("User name"),
        max_length=LONGEST_USERNAME,
        validators=[User.username_validator],
        help_text=_("Letters, digits and @ . + - _, such as li.wei; for good."),
    )
    name = forms.CharField(label=_("The person's name"), max_length=LONGEST_NAME)
    unit = forms.ChoiceField(label=_("Works in"))
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: Sequence[Unit],
        roles: Sequence[Role],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._units = {unit.code: unit for unit in units}
        _offer(self, "unit", [(unit.code, unit.name) for unit in units])
        names = [(role.value, role.label) for role in roles]
        _offer(self, "role", [("", _("No role yet")), *names])

    @property
    def chosen_unit(self) -> Unit:
        """The unit that a valid form names."""
        return self._units[self.cleaned_data["unit"]]

    @property
    def chosen_role(self) -> Role | None:
        """The role that a valid form names, None: none yet."""
        role = self.cleaned_data["role"]
        return Role(role) if role else None

    def refuse(self, field: str, text: str | Promise, code: str) -> None:
        """Show why it was not taken."""
        self.add_error(field, forms.ValidationError(str(text), code))


class RoleForm(forms.Form):
    """A role to give, and where."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(label=_("In the unit and everything below"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        units: Sequence[Unit],
        roles: Sequence[Role],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._units = {unit.code: unit for unit in units}
        _offer(self, "unit", [(unit.code, unit.name) for unit in units])
        _offer(self, "role", [(role.value, role.label) for role in roles])

    @property
    def chosen_unit(self) -> Unit:
        """The unit that a valid form names."""
        return self._units[self.cleaned_data["unit"]]

    @property
    def chosen_role(self) -> Role:
        """The role that a valid form names."""
        return Role(self.cleaned_data["role"])

    def refuse(self, field: str, text: str | Promise, code: str) -> None:
        """Show why it was not taken."""
        self.add_error(field, forms.ValidationError(str(text), code))


def _offer(
    form: forms.Form, name: str, choices: Sequence[tuple[str, str | Promise]]
) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
