"""Asks why somebody takes rows with personal data in full."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongshi.records.revealing import RevealReason


class UnmaskForm(forms.Form):
    """A reason from the list, and what is the matter in a few words."""

    kind = forms.ChoiceField(label=_("Kind of reason"), choices=RevealReason.choices)
    reason = forms.CharField(
        label=_("What is it about?"), min_length=4, max_length=500, strip=True
    )
