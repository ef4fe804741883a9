"""What a list of batches is narrowed to."""

from collections.abc import Mapping, Sequence

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongshi.accounts.models import Unit
from gongshi.intake.models import BatchState
from gongshi.intake.queries import BatchOrder
from gongshi.validation.batch_page import STATES

ORDERS: Mapping[str, Promise] = {
    str(BatchOrder.RECEIVED): _("Newest first"),
    str(BatchOrder.DEADLINE): _("Waiting, first deadline first"),
}


class BatchFilter:
    """What the list of batches is narrowed to, and its order.

    Only what is checked waits: with another state there is no order by deadline.
    """

    def __init__(self, asked: QueryDict, *, units: Sequence[Unit]) -> None:
        self.units = units
        by_code = {unit.code: unit for unit in units}
        self.unit = by_code.get(asked.get("unit", ""))
        state = asked.get("state", "")
        self.state = state if state in self.states else ""
        can_wait = self.state in ("", str(BatchState.CHECKED))
        order = asked.get("order", "")
        is_known = order in ORDERS and can_wait
        self.order = BatchOrder(order) if is_known else BatchOrder.RECEIVED

    @property
    def states(self) -> Mapping[str, Promise]:
        """The states to choose from, in words."""
        checked = {str(BatchState.CHECKED): _("Checked, not published")}
        return {str(state): name for state, name in STATES.items()} | checked

    @property
    def orders(self) -> Mapping[str, Promise]:
        """The orders to choose from, in words."""
        return ORDERS

    @property
    def is_by_deadline(self) -> bool:
        """Whether what is due first stands first."""
        return self.order is BatchOrder.DEADLINE

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.unit or self.state)

    @property
    def keys(self) -> Sequence[int]:
        """The keys of the units that are wanted."""
        return [unit.pk for unit in ([self.unit] if self.unit else self.units)]
