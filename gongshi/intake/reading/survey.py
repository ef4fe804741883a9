"""What is asked of a workbook besides its cells' text, whatever its kind."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

Cell = tuple[int, int]  # row as the spreadsheet shows it, 0-based column


class Survey(ABC):
    """Bounds a workbook before it is loaded; one sheet at a time.

    After `survey(sheet)`: `first_column` is the 0-based position of the first column
    with content, `rows` and `columns` the extent of the used area, `errors` the
    cells whose formula has no value.
    """

    has_macros = False
    first_column = 0
    rows = 0
    columns = 0
    errors: list[Cell]

    @abstractmethod
    def survey(self, sheet: str) -> None:
        """Go through a sheet; raises CannotRead where it is beyond the limits."""

    def numbers(self, sheet: str, cells: Sequence[Cell]) -> set[Cell] | None:
        """Return which of the cells hold numbers; None where it cannot tell."""
        return None
