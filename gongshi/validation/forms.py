"""The upload form: a file, for a unit, in an edition."""

import hashlib
from collections.abc import Mapping, Sequence

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.domain.standards import editions
from gongshi.intake.actions import Upload
from gongshi.validation.editions import edition_name

ENDINGS = (".xlsx", ".xls", ".ods", ".csv")
MIB = 1024 * 1024

_TOO_LARGE = _(
    "The file is larger than %(limit)s MB. Split it into several files and send them"
    " one after the other."
)
_STALE = _("This page is out of date. Reload it and choose the file again.")
_REFUSALS = {
    "too-large": _TOO_LARGE,
    "key-reused": _STALE,
    "no-name": _("The file has no name. Give it one and choose it again."),
}
REFUSED = {
    "no-reason": _("Say why the warnings are right; it is kept with the batch."),
    "too-long": _("The reason is longer than 500 characters. Shorten it."),
    "nothing-to-confirm": _("The batch has no such warning to confirm."),
}


class UploadForm(forms.Form):
    """One file to receive.

    `key` is made when the form is shown. With the file's digest it names the
    sending: the form sent twice makes one batch, the form that the browser's back
    button brings up again takes another file.
    """

    unit = forms.ChoiceField(
        label=_("For which unit"),
        error_messages={
            "required": _("Choose the unit that made the decisions."),
            "invalid_choice": _("Choose one of your units."),
        },
    )
    file = forms.FileField(
        label=_("File"),
        error_messages={
            "required": _("No file was chosen. Choose the table with the decisions."),
            "missing": _("No file was chosen. Choose the table with the decisions."),
            "invalid": _("No file was chosen. Choose the table with the decisions."),
            "empty": _(
                "The file is empty. Check that it was saved and choose it again."
            ),
        },
    )
    edition = forms.ChoiceField(
        label=_("Template edition"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the editions listed.")},
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": _STALE, "invalid": _STALE},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None" = None,
        *,
        units: Sequence[Unit],
        initial: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, files, initial=dict(initial or {}))
        self._units = {unit.code: unit for unit in units}
        self.has_one_unit = len(units) == 1
        self.only_unit = units[0] if self.has_one_unit else None
        names = [(unit.code, unit.name) for unit in units]
        self._offer(
            "unit", names if self.has_one_unit else [("", _("Choose …")), *names]
        )
        self._offer(
            "edition",
            [
                ("", _("Recognise it by the column headings (recommended)")),
                *((edition, edition_name(edition)) for edition in editions()),
            ],
        )

    def _offer(self, name: str, choices: Sequence[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refuse what is larger than the limit."""
        file = self.cleaned_data["file"]
        assert isinstance(file, UploadedFile)
        if (file.size or 0) > settings.UPLOAD_LIMIT_BYTES:
            raise forms.ValidationError(_TOO_LARGE, "too-large", _limit())
        return file

    def refuse(self, code: str) -> None:
        """Show why the file was not received; `code` as in `CannotReceive`."""
        self.add_error("file", forms.ValidationError(_REFUSALS[code], code, _limit()))

    @property
    def chosen_unit(self) -> Unit:
        """The unit of a valid form."""
        return self._units[self.cleaned_data["unit"]]

    @property
    def upload(self) -> Upload:
        """The file of a valid form, as `receive_file` takes it."""
        file = self.cleaned_data["file"]
        file.seek(0)
        digest = hashlib.file_digest(file.file, "sha256").hexdigest()
        return Upload(
            name=file.name,
            stream=file.file,
            key=self.cleaned_data["key"].hex + digest[:32],
            edition=self.cleaned_data["edition"],
        )


def _limit() -> dict[str, int]:
    return {"limit": settings.UPLOAD_LIMIT_BYTES // MIB}
