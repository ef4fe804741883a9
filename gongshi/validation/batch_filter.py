"""What a list of batches is narrowed to."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.intake.models import Batch, BatchState
from gongshi.validation.batch_page import STATES


class BatchFilter:
    """What the list of batches is narrowed to: a unit, a state, or all of them."""

    def __init__(self, asked: QueryDict, *, units: Sequence[Unit]) -> None:
        self.units = units
        by_code = {unit.code: unit for unit in units}
        self.unit = by_code.get(asked.get("unit", ""))
        state = asked.get("state", "")
        self.state = state if state in self.states else ""

    @property
    def states(self) -> Mapping[str, Promise]:
        """The states to choose from, in words."""
        checked = {str(BatchState.CHECKED): _("Checked, not published")}
        return {str(state): name for state, name in STATES.items()} | checked

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.unit or self.state)

    def apply(self, batches: QuerySet[Batch]) -> QuerySet[Batch]:
        """Return those of the batches that are wanted."""
        if self.unit:
            batches = batches.filter(unit=self.unit)
        return batches.filter(state=self.state) if self.state else batches
