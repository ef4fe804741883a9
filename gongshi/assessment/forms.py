"""The nil report's form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongshi.catalogue.models import Kind


class NilReportForm(forms.Form):
    """Of which kinds there was nothing, and why."""

    kinds = forms.MultipleChoiceField(
        label=_("There was no decision on"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what there was none of.")},
    )
    reason = forms.CharField(
        label=_("Reason for the nil report"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why there was nothing to disclose.")},
    )
