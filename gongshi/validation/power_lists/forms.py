"""The form for a power list: one file."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from gongshi.validation.power_lists.actions import MOST_BYTES


class PowerListForm(forms.Form):
    """One power list to be read."""

    file = forms.FileField(
        label=_("Power list"),
        error_messages={
            "required": _("No file was chosen. Choose the power list."),
            "missing": _("No file was chosen. Choose the power list."),
            "empty": _(
                "The file is empty. Check that it was saved and choose it again."
            ),
        },
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is larger than a power list can be."""
        file = self.cleaned_data["file"]
        assert isinstance(file, UploadedFile)
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB. Is it the power list?"),
                "too-large",
                {"limit": MOST_BYTES // 1024 // 1024},
            )
        return file
