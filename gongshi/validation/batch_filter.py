"""What a list of batches is narrowed to."""

from collections.abc import Mapping, Sequence

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.intake.models import BatchState
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

    @property
    def keys(self) -> Sequence[int]:
        """The keys of the units that are wanted."""
        return [unit.pk for unit in ([self.unit] if self.unit else self.units)]
